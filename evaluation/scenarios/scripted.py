"""Scripted models for scenarios: they score the graph and the tools without a trained model.

The decision model answers every question from the meaning that the scenario states for the present turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from agent.decision.format import DecisionState, message_of
from agent.decision.model import Answers, DecisionModel, DecisionRequest
from agent.decision.spans import Span
from core.languages import Language
from evaluation.scenarios.format import Meaning
from graph.understanding.argument_specs import ARGUMENTS, spec_of

SURE = 0.97
_UNSURE = (0.2, 0.15, 0.1)
"""Probabilities of the stated operations, in their order, when the meaning is unsure."""

_PLACES = {"operation": 0, "second_operation": 1, "third_operation": 2, "fourth_operation": 3, "fifth_operation": 4}
"""Which of the stated operations a question asks for."""


class ScriptedDecisionModel(DecisionModel):
    """Answers from the meaning of the present turn; everything that the meaning leaves open is answered with none."""

    def __init__(self) -> None:
        self._message = ""
        self._means = Meaning()
        self._language: Language = "tr"
        self._parts: list[str] = []

    def set_meaning(self, message: str, means: Meaning, language: Language) -> None:
        """Set the meaning of the next message.

        Args:
            message: The message.
            means: Its meaning, with no placeholders left.
            language: The language of the message where the meaning does not state it.
        """
        self._message, self._means, self._language = message, means, means.language or language
        self._parts = []

    def spans(self, state: DecisionState) -> Sequence[Span]:
        """Return the stated arguments that are words of the message."""
        stated = self._means.arguments.items()
        return [Span(span, str(value), SURE) for name, value in stated if (span := spec_of(name).span)]

    def _classify(self, request: DecisionRequest) -> Answers:
        part = message_of(request["state"])
        if set(request["questions"]) == {"operation"} and part != self._message:
            return {"operation": self._answer(self._place_of(part), request["questions"]["operation"])}
        return {name: self._answer(name, asked) for name, asked in request["questions"].items()}

    def _place_of(self, part: str) -> str:
        """Return the question for a part of the message: the first part asks for the first operation, and so on."""
        if part not in self._parts:
            self._parts.append(part)
        return list(_PLACES)[min(self._parts.index(part), len(_PLACES) - 1)]

    def _answer(self, name: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        if asked["type"] == "noul":
            true = SURE if self._affirmed(name) else 1 - SURE
            return {"type": "noul", "noul": true, "probabilities": {"true": true, "false": 1 - true}}
        options = [str(option) for option in asked["criteria"]]
        meant = self._means.operations
        likely = {self._choice(name): SURE}
        if name == "operation" and self._means.unsure and meant:
            likely = dict(zip(meant, _UNSURE, strict=False))
        if not set(likely) <= set(options):
            raise ValueError(f"the question {name!r} does not offer {', '.join(likely)}")
        rest = (1 - sum(likely.values())) / max(1, len(options) - len(likely))
        probabilities = {option: likely.get(option, rest) for option in options}
        best = max(probabilities, key=probabilities.__getitem__)
        return {"type": "choice", "choice": best, "probabilities": probabilities}

    def _affirmed(self, name: str) -> bool:
        if name == "described":
            return "issue_description" in self._means.arguments
        if name == "conditional":
            return self._means.conditional
        raise ValueError(f"a scenario does not say what {name!r} is")

    def _choice(self, name: str) -> str:
        means = self._means
        match name:
            case "asked" | "also_asked":  # a scenario is about operations: it opens subjects as a whole
                return "none"
            case "topic":
                return means.topic or ("request" if means.operations else "unclear")
            case "language":
                return self._language
            case "reply":
                stated = (means.arguments or means.pick != "none") and not means.operations
                return means.reply or ("answer" if stated else "other")
            case "step":
                return means.step
            case "pick":
                return means.pick
        if name in _PLACES:
            place = _PLACES[name]
            return means.operations[place] if place < len(means.operations) else "none"
        if any(spec.question == name for spec in ARGUMENTS.values()):
            found = (value for argument, value in means.arguments.items() if spec_of(argument).question == name)
            return str(next(found, "unstated")).lower()
        raise ValueError(f"a scenario does not say what {name!r} is")


class FirstExampleChatModel(BaseChatModel):
    """A chat model that writes the first approved answer of the prompt."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _text(self, messages: list[BaseMessage]) -> str:
        examples = re.search(r"^- (.*)$", str(messages[-1].content), re.MULTILINE)
        return f" {examples[1]}" if examples else ""

    def _generate(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self._text(messages)))])

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> Iterator[ChatGenerationChunk]:
        for piece in re.findall(r"\s*\S+", self._text(messages)):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
