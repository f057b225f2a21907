"""troubleshoot: ask the customer to try a step, and act on its outcome.

A complaint that the agent's own check confirms, or cannot see, is first met with a step that solves most of them. If
nothing changed the check runs again, and only a fault that is still there becomes a ticket, which is confirmed first.
"""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.answers.approved import Answers
from graph.answers.questions import exact_choice, step_question
from graph.asking import ask
from graph.calls import certain, new_call
from graph.reading import MessageReader, Utterance
from graph.state import Call, ConversationState, TroubleshootingStep, TurnContext
from graph.troubleshooting import next_step
from graph.understanding.fillers import PAUSE, is_pause
from graph.understanding.replies import ReplyReader
from tools.toolbox import Toolbox

TICKET = "create_fault_ticket"
FIXED = "step_fixed"
"""Topic of the answer when the step helped."""

_SHORTEST, _LONGEST = 10, 1000
"""Characters that a ticket's description may have."""


class Troubleshoot:
    """The node ``troubleshoot``.

    Args:
        messages: Reads messages.
        replies: Reads replies.
        toolbox: The operations.
        answers: Wording.
        most_messages: Messages that the state holds at most.
    """

    def __init__(
        self, messages: MessageReader, replies: ReplyReader, toolbox: Toolbox, answers: Answers, most_messages: int
    ) -> None:
        self._messages = messages
        self._replies = replies
        self._toolbox = toolbox
        self._answers = answers
        self._most_messages = most_messages

    async def __call__(self, state: ConversationState, runtime: Runtime[TurnContext]) -> ConversationState:
        """Ask for the step, and act on the reply."""
        step = next_step(state)
        assert step is not None, "the router sends only states with a step"  # noqa: S101
        view = step_question(step, self._answers, state["language"])
        message, _, update = ask(view, state, self._most_messages)
        if is_pause(message or ""):
            return {**update, "topic": PAUSE, "confidence": 1.0, "step": step}
        reading = self._messages.read(Utterance(message or "", view["text"], "reply"), runtime.context.readings)
        # Only exactly: "düzelmedi" is spelt nearly like "düzeldi".
        meaning = exact_choice(message or "", view["options"]) or await self._replies.step(reading)
        update = {**update, "step": None}
        match meaning:
            case "fixed":
                return {**update, "topic": FIXED, "confidence": 1.0}
            case "still":
                return {**update, **self._check_again(step)}
            case "unable" | "ticket":
                ticket = self._ticket(step)
                return {**update, "intents": certain(TICKET), "confidence": 1.0, "calls": [ticket]}
        return {**update, "step": {**step, "asked": step["asked"] + 1}}

    def _check_again(self, step: TroubleshootingStep) -> ConversationState:
        """Return the check once more, and a ticket that waits for it to find the fault again."""
        check = new_call(step["check"], step["arguments"], self._toolbox)
        ticket: Call = {
            **self._ticket(step), "status": "waiting", "after": step["check"], "conditional": True,
        }  # fmt: skip
        intents = [*certain(step["check"]), *certain(TICKET)]
        return {"intents": intents, "confidence": 1.0, "calls": [check, ticket]}

    def _ticket(self, step: TroubleshootingStep) -> Call:
        issue = " ".join(step["issue"].split())
        if len(issue) < _SHORTEST:
            issue = f"{self._answers.say('reported', 'tr')}: {issue}"
        return new_call(TICKET, {"issue_description": issue[:_LONGEST]}, self._toolbox)
