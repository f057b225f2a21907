"""Tells a customer what an interruption kept from him, before anything else is done in the thread.

A turn may end without its answer: the process dies, the store of the checkpoints fails, an operation outlives its
time limit. What became of its changes is known all the same, by their idempotency keys. Nothing runs here: a change
that was done is told, one that was not is asked for again under the same key.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from langgraph.types import StateSnapshot

from conversation.colleague_words import colleague_words
from conversation.engine import Engine
from conversation.events import Done, Event, Step, Token, pending_of
from conversation.inputs import told_late
from conversation.recorded import recorded_result
from conversation.requests import ChatRequest
from conversation.turn import TurnEnd, TurnRunner
from core.channels import Channel
from core.languages import Language
from database.handovers import Handovers
from database.thread_records import LastTurn
from database.threads import Threads
from graph.calls import ALREADY_DONE, STILL_UNKNOWN, is_open_question, question_id
from graph.state import Call, ConversationState, DoneChange, Outcome, Telling
from identity.user import User
from tools.written import WrittenChanges

CALLED = "person"
"""Topic of the word that a colleague was called; the same as where it is told in time."""

_TELLS_AGAIN = (ALREADY_DONE, STILL_UNKNOWN)
"""Topics of turns that tell again what was told before them."""

_STILL_RUNNING = timedelta(minutes=1)
"""Time for which a write that a turn gave up waiting for may still be on its way."""


@dataclass
class _Found:
    """News of a thread that its customer was not told."""

    outcomes: list[Outcome] = field(default_factory=list)
    open: list[Call] = field(default_factory=list)
    unsettled: list[Call] = field(default_factory=list)
    not_done: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    done: DoneChange | None = None

    def turn(self) -> ConversationState | None:
        """Return the input of the turn that tells it; None where there is nothing to tell."""
        if not (self.outcomes or self.not_done or self.unknown):
            return None
        telling = Telling(late=True, not_done=self.not_done, unknown=self.unknown)
        return told_late(self.outcomes, self.open, self.unsettled, telling, self.done)

    def add_done(self, call: Call, result: dict[str, Any]) -> None:
        """Add a change that was carried out."""
        outcome = Outcome(
            call_id=call["id"], operation=call["operation"], arguments=call["arguments"], success=True,
            executed=False, result=result, error=None, ms=0,
        )  # fmt: skip
        self.outcomes.append(outcome)
        self.done = DoneChange(call={**call, "status": "done"}, outcome=outcome, turns=0)

    def add_unknown(self, call: Call, now: str) -> None:
        """Add a change of which it is not known if it was carried out."""
        self.unknown.append(call["operation"])
        self.unsettled.append({**call, "unsettled_since": now})

    def add_not_done(self, call: Call, now: str) -> None:
        """Add a change that was not carried out; its question is asked again, under its own key."""
        self.not_done.append(call["operation"])
        again: Call = {
            **call,
            "status": "awaiting",
            "proposed_at": now,
            "asked_at": now,
            "digressions": 0,
            "retried": True,
        }
        self.open.append(again)


class Untold:
    """Finds and tells what was not told.

    Args:
        engine: What all turns share.
        threads: The threads.
        written: What became of the writes.
        handovers: The hand-overs to a person.
    """

    def __init__(self, engine: Engine, threads: Threads, written: WrittenChanges, handovers: Handovers) -> None:
        self._engine = engine
        self._threads = threads
        self._written = written
        self._handovers = handovers
        self._seen: set[str] = set()
        """Runs that told something when the thread was opened, where it stands to be read."""

    def serve(self, engine: Engine) -> None:
        """Take the next turns with this engine."""
        self._engine = engine

    async def tell(
        self, thread_id: str, user: User, *, opened: bool = False
    ) -> tuple[TurnEnd | None, StateSnapshot | None]:
        """Take the turn that tells it; None where there is nothing to tell. The caller holds the thread's lock.

        What was told before a message whose own answer did not come is told again with the next one.

        Args:
            thread_id: The thread.
            user: Its customer.
            opened: The thread is opened to be read, where everything that was told stands.

        Returns:
            What was told, and the thread as it stands, where it was read and nothing was told.
        """
        last = await self._threads.last_turn(thread_id)
        if last is None:
            return None, None
        snapshot = await self._engine.graph.aget_state({"configurable": {"thread_id": thread_id}})
        waits = snapshot.values.get("unsettled") or _retried(snapshot.values)
        if last.answered_at and not waits and not last.by_service:
            return None, snapshot
        told = await self._told_now(thread_id, user, last, snapshot)
        if told is None:
            told = await self._unheard(thread_id, last, snapshot)
            if opened or told is None:
                self._seen |= {told.result.run_id} if told is not None else set()
                return None, snapshot
        elif opened:
            self._seen.add(told.result.run_id)
        return told, None

    async def _unheard(self, thread_id: str, last: LastTurn, snapshot: StateSnapshot) -> TurnEnd | None:
        """Return what was told and perhaps not heard: nothing that was said to the customer since then is known."""
        if last.answered_at and not last.by_service:
            return None
        run = await self._threads.last_answer(thread_id)
        if run is None or run.channel != Channel.SERVICE or run.id in self._seen:
            return None
        result = recorded_result(run, self._engine.model_name)
        asked = result.pending.text if result.pending is not None else ""
        return TurnEnd(result.response.removesuffix(asked).rstrip(), result, snapshot.values)

    async def _told_now(
        self, thread_id: str, user: User, last: LastTurn, snapshot: StateSnapshot
    ) -> TurnEnd | None:  # fmt: skip
        """Take the turn that tells what was never told; None where there is nothing."""
        turn = (await self._found(snapshot, last, user.customer_id)).turn()
        runner = TurnRunner(thread_id, user, Channel.SERVICE, None, self._engine)
        if turn is not None:
            return await runner.tell(turn, snapshot)
        record = await self._handovers.unfinished(thread_id) if last.answered_at is None else None
        if record is None or record.run_id != last.run_id:
            return None
        words = colleague_words("called_late", record.language, None)
        return await runner.tell_words(words, CALLED, cast(Language, record.language))

    async def _found(self, snapshot: StateSnapshot, last: LastTurn, customer_id: int) -> _Found:
        values, found = snapshot.values, _Found()
        if last.answered_at is None:
            run = dict(snapshot.metadata or {}).get("run")
            if run is not None and not await self._threads.is_answered(str(run)):
                _add_known(found, values)
            await self._add_interrupted(found, snapshot, last, customer_id)
        else:
            await self._add_open(found, values, customer_id)
        await self._add_unsettled(found, values, last, customer_id)
        return found

    async def _add_interrupted(self, found: _Found, snapshot: StateSnapshot, last: LastTurn, customer_id: int) -> None:
        """Add what became of the calls that a yes had been asked for."""
        now = self._engine.clock().isoformat()
        still_asked = last.was_left and pending_of(snapshot) is not None
        for call in snapshot.values.get("calls", []):
            if call["status"] not in ("awaiting", "approved") or call["key"] is None:
                if is_open_question(call):
                    found.open.append(call)
                continue
            written = await self._written.of(customer_id, call["key"])
            if written.result is not None:
                found.add_done(call, written.result)
            elif written.state == "begun":
                found.add_unknown(call, now)
            elif still_asked:
                found.open.append(call)
            else:
                found.add_not_done(call, now)

    async def _add_open(self, found: _Found, values: Mapping[str, Any], customer_id: int) -> None:
        """Add the open calls; one that was found to be not carried out may have been carried out after all."""
        retried = {call["id"] for call in _retried(values)}
        for call in filter(is_open_question, values.get("calls", [])):
            key, result = call["key"], None
            if call["id"] in retried and key is not None:
                result = (await self._written.of(customer_id, key)).result
            if result is None:
                found.open.append(call)
            else:
                found.add_done(call, result)

    async def _add_unsettled(self, found: _Found, values: Mapping[str, Any], last: LastTurn, customer_id: int) -> None:
        """Add what became of the writes whose outcome had not been known."""
        now = self._engine.clock()
        for call in values.get("unsettled", []):
            since = call.get("unsettled_since") or last.answered_at
            may_run = since is not None and datetime.fromisoformat(str(since)) + _STILL_RUNNING > now
            written = await self._written.of(customer_id, call["key"])
            if written.result is not None:
                found.add_done(call, written.result)
            elif written.state == "begun" or may_run:
                found.unsettled.append(call)
                if last.answered_at is None:
                    found.unknown.append(call["operation"])
            else:
                found.add_not_done(call, now.isoformat())


def _retried(values: Mapping[str, Any]) -> list[Call]:
    return [call for call in values.get("calls", []) if call.get("retried") and is_open_question(call)]


def _add_known(found: _Found, values: Mapping[str, Any]) -> None:
    """Add the outcomes of the turn itself, which ended after its changes and before its answer was stored."""
    telling: Telling | None = values.get("telling")
    writes = {call["id"] for call in values.get("calls", []) if call["write"]}
    writes -= {call["id"] for call in values.get("unsettled", [])}
    outcomes: list[Outcome] = values.get("outcomes", [])
    for outcome in outcomes:
        if telling is not None or (outcome["executed"] and outcome["call_id"] in writes):
            found.outcomes.append({**outcome, "executed": False, "ms": 0})
    if telling is not None:
        found.unknown = list(telling["unknown"])
    found.done = values.get("done") if found.outcomes else None


def question_meant(told: TurnEnd, request: ChatRequest) -> ChatRequest:
    """Return the customer's step, with the question that a button without one belongs to.

    He had not been told of the change, so he pressed the button that he had pressed before.
    """
    done: DoneChange | None = told.values.get("done")
    is_told = any(outcome["success"] for outcome in told.values.get("outcomes", []))
    if request.approve is None or request.question_id is not None or done is None or not is_told:
        return request
    return request.model_copy(update={"question_id": question_id(done["call"])})


async def told_first(told: TurnEnd, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    """Yield the events of a turn behind what was told; that is left out where the turn tells the same again."""
    held = told.answer
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Step) and isinstance(event.output, Mapping):
                held = "" if event.output.get("topic") in _TELLS_AGAIN else held
            elif isinstance(event, Token) and held:
                yield Token(text=held + "\n\n")
                held = ""
            elif isinstance(event, Done) and event.result.intent not in _TELLS_AGAIN:
                event = Done(result=event.result.model_copy(update={
                    "response": "\n\n".join(filter(None, (told.answer, event.result.response))),
                    "tool_results": [*told.result.tool_results, *event.result.tool_results],
                }))  # fmt: skip
            yield event
