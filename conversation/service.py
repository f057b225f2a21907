"""One turn of one thread, for every channel.

Every channel (REST, LangServe, chat page, terminal) calls ``Conversations`` and gets the same typed events. Here are
the things that must hold whatever the channel is: a thread belongs to one customer, it handles one message at a
time, a pending question is answered by the next message, and every turn is recorded. What a turn *says* is the
graph's work.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import cast

from langchain_core.runnables import RunnableConfig

from agent.errors import AgentError
from conversation.colleague_words import colleague_words
from conversation.engine import Engine
from conversation.errors import (
    ChangeDone,
    ConversationError,
    InvalidRequest,
    NothingPending,
    QuestionClosed,
    ThreadBusy,
    WithColleague,
)
from conversation.events import (
    CallView,
    ChatResult,
    Done,
    Event,
    HandoverState,
    Option,
    Pending,
    PendingEvent,
    SessionDetail,
    Step,
    ThreadHistory,
    Token,
    ToolResultView,
)
from conversation.followed import FollowedTurns
from conversation.inputs import check_button
from conversation.keyed import first_answer, kept, repeated, request_hash
from conversation.own import OwnConversations
from conversation.requests import ChatRequest, checked_request, checked_session
from conversation.turn import TurnRunner
from conversation.untold import Untold, question_meant, told_first
from core.channels import Channel
from core.languages import Language
from core.log_context import RUN_ID
from core.slots import Slots
from database.handovers import Handovers
from database.thread_locks import LocalLocks, ThreadLocks
from database.thread_records import SessionSummary
from database.threads import ThreadNotFound, Threads
from database.turn_keys import HeldKey, TurnKeys
from identity.user import User
from tools.written import WrittenChanges

__all__ = [
    "AgentError", "CallView", "ChangeDone", "ChatResult", "ConversationError", "Conversations", "Done", "Event",
    "HandoverState", "InvalidRequest", "NothingPending", "Option", "Pending", "PendingEvent", "QuestionClosed",
    "SessionDetail", "SessionSummary", "Step", "ThreadBusy", "ThreadHistory", "ThreadNotFound", "Token",
    "ToolResultView", "User", "WithColleague",
]  # fmt: skip


PASSED_ON = "passed_on"
"""Topic of a turn whose message a colleague was given."""


class Conversations(OwnConversations):
    """The turns of all threads over one graph, and what stands in the threads (``OwnConversations``).

    Args:
        engine: The graph and the records that all turns share.
        threads: Owners and messages of the threads.
        written: What became of the writes of turns that were interrupted.
        keys: The idempotency keys of turns.
        handovers: The hand-overs to a person.
        locks: The locks of the threads; those of one process by default.
        turns: How many turns go on at once; any number by default.
    """

    def __init__(
        self,
        engine: Engine,
        threads: Threads,
        written: WrittenChanges,
        keys: TurnKeys,
        handovers: Handovers,
        locks: ThreadLocks | None = None,
        turns: Slots | None = None,
    ) -> None:
        super().__init__(engine, threads, Untold(engine, threads, written, handovers), locks or LocalLocks(), handovers)
        self._keys = keys
        self._room = turns or Slots("turns")
        self._turns = FollowedTurns()
        self._after_turn: Callable[[User, str], Awaitable[object]] | None = None

    def after_each_turn(self, work: Callable[[User, str], Awaitable[object]]) -> None:
        """Do something once a turn is over and its thread is free again, before the client hears of its end."""
        self._after_turn = work

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
        run_id: str | None = None,
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
            run_id: An id for the turn's record that the server has made, never a client; a new one by default.

        Raises:
            InvalidRequest: No message and no resume, both, or a malformed session id.
            ThreadNotFound: The session belongs to somebody else.
            NothingPending: A resume where this confirmation is not open. A yes to the change that was carried out last
                is no error: its result is told again.
            ThreadBusy: The thread is working on another message.
            TurnKeyConflict: The key belongs to another request.
            TurnKeyInUse: The turn of the key is still running.
            WithColleague: A resume while a colleague has the conversation.
            LimitReached: The customer, or all customers together, have too many turns at once.
        """
        request = checked_request(message, resume, question_id)
        self.check_room(user)
        with self._room.hold(user.customer_id):
            turn = self._stream(user, request, session_id, idempotency_key, channel, config, run_id)
            async with aclosing(turn) as events:
                async for event in events:
                    yield event

    async def _stream(
        self, user: User, request: ChatRequest, session_id: str | None, idempotency_key: str | None, channel: Channel,
        config: RunnableConfig | None, run_id: str | None,
    ) -> AsyncGenerator[Event, None]:  # fmt: skip
        """Take the turn, or repeat the answer that its key has."""
        thread_id, run_id = checked_session(session_id), run_id or str(uuid.uuid4())
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

    def check_room(self, user: User) -> None:
        """Refuse one more turn of a customer while there is no room for it.

        Raises:
            LimitReached: The customer, or all customers together, have too many turns at once.
        """
        self._room.check(user.customer_id)

    async def _locked(
        self, thread_id: str, user: User, runner: TurnRunner, request: ChatRequest
    ) -> AsyncGenerator[Event, None]:
        """Take the turn while holding the thread's lock, behind what was not told yet."""
        RUN_ID.set(runner.run_id)  # for the log; the turn has a task of its own
        await self._threads.claim(thread_id, user.customer_id, title=request.message or "")
        async with self._turn_lock(thread_id):
            async with aclosing(await self._turn(thread_id, user, runner, request)) as events:
                async for event in events:
                    yield event
        if self._after_turn is not None:
            await self._after_turn(user, thread_id)

    async def _turn(
        self, thread_id: str, user: User, runner: TurnRunner, request: ChatRequest
    ) -> AsyncGenerator[Event, None]:
        """Return the turn: the assistant's, or the word that a colleague was given the message."""
        colleague = await self._taken(thread_id)
        if colleague is not None:
            if request.approve is not None:
                raise WithColleague(thread_id)
            words = colleague_words("passed_on", colleague.language, colleague.colleague)
            return runner.say(request, words, PASSED_ON, cast(Language, colleague.language))
        told, snapshot = await self._untold.tell(thread_id, user)
        if told is None:
            return runner.events(request, snapshot)
        return told_first(told, runner.events(question_meant(told, request)))

    async def check_button(self, user: User, session_id: str, *, resume: bool, question_id: str | None) -> None:
        """Refuse the answer to a question that is not asked, as ``stream`` would.

        Raises:
            ThreadNotFound: The conversation does not exist, or belongs to somebody else.
            NothingPending: See ``stream``.
        """
        request = checked_request(None, resume, question_id)
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
