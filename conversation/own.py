"""A customer's own conversations: listed, searched, read, shown again, named and deleted.

Nobody finds somebody else's. The turns that are taken in them are in ``service.py``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from langchain_core.runnables import RunnableConfig

from conversation.engine import Engine
from conversation.errors import ThreadBusy
from conversation.events import HandoverState, SessionDetail, ThreadHistory, pending_of
from conversation.recorded import recorded_result
from conversation.requests import checked_session
from conversation.turn import TurnEnd
from conversation.untold import Untold
from core.channels import Channel
from core.languages import Language
from database.enums import HandoverStatus
from database.handover_records import HandoverRecord
from database.handovers import Handovers
from database.messages import TurnMessage
from database.thread_locks import ThreadLocks, ThreadTaken
from database.thread_records import SessionSummary
from database.threads import Threads
from graph.turn_input import next_message
from identity.user import User

LOCK_WAIT_SECONDS = 30.0
HISTORY_TURNS = 200
"""Turns of a conversation that are shown again at most, the last ones."""


class OwnConversations:
    """The contents of the threads, for their customers.

    Args:
        engine: The graph and the records that all turns share.
        threads: Owners and messages of the threads.
        untold: Tells what an earlier turn did and could not tell.
        locks: The locks of the threads.
        handovers: The hand-overs to a person.
    """

    def __init__(
        self, engine: Engine, threads: Threads, untold: Untold, locks: ThreadLocks, handovers: Handovers
    ) -> None:
        self._engine = engine
        self._threads = threads
        self._untold = untold
        self._locks = locks
        self._handovers = handovers

    def serve(self, engine: Engine) -> None:
        """Take the next turns with this engine; one that runs ends with the engine that it began with."""
        self._engine = engine
        self._untold.serve(engine)

    async def catch_up(self, user: User, session_id: str) -> TurnEnd | None:
        """Tell what an earlier turn of a conversation did and could not tell; None where there is nothing to tell.

        A conversation that is working on a message is left to that.

        Raises:
            ThreadNotFound: It does not exist, or belongs to somebody else.
        """
        try:
            return await self._told_now(user, session_id)
        except ThreadBusy:
            return None

    async def list(self, user: User, *, limit: int = 20, offset: int = 0) -> tuple[Sequence[SessionSummary], int]:
        """Return a page of the caller's conversations, newest first, and the number of all of them."""
        return await self._threads.summaries(user.customer_id, limit=limit, offset=offset)

    async def get(
        self, user: User, session_id: str, *, limit: int = 200, offset: int = 0, catching_up: bool = True
    ) -> SessionDetail:
        """Return one conversation of the caller with its messages and its pending question.

        Args:
            user: The verified login.
            session_id: The conversation.
            limit: Messages to return.
            offset: Messages to skip.
            catching_up: Tell what was not told first; False where somebody else reads the customer's conversation.

        Raises:
            ThreadNotFound: It does not exist, or belongs to somebody else.
        """
        if catching_up:
            await self.catch_up(user, session_id)
        messages = await self._threads.messages(session_id, user.customer_id, limit=limit, offset=offset)
        snapshot = await self._engine.graph.aget_state({"configurable": {"thread_id": session_id}})
        return SessionDetail(
            session_id=session_id, messages=list(messages), pending=pending_of(snapshot),
            handover=await self.handover(session_id),
        )  # fmt: skip

    async def handover(self, session_id: str) -> HandoverState | None:
        """Return where a conversation stands with a person; its caller sees to it that this may be known."""
        record = await self._handovers.unfinished(session_id)
        if record is None:
            return None
        return HandoverState(
            status="taken" if record.status is HandoverStatus.TAKEN else "open", colleague=record.colleague,
            ahead=await self._handovers.ahead_of(record), since=record.taken_at or record.created_at,
        )  # fmt: skip

    async def newer(self, user: User, session_id: str, after: int) -> Sequence[TurnMessage]:
        """Return the messages of one conversation of the caller with a higher id, oldest first.

        Raises:
            ThreadNotFound: It does not exist, or belongs to somebody else.
        """
        return await self._threads.newer(session_id, user.customer_id, after)

    @asynccontextmanager
    async def at_rest(self, user: User, session_id: str) -> AsyncIterator[bool]:
        """Hold a conversation between two turns, with nothing untold and without an open question.

        What is said to a colleague afterwards answers no question of the assistant.

        Yields:
            Whether a question was open.

        Raises:
            ThreadNotFound: It does not exist, or belongs to somebody else.
            ThreadBusy: It is working on a message.
        """
        await self._threads.check_owner(session_id, user.customer_id)
        graph, place = self._engine.graph, RunnableConfig(configurable={"thread_id": session_id})
        async with self._turn_lock(session_id):
            await self._untold.tell(session_id, user)
            has_asked = pending_of(await graph.aget_state(place)) is not None
            if has_asked:
                await graph.aupdate_state(place, {**next_message(), "calls": [], "step": None}, as_node="synthesize")
            yield has_asked

    async def begin(self, user: User, session_id: str, title: str) -> None:
        """Give a conversation to the caller before its first turn, so that lists have it.

        Raises:
            ThreadNotFound: It belongs to somebody else, or was deleted.
        """
        await self._threads.claim(checked_session(session_id), user.customer_id, title)

    async def check_owner(self, user: User, session_id: str) -> None:
        """Raise ``ThreadNotFound`` unless the conversation exists and belongs to the caller."""
        await self._threads.check_owner(session_id, user.customer_id)

    async def history(self, user: User, session_id: str) -> ThreadHistory:
        """Return one conversation of the caller turn by turn, with its pending question, to be shown again.

        What an earlier turn did and could not tell is told first.

        Raises:
            ThreadNotFound: It does not exist, or belongs to somebody else.
        """
        busy = False
        try:
            await self._told_now(user, session_id)
        except ThreadBusy:
            busy = True
        turns = await self._threads.turns(session_id, user.customer_id, limit=HISTORY_TURNS)
        snapshot = await self._engine.graph.aget_state({"configurable": {"thread_id": session_id}})
        return ThreadHistory(turns, pending_of(snapshot), busy, await self._threads.between_turns(session_id))

    async def language(self, session_id: str) -> Language:
        """Return the language of a conversation's last answer, Turkish before the first."""
        last = await self._threads.last_answer(session_id)
        return "tr" if last is None else recorded_result(last).language

    async def newest_turn(self, session_id: str) -> str | None:
        """Return the record of the last turn that was begun; its caller sees to it that this may be known."""
        return await self._threads.newest_turn(session_id)

    async def settled(self, session_id: str) -> None:
        """Wait until the conversation is not working on a message; its caller sees to it that it is allowed to.

        Raises:
            ThreadBusy: It still is after ``LOCK_WAIT_SECONDS``.
        """
        async with self._turn_lock(session_id):
            return

    async def search(self, user: User, words: str, *, limit: int = 20) -> Sequence[SessionSummary]:
        """Return the caller's conversations whose title, or whose words of the customer, contain these."""
        return await self._threads.search(user.customer_id, words, limit=limit)

    async def newest(self, user: User, channel: Channel, *, within: timedelta) -> str | None:
        """Return the conversation that the caller used last through a channel, if not longer ago than this."""
        return await self._threads.newest_of(user.customer_id, channel, self._engine.clock() - within)

    async def rename(self, user: User, session_id: str, title: str) -> None:
        """Give one conversation of the caller another title.

        Raises:
            ThreadNotFound: It does not exist, or belongs to somebody else.
        """
        await self._threads.rename(session_id, user.customer_id, title)

    async def delete(self, user: User, session_id: str) -> None:
        """Delete one conversation of the caller: its messages and its state.

        Raises:
            ThreadNotFound: It does not exist, or belongs to somebody else.
            ThreadBusy: It is working on a message.
        """
        await self._threads.check_owner(session_id, user.customer_id)
        async with self._turn_lock(session_id):
            await self._threads.delete(session_id, user.customer_id)
            checkpointer = self._engine.graph.checkpointer
            if checkpointer is not None and not isinstance(checkpointer, bool):
                await checkpointer.adelete_thread(session_id)

    async def _told_now(self, user: User, session_id: str) -> TurnEnd | None:
        """Tell what was not told, as ``catch_up``.

        Raises:
            ThreadBusy: It is working on a message.
            ThreadNotFound: It does not exist, or belongs to somebody else.
        """
        await self._threads.check_owner(session_id, user.customer_id)
        async with self._turn_lock(session_id, wait=0):
            if await self._taken(session_id) is not None:
                return None
            return (await self._untold.tell(session_id, user, opened=True))[0]

    async def _taken(self, session_id: str) -> HandoverRecord | None:
        """Return the hand-over of a conversation that a colleague has; the assistant is silent meanwhile."""
        record = await self._handovers.unfinished(session_id)
        return record if record is not None and record.status is HandoverStatus.TAKEN else None

    @asynccontextmanager
    async def _turn_lock(self, thread_id: str, wait: float = LOCK_WAIT_SECONDS) -> AsyncIterator[None]:
        """Hold the thread's lock: one message at a time; a second one waits so many seconds."""
        try:
            async with self._locks.hold(thread_id, wait):
                yield
        except ThreadTaken as error:
            raise ThreadBusy(thread_id) from error
