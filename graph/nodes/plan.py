"""plan: let a chat model that calls tools choose the operations of a message, step by step.

It runs only with ``TELEKOM_PLANNER=tools``, after the decision model has read the message. Its calls take the same way
as all others: ``select_tools`` prepares them, a READ call runs and its result goes back to the model, a WRITE call is
proposed and waits for ``confirm``. Where the model fails or calls nothing, the reading of the decision model stands.
"""

from __future__ import annotations

from graph.calls import TOO_MANY, certain, new_call
from graph.state import Call, ConversationState, Intent, PlannedCall, TurnPlan
from graph.understanding.planner import NO_CALL, TOO_MANY_CALLS, PlannedStep, ToolPlanner
from tools.toolbox import Toolbox

MOST_STEPS = "most steps"
"""Reason of a plan that was ended because it had as many steps as a turn may have."""


class Plan:
    """The node ``plan``.

    Args:
        planner: Asks the chat model for the next step.
        toolbox: The operations.
        most_steps: Steps, and calls, that one message may have.
    """

    def __init__(self, planner: ToolPlanner, toolbox: Toolbox, most_steps: int) -> None:
        self._planner = planner
        self._toolbox = toolbox
        self._most_steps = most_steps

    async def __call__(self, state: ConversationState) -> ConversationState:
        """Add the calls of the next step, or end the plan and keep the reason."""
        plan = state.get("plan") or self._begun(state)
        if len(plan["steps"]) >= self._most_steps:
            return self._ended(state, {**plan, "reason": MOST_STEPS})
        step = await self._planner.next_step(state, plan, self._most_steps)
        plan = {**plan, "refused": [*plan["refused"], *step.refused], "reason": step.reason}
        return self._continued(state, plan, step) if step.calls else self._ended(state, plan)

    def _begun(self, state: ConversationState) -> TurnPlan:
        writes = [each["operation"] for each in state["intents"] if self._toolbox.is_write(each["operation"])]
        return TurnPlan(status="reading", steps=[], refused=[], reason="", wished=writes)

    def _continued(self, state: ConversationState, plan: TurnPlan, step: PlannedStep) -> ConversationState:
        """Return the state with the calls of a step; a step with a change is the last one, since it waits for a yes."""
        proposes = any(self._toolbox.is_write(each["operation"]) for each in step.calls)
        plan = {**plan, "steps": [*plan["steps"], step.calls], "status": "proposed" if proposes else "reading"}
        remarks = list(state.get("remarks", []))
        if any(TOO_MANY_CALLS in each for each in step.refused) and TOO_MANY not in remarks:
            remarks.append(TOO_MANY)
        return {
            "plan": plan, "intents": _intents(plan), "topic": "", "choices": [], "unclear": 0, "remarks": remarks,
            "left_out": _left_out(plan) if proposes else [],
            "calls": [*state.get("calls", []), *(self._call(each) for each in step.calls)],
        }  # fmt: skip

    def _ended(self, state: ConversationState, plan: TurnPlan) -> ConversationState:
        """Return the end of a plan: before its first step the decision model's reading stands, later the results do."""
        if not plan["steps"]:
            return {"plan": {**plan, "status": "dropped"}}
        condition_failed = state.get("conditional") and plan["reason"] == NO_CALL
        return {"plan": {**plan, "status": "ended"}, "left_out": [] if condition_failed else _left_out(plan)}

    def _call(self, planned: PlannedCall) -> Call:
        return {**new_call(planned["operation"], planned["arguments"], self._toolbox), "id": planned["id"]}


def _intents(plan: TurnPlan) -> list[Intent]:
    operations = dict.fromkeys(each["operation"] for step in plan["steps"] for each in step)
    return [intent for operation in operations for intent in certain(operation)]


def _left_out(plan: TurnPlan) -> list[str]:
    """Return the changes that the decision model read in the message and that are not planned."""
    planned = {each["operation"] for step in plan["steps"] for each in step}
    return [operation for operation in plan["wished"] if operation not in planned]
