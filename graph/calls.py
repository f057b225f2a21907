"""Tool calls on their way from wish to result: making one, preparing it, proposing it, refusing it.

Running a call is the node's work (``nodes/execute_tools.py``); reading its arguments is that of ``understanding``.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core.clock import Clock
from graph.state import Call, ConversationState, DoneChange, Intent, Outcome
from tools.caller import Caller
from tools.errors import DuplicateTicketFound, MultipleLines, SimilarTicketFound, ToolError
from tools.toolbox import Toolbox

ALREADY_DONE = "already_done"
"""Topic of the answer to a yes that comes again after its change was carried out."""

STILL_UNKNOWN = "still_unknown"
"""Topic of the answer to a yes that comes again while nobody knows if its change was carried out."""

OPEN = frozenset({"waiting", "missing", "corrected", "awaiting"})
"""Statuses of a call that is not finished and not about to run."""

SAME_FAULT = "separate"
"""The argument that tells whether a fault is another one than that of an open ticket."""

TOO_MANY = "too_many_steps"
"""Remark that a call was dropped because the turn has run enough operations."""

RUNNABLE = frozenset({"ready", "approved"})
"""Statuses of a call that runs next."""


def new_call(operation: str, arguments: dict[str, Any], toolbox: Toolbox) -> Call:
    """Return a call as the customer wished for it, before anything is checked."""
    return Call(
        id=_new_id(), operation=operation, arguments=arguments, write=toolbox.is_write(operation),
        status="missing", missing=[], key=None, preview=None, proposed_at=None, asked_at=None, digressions=0,
        after=None, conditional=False, reference=None,
    )  # fmt: skip


async def prepare(call: Call, toolbox: Toolbox, caller: Caller, clock: Clock) -> tuple[Call, Outcome | None]:
    """Check the arguments of a call; make a READ call ready and propose a WRITE call.

    A WRITE call that would be refused anyway is refused before anything is asked for it.

    Args:
        call: The call, as wished for or corrected; one that waits or was proposed already comes back unchanged.
        toolbox: The operations.
        caller: The customer.
        clock: The present.

    Returns:
        The call in its new status, and the refusal to tell the customer when a guard refuses it.
    """
    if call["status"] in ("awaiting", "waiting"):
        return call, None
    operation = call["operation"]
    asked = (*toolbox.required(operation), *_never_guessed(call), *call["missing"])
    missing = [name for name in dict.fromkeys(asked) if name not in call["arguments"]]
    if missing:
        return await _lacking(call, missing, toolbox, caller, clock)
    try:
        arguments = toolbox.check(operation, call["arguments"])
        call = {**call, "arguments": arguments.stated, "missing": []}
        preview = await toolbox.preview(operation, arguments, caller)
    except MultipleLines:
        return await _lacking(call, ["line_number"], toolbox, caller, clock)
    except SimilarTicketFound:
        return await _lacking(call, [SAME_FAULT], toolbox, caller, clock)
    except DuplicateTicketFound as error:
        # The customer's words about the fault are not thrown away: they are offered as a note on the open ticket.
        noted = {**call["arguments"], "note_for": error.details["ticket_id"]}
        return await prepare({**call, "arguments": noted}, toolbox, caller, clock)
    except ToolError as error:
        return {**call, "status": "failed"}, refusal(call, error)
    if not call["write"]:
        return {**call, "status": "ready"}, None
    return propose(call, preview.arguments, preview.facts, clock), None


def _never_guessed(call: Call) -> tuple[str, ...]:
    """Return the arguments that an operation would choose by itself, and that a customer is asked for here."""
    opens = call["operation"] == "setup_autopay" and call["arguments"].get("status") is True
    return ("payment_method",) if opens else ()


async def _lacking(
    call: Call, missing: list[str], toolbox: Toolbox, caller: Caller, clock: Clock
) -> tuple[Call, Outcome | None]:
    """Return a call that lacks arguments, or its refusal where no argument could make it possible."""
    try:
        await toolbox.guard(call["operation"], call["arguments"], caller)
    except ToolError as error:
        return {**call, "status": "failed"}, refusal(call, error)
    asked_at = call.get("asked_at") or clock().isoformat()
    return {**call, "status": "missing", "missing": missing, "asked_at": asked_at}, None


def propose(call: Call, arguments: dict[str, Any], facts: dict[str, Any], clock: Clock) -> Call:
    """Return a WRITE call that waits for the customer's yes, under a new idempotency key.

    Args:
        call: The call.
        arguments: Its arguments with every default and name resolved, as its preview gave them.
        facts: The facts of the preview, which the question states.
        clock: The present.
    """
    now = clock().isoformat()
    return {
        **call,
        "arguments": arguments,
        "status": "awaiting",
        "key": uuid.uuid4().hex,
        "preview": facts,
        "proposed_at": now,
        "asked_at": now,
        "digressions": 0,
        "discussed": False,
        "listed": True,
    }


def question_id(*calls: Call) -> str:
    """Return the name of the question that proposed calls ask together.

    It is made from the idempotency keys, so that a renewed question has another one, and does not show the keys.
    """
    if len(calls) == 1 and (asked := calls[0].get("question")):  # approved by a question about several changes
        return asked
    keys = ",".join(str(call["key"]) for call in calls)
    return hashlib.sha256(keys.encode()).hexdigest()[:16]


def asked_together(calls: Sequence[Call]) -> list[Call]:
    """Return the proposed changes that the next question lists; one of an earlier version is asked about alone."""
    awaiting = in_asked_order([call for call in calls if call["status"] == "awaiting"])
    return [call for call in awaiting if call.get("listed")] if awaiting[0].get("listed") else awaiting[:1]


def in_asked_order(calls: Sequence[Call]) -> list[Call]:
    """Return calls in the order in which the customer wished for them, by which "ilki" means one."""
    return sorted(calls, key=lambda call: call.get("place", 0))


def numbered(calls: Sequence[Call]) -> list[Call]:
    """Return calls with a place for each new one, after those that were wished for before."""
    first = max((call.get("place", 0) for call in calls), default=0) + 1
    return [call if "place" in call else {**call, "place": first + at} for at, call in enumerate(calls)]


def is_open_question(call: Call) -> bool:
    """Tell whether a call waits for the customer: for an argument, or for a yes."""
    return call["status"] in ("missing", "awaiting")


def expired(calls: Sequence[Call], clock: Clock, lifetime: timedelta) -> tuple[list[Call], list[str]]:
    """End the open questions that have waited for the customer for too long.

    Args:
        calls: The calls of the thread.
        clock: The present.
        lifetime: Age that a question may have.

    Returns:
        The calls that are left, and the operations of those whose question has ended.
    """

    def is_old(call: Call) -> bool:
        asked_at = call.get("asked_at")
        return asked_at is not None and clock() - datetime.fromisoformat(asked_at) > lifetime

    ended = [call for call in calls if is_open_question(call) and is_old(call)]
    return [call for call in calls if call not in ended], [call["operation"] for call in ended]


def digressed(calls: Sequence[Call], most: int) -> tuple[list[Call], list[str]]:
    """Count a message about something else for each open question.

    Args:
        calls: The calls of the thread.
        most: Such messages that end a question.

    Returns:
        The calls that are left, and the operations of those whose question has ended.
    """
    left: list[Call] = []
    closed: list[str] = []
    for call in calls:
        count = call.get("digressions", 0) + 1
        if not is_open_question(call):
            left.append(call)
        elif count < most:
            left.append({**call, "digressions": count})
        else:
            closed.append(call["operation"])
    return left, closed


def refusal(call: Call, error: ToolError) -> Outcome:
    """Return the outcome of a call that a guard refused before it ran."""
    return Outcome(
        call_id=call["id"], operation=call["operation"], arguments=call["arguments"], success=False,
        executed=False, result=None, error=error_data(error), ms=0,
    )  # fmt: skip


def error_data(error: ToolError) -> dict[str, object]:
    """Return a tool error as plain data, from which the answer explains it."""
    return {
        "code": error.code,
        "message": error.message,
        "next_step": error.next_step,
        "details": error.details,
    }


def told_again(done: DoneChange) -> ConversationState:
    """Return the result of a change as the outcome of this turn, in which nothing runs."""
    return {
        "intents": [], "topic": ALREADY_DONE, "confidence": 1.0, "choices": [], "unclear": 0, "done": done,
        "outcomes": [{**done["outcome"], "executed": False, "ms": 0}],
    }  # fmt: skip


def certain(operation: str) -> list[Intent]:
    """Return the wish for an operation that the customer chose or confirmed, so that nothing about it is guessed."""
    return [Intent(operation=operation, probability=1.0)]


def for_lines(call: Call, numbers: Sequence[str]) -> list[Call]:
    """Return one call for each of several lines; the first keeps the call's id.

    Args:
        call: A call that is not prepared yet.
        numbers: The lines; none where the customer has to be asked for the line.
    """
    if not numbers:
        stated = {name: value for name, value in call["arguments"].items() if name != "line_number"}
        return [{**call, "arguments": stated, "missing": [*call["missing"], "line_number"]}]
    return [
        {
            **call,
            "id": call["id"] if index == 0 else _new_id(),
            "arguments": {**call["arguments"], "line_number": number},
        }
        for index, number in enumerate(numbers)
    ]


def write_after_read(calls: Sequence[Call]) -> list[Call]:
    """Make the WRITE of a message with a condition wait for what its READ finds."""
    read = next((call for call in calls if not call["write"] and call["status"] == "missing"), None)
    if read is None:
        return list(calls)
    return [
        {**call, "status": "waiting", "after": call["after"] or read["operation"], "conditional": True}
        if call["write"] and call["status"] == "missing"
        else call
        for call in calls
    ]


def without_twins(calls: Sequence[Call]) -> list[Call]:
    """Drop the second of two equal calls: a look-up may be wished for by itself, a line may be named twice."""
    single: list[Call] = []
    for call in calls:
        twin = any((one["operation"], one["arguments"]) == (call["operation"], call["arguments"]) for one in single)
        if not twin or (call["write"] and call["status"] != "awaiting"):
            single.append(call)
    return single


def _new_id() -> str:
    return uuid.uuid4().hex[:12]


def without(calls: Sequence[Call], some: Sequence[Call]) -> list[Call]:
    """Return the calls but for some."""
    ids = {call["id"] for call in some}
    return [call for call in calls if call["id"] not in ids]
