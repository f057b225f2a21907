"""The work of the operator's staff in conversations that were handed over: take one, speak in it, end it.

The customer is told of each in the conversation itself. Who may call this is decided by the interfaces.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from conversation.colleague_words import Event, colleague_words
from conversation.service import Conversations
from core.clock import Clock
from database.handover_records import HandoverRecord
from database.handovers import Handovers
from database.messages import TurnMessage
from database.threads import ThreadNotFound
from identity.user import User


class Colleagues:
    """The work of staff on hand-overs.

    Args:
        handovers: The hand-overs.
        conversations: The conversations.
        clock: Returns the present time.
    """

    def __init__(self, handovers: Handovers, conversations: Conversations, clock: Clock) -> None:
        self._handovers = handovers
        self._conversations = conversations
        self._clock = clock

    async def take(self, user: User, id: str) -> HandoverRecord:
        """Take a hand-over: the assistant is silent in its conversation from now on, and asks nothing any more.

        Raises:
            HandoverError: Nobody has such a hand-over, a colleague has it, or it is closed.
            ThreadBusy: The assistant has been answering there for longer than a request may wait.
        """
        record = await self._handovers.get(id)
        try:
            async with self._conversations.at_rest(_owner(user, record), record.thread_id) as had_question:
                return await self._take(user, record, "taken_with_question" if had_question else "taken")
        except ThreadNotFound:  # deleted by the customer: there is nothing to bring to rest
            return await self._take(user, record, "taken")

    async def write(self, user: User, id: str, text: str) -> TurnMessage:
        """Say something in the conversation of a hand-over that the caller has taken.

        Raises:
            HandoverError: The caller does not have it.
            ThreadNotFound: The customer has deleted the conversation.
        """
        return await self._handovers.write(id, user.login, text, self._clock())

    async def close(self, user: User, id: str, note: str | None) -> HandoverRecord:
        """End a hand-over, whoever has taken it; the customer reads the note, and goes on with the assistant.

        Raises:
            HandoverError: Nobody has such a hand-over, or it is closed.
        """
        return await close(self._handovers, id, user.login, note, self._clock(), name=user.name)

    async def hand_back(self, user: User, id: str, note: str | None) -> HandoverRecord:
        """Give a conversation that the caller has taken back to the assistant.

        Raises:
            HandoverError: The caller does not have it.
        """
        record = await self._handovers.get(id)
        told = colleague_words("handed_back_with_note", record.language, record.colleague, note or "")
        return await self._handovers.hand_back(id, user.login, note, self._clock(), told=told)

    async def _take(self, user: User, record: HandoverRecord, event: Event) -> HandoverRecord:
        told = colleague_words(event, record.language, user.name)
        return await self._handovers.take(record.id, user.login, self._clock(), colleague=user.name, told=told)


async def close(
    handovers: Handovers, id: str, by: str, note: str | None, now: datetime, *, name: str | None = None
) -> HandoverRecord:
    """End a hand-over and tell the customer.

    Args:
        handovers: The hand-overs.
        id: The hand-over.
        by: Login of the person who ends it.
        note: What came of it.
        now: The present time.
        name: The name of that person; by default of the one who had taken it.

    Raises:
        HandoverNotFound: No hand-over has this id.
        HandoverClosed: It is closed already.
    """
    record = await handovers.get(id)
    told = colleague_words("closed_with_note", record.language, name or record.colleague, note or "")
    return await handovers.close(id, by, note, now, told=told)


def _owner(user: User, record: HandoverRecord) -> User:
    """Return the user a conversation is read as: its customer."""
    return replace(user, customer_id=record.customer_id)
