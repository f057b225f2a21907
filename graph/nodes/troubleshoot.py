"""troubleshoot: the customer tries a step, and what happens next follows from what he says of it.

A complaint that the agent's own check confirms, or cannot see, is first met with a step that solves most of them; if
nothing changed the check runs again, and only a fault that is still there becomes a ticket (which is confirmed first).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from graph.answers.approved import Answers
from graph.answers.questions import exact_choice, trial_question
from graph.nodes.select_tools import new_call
from graph.state import Call, Intent, Outcome, State, Trial, TurnContext, next_message
from graph.understanding.conditions import SLOW
from graph.understanding.replies import ReplyReader
from tools.catalog import Toolbox

TICKET = "create_fault_ticket"
FIXED = "step_fixed"
_SHORTEST, _LONGEST = 10, 1000
"""Letters that a ticket's description may have."""
_PATIENCE = 2
"""How often a step is asked for; a customer who talks of other things is not asked a third time."""


class Troubleshooter:
    """The node, with what it needs.

    Args:
        replies: Reads replies.
        toolbox: The operations.
        answers: Wording.
    """

    def __init__(self, replies: ReplyReader, toolbox: Toolbox, answers: Answers) -> None:
        self._replies = replies
        self._toolbox = toolbox
        self._answers = answers

    async def troubleshoot(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Ask for the step, and act on what the customer says of it."""
        trial = wanted_trial(state)
        assert trial is not None, "the router sends only states with a step"  # noqa: S101
        view = trial_question(trial, self._answers, state["language"])
        answer: Mapping[str, Any] = interrupt(view)
        message = str(answer.get("message", ""))
        # Only exactly: "düzelmedi" is spelt nearly like "düzeldi".
        chosen = exact_choice(message, view["options"])
        said = chosen or await self._replies.trial(message, view["text"])
        cleared: State = {**next_message(message), "trial": None}
        match said:
            case "fixed":
                return {**cleared, "topic": FIXED, "confidence": 1.0}
            case "still":
                return {**cleared, **self._again(trial)}
            case "unable" | "ticket":
                return {**cleared, **self._ticket(trial)}
        asked: Trial = {**trial, "asked": trial["asked"] + 1}
        return {**cleared, "trial": asked}

    def _again(self, trial: Trial) -> State:
        """The check once more, and a ticket if it still finds the fault."""
        check = new_call(trial["check"], trial["arguments"], self._toolbox)
        ticket: Call = {
            **self._new_ticket(trial), "status": "waiting", "after": trial["check"], "conditional": True,
        }  # fmt: skip
        wishes = [Intent(operation=name, probability=1.0) for name in (trial["check"], TICKET)]
        return {"intents": wishes, "confidence": 1.0, "calls": [check, ticket]}

    def _ticket(self, trial: Trial) -> State:
        wish = Intent(operation=TICKET, probability=1.0)
        return {"intents": [wish], "confidence": 1.0, "calls": [self._new_ticket(trial)]}

    def _new_ticket(self, trial: Trial) -> Call:
        issue = " ".join(trial["issue"].split())
        if len(issue) < _SHORTEST:
            issue = f"{self._answers.say('reported', 'tr')}: {issue}"
        return new_call(TICKET, {"issue_description": issue[:_LONGEST]}, self._toolbox)


def wanted_trial(state: State) -> Trial | None:
    """The step that is being tried, or the one that this turn's results call for."""
    trial = state.get("trial")
    if trial is not None:
        return trial if trial["asked"] < _PATIENCE else None
    if any(call["status"] == "awaiting" or call["write"] for call in state["calls"]):
        return None
    return next((found for outcome in state["outcomes"] if (found := _called_for(outcome, state))), None)


def _called_for(outcome: Outcome, state: State) -> Trial | None:
    result = outcome["result"]
    if result is None:
        return None
    name = None
    if outcome["operation"] == "test_internet_speed" and result["quality_rating"] in SLOW:
        name = "restart_modem"
    elif outcome["operation"] == "check_network_status" and result["status"] == "operational":
        # Somebody who names a place asks about it; somebody who names none has no connection where he is.
        name = None if "region" in outcome["arguments"] else "restart_phone"
    if name is None:
        return None
    return Trial(name=name, check=outcome["operation"], arguments=outcome["arguments"], issue=state["message"], asked=0)
