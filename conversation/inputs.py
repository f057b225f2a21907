"""The input of the graph for one turn: what the customer's step means, as the thread stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import HumanMessage
from langgraph.types import Command, StateSnapshot

from conversation.errors import ChangeDone, NothingPending, QuestionClosed
from conversation.events import Pending, pending_of
from conversation.requests import ChatRequest
from graph.calls import STILL_UNKNOWN, question_id, told_again
from graph.state import Call, ConversationState, DoneChange, Outcome, Telling
from graph.turn_input import fresh_turn, next_message


def graph_input(request: ChatRequest, snapshot: StateSnapshot) -> ConversationState | Command[Any]:
    """Return what a step of the customer puts into the graph.

    Args:
        request: What the customer did.
        snapshot: The thread.

    Raises:
        NothingPending: A button was pressed for a question that is not asked.
    """
    pending = pending_of(snapshot)
    if request.approve is not None:
        return _button_input(request, snapshot.values, pending)
    if pending is not None:
        return Command(resume={"message": request.message})
    return fresh_turn(request.message or "")


def check_button(request: ChatRequest, snapshot: StateSnapshot) -> None:
    """Refuse a button as ``graph_input`` does; nothing else is done.

    Raises:
        NothingPending: The button was pressed for a question that is not asked.
    """
    if request.approve is not None:
        _button_input(request, snapshot.values, pending_of(snapshot))


def told_late(
    outcomes: Sequence[Outcome], calls: Sequence[Call], unsettled: Sequence[Call], telling: Telling,
    done: DoneChange | None,
) -> ConversationState:  # fmt: skip
    """Return the input of a turn that tells what an interruption kept from the customer.

    Args:
        outcomes: What became of his changes.
        calls: Calls that are still open; their questions are asked again.
        unsettled: Calls whose outcome is still not known.
        telling: What else is told.
        done: The last change that was carried out; None where none was.
    """
    told: ConversationState = {
        **next_message(), "outcomes": list(outcomes), "calls": list(calls), "unsettled": list(unsettled),
        "telling": telling, "confidence": 1.0,
    }  # fmt: skip
    return told if done is None else {**told, "done": done}


def _button_input(
    request: ChatRequest, values: Mapping[str, Any], pending: Pending | None
) -> ConversationState | Command[Any]:
    asked, pressed = pending is not None and pending.kind == "confirmation", request.question_id
    if pending is not None and asked and (None in (pressed, pending.id) or pressed == pending.id):
        return Command(resume={"approve": request.approve})
    if pending is None and any(pressed in (None, question_id(call)) for call in values.get("unsettled", [])):
        return _still_unknown(values, "evet" if request.approve else "hayır")
    done: DoneChange | None = values.get("done")
    if done is None or not _is_about(done, pressed, pending):
        raise QuestionClosed if asked else NothingPending
    if not request.approve:
        raise ChangeDone
    return _told_again(done, values)


def _is_about(done: DoneChange, pressed: str | None, pending: Pending | None) -> bool:
    """Tell if a pressed button belongs to the change that was carried out last.

    Without the name of a question it does if nothing was said or asked since then.
    """
    if pressed is not None:
        return pressed == question_id(done["call"])
    return pending is None and done["turns"] == 0


def _told_again(done: DoneChange, values: Mapping[str, Any]) -> ConversationState:
    """Return the input of a turn in which nothing runs; a question that is open is asked again."""
    return {
        **next_message("evet"), "messages": [HumanMessage("evet")], **told_again(done),
        "telling": Telling(late=False, not_done=[], unknown=[]), "calls": list(values.get("calls", [])),
    }  # fmt: skip


def _still_unknown(values: Mapping[str, Any], said: str) -> ConversationState:
    """Return the input of a turn that tells what is not known yet, with all that was told about the interruption."""
    telling: Telling | None = values.get("telling")
    told = [] if telling is None else values.get("outcomes", [])
    unsettled: list[Call] = values["unsettled"]
    if telling is None:
        telling = Telling(late=True, not_done=[], unknown=[call["operation"] for call in unsettled])
    again = told_late(told, values.get("calls", []), unsettled, telling, None)
    return {**again, "message": said, "messages": [HumanMessage(said)], "topic": STILL_UNKNOWN}
