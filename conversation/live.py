"""A conversation as it goes on: what is said in it, by whomever and through whichever process.

Whoever follows looks into the database again and again, so that a customer at one replica reads what a colleague
writes at another.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from conversation.events import HandoverState
from conversation.own import OwnConversations
from database.messages import TurnMessage
from identity.user import User

LOOK_SECONDS = 1.0


async def follow(
    conversations: OwnConversations, user: User, session_id: str, after: int,
    still: Callable[[User], Awaitable[bool]] | None = None,
) -> AsyncIterator[TurnMessage | HandoverState | None]:  # fmt: skip
    """Yield where a conversation stands with a person, now and at each change, and each message after one.

    Args:
        conversations: The conversations.
        user: Whom the conversation belongs to.
        session_id: The conversation.
        after: The id of the last known message; 0 for all.
        still: Tells whether the login still holds; once it does not, nothing more is told.

    Yields:
        A message, or the state of the hand-over; None where no person is waited for or at it.

    Raises:
        ThreadNotFound: It does not exist, or belongs to somebody else, or was deleted meanwhile.
    """
    known: HandoverState | None = None
    is_first = True
    while still is None or await still(user):
        for message in await conversations.newer(user, session_id, after):
            yield message
            after = message.id
        state = await conversations.handover(session_id)
        if is_first or state != known:
            yield state
        known, is_first = state, False
        await asyncio.sleep(LOOK_SECONDS)
