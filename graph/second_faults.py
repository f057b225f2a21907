"""More words about a fault while the question about a ticket is open: nothing of them is lost.

Another fault becomes a ticket of its own, more words on the same one go into its description. Code judges by
``tools.faults``, as for a ticket that is open already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.turkish import fold
from graph.calls import OPEN, SAME_FAULT, new_call
from graph.state import Call
from tools.faults import likeness
from tools.toolbox import Toolbox

TICKET = "create_fault_ticket"
SECOND_FAULT = "second_fault"
"""Remark on a complaint that was checked while the question about another fault's ticket is open."""

_DESCRIPTION = "issue_description"
_LONGEST = 1000
_ALSO = re.compile(
    r"\b(?:bir ?de|bi ?de|ayrica|ustelik|hem de|bundan baska|bir baska|baska bir|ikinci (?:bir )?(?:sorun|ariza)|also"
    r"|another|besides|as well)\b"
)
_INSTEAD = re.compile(r"\b(?:degil\w*|yerine|yanlis\w*|not|instead)\b")


def open_tickets(calls: Sequence[Call]) -> list[Call]:
    """Return the tickets that wait for the customer and whose fault was described before this message."""
    return [
        call
        for call in calls
        if call["operation"] == TICKET and call["status"] in OPEN - {"waiting"} and call["arguments"].get(_DESCRIPTION)
        and call["asked_at"] is not None
    ]  # fmt: skip


def with_more_words(tickets: Sequence[Call], said: str, toolbox: Toolbox) -> list[Call] | None:
    """Return the tickets after a description that was told meanwhile; None where it takes the place of the one before.

    Args:
        tickets: The tickets that wait, one or more.
        said: The description.
        toolbox: The operations.
    """
    judged = {call["id"]: likeness(said, str(call["arguments"][_DESCRIPTION])) for call in tickets}
    corrected = any(call["status"] == "corrected" for call in tickets)
    is_also = _ALSO.search(fold(said)) is not None
    if corrected and (_INSTEAD.search(fold(said)) or ("different" not in judged.values() and not is_also)):
        return None
    asked: list[Call] = [{**call, "status": "awaiting"} if call["status"] == "corrected" else call for call in tickets]
    same = next((call for call in asked if judged[call["id"]] == "same"), None)
    if same is not None:
        before = str(same["arguments"][_DESCRIPTION])
        return [_described(call, max(before, said, key=len)) if call is same else call for call in asked]
    unsure = next((call for call in asked if judged[call["id"]] == "unsure"), None)
    if unsure is not None and not is_also:
        both = f"{str(unsure['arguments'][_DESCRIPTION]).rstrip(' .')}. {said}"[:_LONGEST]
        return [_described(call, both) if call is unsure else call for call in asked]
    separate = {SAME_FAULT: True} if unsure is not None else {}
    return [*asked, new_call(TICKET, {_DESCRIPTION: said, **separate}, toolbox)]


def _described(call: Call, description: str) -> Call:
    """Return a ticket with a description, to be proposed again where it has changed."""
    if description == call["arguments"][_DESCRIPTION]:
        return call
    arguments = {**call["arguments"], _DESCRIPTION: description}
    return {**call, "status": "missing", "missing": call["missing"], "arguments": arguments}
