"""One turn of one thread, for every channel.

Every channel (REST, LangServe, chat page, terminal) calls ``Conversations`` and gets the same typed events. Here are
the things that must hold whatever the channel is: a thread belongs to one customer, it handles one message at a
time, a pending question is answered by the next message, and every turn is recorded. What a turn *says* is the
graph's work.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from langchain_core.runnables import RunnableConfig
from pydantic import ValidationError

from conversation.engine import Engine
from conversation.errors import (
    ChangeDone,
    ConversationError,
    InvalidRequest,
    NothingPending,
    QuestionClosed,
    ThreadBusy,
)
from conversation.events import (
    CallView,
    ChatResult,
    Done,
    Event,
    Option,
    Pending,
    PendingEvent,
    SessionDetail,
    Step,
    Token,
    ToolResultView,
    pending_of,
)
from conversation.followed import FollowedTurns
from conversation.inputs import check_button
from conversation.keyed import first_answer, kept, repeated, request_hash
from conversation.requests import SESSION_ID, ChatRequest
from conversation.turn import Told, TurnRunner
from conversation.untold import Untold, question_meant, told_first
from core.channels import Channel
from database.thread_locks import LocalLocks, ThreadLocks, ThreadTaken
from database.threads import SessionSummary, ThreadNotFound, Threads
from database.turn_keys import HeldKey, TurnKeys
from identity.user import User
from tools.written import WrittenChanges

__all__ = [
    "CallView", "ChangeDone", "ChatResult", "ConversationError", "Conversations", "Done", "Event", "InvalidRequest",
    "NothingPending", "Option", "Pending", "PendingEvent", "QuestionClosed", "SessionDetail", "SessionSummary", "Step",
    "ThreadBusy", "ThreadNotFound", "Token", "ToolResultView", "User",
]  # fmt: skip

LOCK_WAIT_SECONDS = 30.0


class Conversations:
    """The turns of all threads over one graph.

    Args:
        engine: The graph and the records that all turns share.
        threads: Owners and messages of the threads.
        written: What became of the writes of turns that were interrupted.
        keys: The idempotency keys of turns.
        locks: The locks of the threads; those of one process by default.
    """

    def __init__(
        self,
        engine: Engine,
        threads: Threads,
        written: WrittenChanges,
        keys: TurnKeys,
        locks: ThreadLocks | None = None,
    ) -> None:
        self._engine = engine
        self._threads = threads
        self._keys = keys
        self._untold = Untold(engine, threads, written)
        self._turns = FollowedTurns()
        self._locks = locks or LocalLocks()

    async def stream(
        self,
        user: User,
        *,
        session_id: str | None = None,
        message: str | None = None,
        resume: bool | None = None,
        question_id: str | None = None,
        idempotency_key: str | None = None,
        channel: Channel = Channel.CHAT,
        config: RunnableConfig | None = None,
    ) -> AsyncIterator[Event]:
        """Take one turn and yield its events; the last one is ``Done``.

        What an earlier turn did and could not tell is told first. Closing the stream stops the turn, unless it has
        begun to carry out a change: that turn goes to its end, and its answer stands in the thread.

        Args:
            user: The verified login.
            session_id: The thread; a new one is made when it is None or unknown.
            message: The customer's words; they answer a pending question if there is one.
            resume: The answer to a pending confirmation, instead of a message.
            question_id: The question that ``resume`` answers, as its ``Pending`` names it; by default the one that is
                asked now.
            idempotency_key: Names the request: repeating it gives the first answer again, and changes nothing.
            channel: Where the request came from, for the record; the dialogue is the same through all of them.
            config: Callbacks, tags and metadata of an outer runnable; nothing else of it is used.

        Raises:
            InvalidRequest: No message and no resume, both, or a malformed session id.
            ThreadNotFound: The session belongs to somebody else.
            NothingPending: A resume where this confirmation is not open. A yes to the change that was carried out last
                is no error: its result is told again.
            ThreadBusy: The thread is working on another message.
            TurnKeyConflict: The key belongs to another request.
            TurnKeyInUse: The turn of the key is still running.
        """
        request = _checked(message, resume, question_id)
        thread_id, run_id = _checked_session(session_id), str(uuid.uuid4())
        held: HeldKey | None = None
        if idempotency_key is not None:
            asked = request_hash(request, session_id)
            held = await self._keys.claim(user.customer_id, idempotency_key, asked, thread_id, run_id)
            thread_id = held.thread_id
            if (first := first_answer(held, self._engine.model_name)) is not None:
                for event in repeated(first):
                    yield event
                return
        runner = TurnRunner(thread_id, user, channel, config, self._engine, run_id)
        turn = self._locked(thread_id, user, runner, request)
        if held is not None:
            turn = kept(self._keys, held, turn)
        async with aclosing(self._turns.follow(turn, runner.is_changing)) as events:
            async for event in events:
                yield event

    async def _locked(
        self, thread_id: str, user: User, runner: TurnRunner, request: ChatRequest
    ) -> AsyncGenerator[Event, None]:
        """Take the turn while holding the thread's lock, behind what was not told yet."""
        await self._threads.claim(thread_id, user.customer_id, title=request.message or "")
        async with self._turn_lock(thread_id):
            told, snapshot = await self._untold.tell(thread_id, user)
            if told is None:
                turn = runner.events(request, snapshot)
            else:
                turn = told_first(told, runner.events(question_meant(told, request)))
            async with aclosing(turn) as events:
                async for event in events:
                    yield event

    async def catch_up(self, user: User, session_id: str) -> Told | None:
        """Tell what an earlier turn of a conversation did and could not tell; None where there is nothing to tell.

        A conversation that is working on a message is left to that.

        Raises:
            ThreadNotFound: It does not exist, or belongs to somebody else.
        """
        await self._threads.check_owner(session_id, user.customer_id)
        try:
            async with self._turn_lock(session_id, wait=0):
                return (await self._untold.tell(session_id, user))[0]
        except ThreadBusy:
            return None

    async def check_button(self, user: User, session_id: str, *, resume: bool, question_id: str | None) -> None:
        """Refuse the answer to a question that is not asked, as ``stream`` would.

        Raises:
            ThreadNotFound: The conversation does not exist, or belongs to somebody else.
            NothingPending: See ``stream``.
        """
        request = _checked(None, resume, question_id)
        told = await self.catch_up(user, session_id)
        snapshot = await self._engine.graph.aget_state({"configurable": {"thread_id": session_id}})
        check_button(request if told is None else question_meant(told, request), snapshot)

    async def finish(self, limit: float) -> None:
        """Wait for turns that go on without their client, at most so many seconds; for the end of the service."""
        await self._turns.finish(limit)

    async def run(
        self,
        user: User,
        *,
        session_id: str | None = None,
        message: str | None = None,
        resume: bool | None = None,
        question_id: str | None = None,
        idempotency_key: str | None = None,
        channel: Channel = Channel.CHAT,
        config: RunnableConfig | None = None,
    ) -> ChatResult:
        """Take one turn and return its result; arguments and errors as in ``stream``."""
        events = self.stream(
            user, session_id=session_id, message=message, resume=resume, question_id=question_id,
            idempotency_key=idempotency_key, channel=channel, config=config,
        )  # fmt: skip
        result: ChatResult | None = None
        async for event in events:
            if isinstance(event, Done):
                result = event.result
        assert result is not None, "a turn ends with Done or raises"  # noqa: S101
        return result

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
        return SessionDetail(session_id=session_id, messages=list(messages), pending=pending_of(snapshot))

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

    @asynccontextmanager
    async def _turn_lock(self, thread_id: str, wait: float = LOCK_WAIT_SECONDS) -> AsyncIterator[None]:
        """Hold the thread's lock: one message at a time; a second one waits so many seconds."""
        try:
            async with self._locks.hold(thread_id, wait):
                yield
        except ThreadTaken as error:
            raise ThreadBusy(thread_id) from error


def _checked(message: str | None, resume: bool | None, question_id: str | None) -> ChatRequest:
    try:
        return ChatRequest(message=message, approve=resume, question_id=question_id)
    except ValidationError as error:
        raise InvalidRequest("; ".join(detail["msg"] for detail in error.errors())) from error


def _checked_session(session_id: str | None) -> str:
    if session_id is None:
        return str(uuid.uuid4())
    if not re.fullmatch(SESSION_ID, session_id):
        raise InvalidRequest("session_id: 1 to 64 letters, digits, '.', '_', ':' or '-'")
    return session_id
