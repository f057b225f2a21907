"""Approval: calls that were agreed to, let run as they were asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from langgraph.config import get_stream_writer

from core.clock import Clock
from graph.answers.approved import Answers
from graph.calls import certain, propose, refusal, without
from graph.state import Call, ConversationState, Outcome
from tools.caller import Caller
from tools.errors import ToolError
from tools.toolbox import Toolbox


class Approval:
    """Lets calls run after a plain yes.

    Args:
        toolbox: The operations.
        answers: Wording of what has changed meanwhile.
        clock: The present.
        lifetime: Age from which a question is asked again.
    """

    def __init__(self, toolbox: Toolbox, answers: Answers, clock: Clock, lifetime: timedelta) -> None:
        self._toolbox = toolbox
        self._answers = answers
        self._clock = clock
        self._lifetime = lifetime

    async def give(
        self, state: ConversationState, given: Sequence[tuple[Call, dict[str, Any]]], question: str, caller: Caller, *,
        declined: Sequence[Call] = (),
    ) -> ConversationState:  # fmt: skip
        """Return the state with the calls approved: each preview is taken again, and other facts are asked again.

        Where the facts of one have changed none of them runs, and all are asked again.

        Args:
            state: The state.
            given: The calls, each with the evidence of its consent.
            question: Id of the question that was answered.
            caller: The customer.
            declined: Calls that the same reply declined.
        """
        approved: list[Call] = []
        renewed: list[Call] = []
        outcomes: list[Outcome] = []
        for call, consent in given:
            try:
                preview = await self._toolbox.preview(call["operation"], call["arguments"], caller)
            except ToolError as error:
                outcomes.append(refusal(call, error))
                continue
            if preview.facts != call["preview"] or self._clock() - _proposed_at(call) > self._lifetime:
                renewed.append(propose(call, preview.arguments, preview.facts, self._clock))
            else:
                approved.append({**call, "status": "approved", "consent": consent, "question": question})
        others = without(state["calls"], [call for call, _ in given])
        update: ConversationState = {"outcomes": outcomes, "confidence": 1.0, "declined": list(declined)}
        if renewed:
            notice = self._answers.say("renewed", state["language"])
            get_stream_writer()({"token": notice})
            unchanged = [call for call, _ in given if call["id"] in {each["id"] for each in approved}]
            return {**update, "calls": [*renewed, *unchanged, *others], "answer": notice, "declined": []}
        wished = [certain(name)[0] for name in dict.fromkeys(call["operation"] for call in approved)]
        return {**update, "calls": [*approved, *others], "intents": wished}


def _proposed_at(call: Call) -> datetime:
    stored: dict[str, Any] = {**call}  # a question of version 0.1 still waits under the old name
    return datetime.fromisoformat(str(stored.get("proposed_at") or stored["put_up_at"]))
