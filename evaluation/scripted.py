"""Scripted models: they score and test the graph and the tools without a trained model.

The decision model answers every question from the stated meaning of a message. Scenarios state the meaning of each
turn; tests state a table of messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from agent.decision.format import DecisionState, message_of
from agent.decision.model import Answers, DecisionModel, DecisionRequest
from agent.decision.spans import Span
from agent.errors import GenerationError
from agent.models import Models
from core.languages import Language
from evaluation.language import language_of
from evaluation.scenarios.format import Meaning
from graph.understanding.argument_specs import ARGUMENTS, spec_of

SURE = 0.97
_UNSURE = (0.2, 0.15, 0.1)
"""Probabilities of the stated operations, in their order, when the meaning is unsure."""

_PLACES = {"operation": 0, "second_operation": 1, "third_operation": 2, "fourth_operation": 3, "fifth_operation": 4}
"""Which of the stated operations a question asks for."""

_PLAIN_REPLIES = {
    **dict.fromkeys(("evet", "olur", "tamam", "onaylıyorum", "yes"), "yes"),
    **dict.fromkeys(("hayır", "vazgeçtim", "istemiyorum", "no"), "no"),
}
"""Words that are a reply by themselves, where no meaning is stated."""

_NOTHING = Meaning()


class ScriptedDecisionModel(DecisionModel):
    """Answers from the meaning of each message; a question that a meaning leaves open is answered with none.

    The model tags no words, so the chat model is asked for the arguments that are words of the message.

    Args:
        meanings: The meaning by message; any other message means nothing, except for a plain yes or no.
        confidence: Probability of each stated answer.

    Attributes:
        meanings: As given; it may change between turns.
        confidence: As given; it may change between turns.
        broken: True makes every request fail.
        asked: The messages that were asked about, in order.
    """

    def __init__(self, meanings: Mapping[str, Meaning] | None = None, confidence: float = SURE) -> None:
        self.meanings = dict(meanings or {})
        self.confidence = confidence
        self.broken = False
        self.asked: list[str] = []

    def meaning_of(self, message: str) -> Meaning:
        """Return the meaning of a message."""
        return self.meanings.get(message, _NOTHING)

    def _classify(self, request: DecisionRequest) -> Answers:
        if self.broken:
            raise GenerationError("scripted failure")
        message = message_of(request["state"])
        self.asked.append(message)
        return {name: self._answer(name, asked, message) for name, asked in request["questions"].items()}

    def _answer(self, name: str, asked: Mapping[str, Any], message: str) -> dict[str, Any]:
        means = self.meaning_of(message)
        if asked["type"] == "noul":
            true = self.confidence if _affirmed(name, means) else 1 - self.confidence
            return {"type": "noul", "noul": true, "probabilities": {"true": true, "false": 1 - true}}
        options = [str(option) for option in asked["criteria"]]
        likely = {_choice(name, means, message): self.confidence}
        if name == "operation" and means.unsure and means.operations:
            likely = dict(zip(means.operations, _UNSURE, strict=False))
        if not set(likely) <= set(options):
            raise ValueError(f"the question {name!r} does not offer {', '.join(likely)}")
        rest = (1 - sum(likely.values())) / max(1, len(options) - len(likely))
        probabilities = {option: likely.get(option, rest) for option in options}
        best = max(probabilities, key=probabilities.__getitem__)
        return {"type": "choice", "choice": best, "probabilities": probabilities}


class ScenarioDecisionModel(ScriptedDecisionModel):
    """Answers from the meaning of the present turn, whatever part of its message is asked about, and tags words."""

    def __init__(self) -> None:
        super().__init__()
        self._message = ""
        self._means = _NOTHING
        self._parts: list[str] = []

    def set_meaning(self, message: str, means: Meaning, language: Language) -> None:
        """Set the meaning of the next message.

        Args:
            message: The message.
            means: Its meaning, with no placeholders left.
            language: The language of the message where the meaning does not state it.
        """
        self._message = message
        self._means = means.model_copy(update={"language": means.language or language})
        self._parts = []

    def meaning_of(self, message: str) -> Meaning:
        """Return the meaning of the present turn."""
        return self._means

    def spans(self, state: DecisionState) -> Sequence[Span]:
        """Return the stated arguments that are words of the message."""
        stated = self._means.arguments.items()
        return [Span(span, str(value), SURE) for name, value in stated if (span := spec_of(name).span)]

    def _classify(self, request: DecisionRequest) -> Answers:
        part = message_of(request["state"])
        if set(request["questions"]) == {"operation"} and part != self._message:
            return {"operation": self._answer(self._place_of(part), request["questions"]["operation"], part)}
        return super()._classify(request)

    def _place_of(self, part: str) -> str:
        """Return the question for a part of the message: the first part asks for the first operation, and so on."""
        if part not in self._parts:
            self._parts.append(part)
        return list(_PLACES)[min(self._parts.index(part), len(_PLACES) - 1)]


def _affirmed(name: str, means: Meaning) -> bool:
    if name == "described":
        return "issue_description" in means.arguments
    if name == "conditional":
        return means.conditional
    raise ValueError(f"a meaning does not say what {name!r} is")


def _choice(name: str, means: Meaning, message: str) -> str:
    match name:
        case "asked" | "also_asked":
            place = int(name == "also_asked")
            return means.facts[place] if place < len(means.facts) else "none"
        case "topic":
            return means.topic or ("request" if means.operations else "unclear")
        case "language":
            return means.language or language_of(message)
        case "reply":
            return means.reply or _reply(means, message)
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
    raise ValueError(f"a meaning does not say what {name!r} is")


def _reply(means: Meaning, message: str) -> str:
    """Return the reply of a message whose meaning states none."""
    if (means.arguments or means.pick != "none") and not means.operations:
        return "answer"
    return _PLAIN_REPLIES.get(message.lower().strip(" .!"), "other")


class ScriptedChatModel(BaseChatModel):
    """Writes the first approved answer of the prompt, and the arguments of a table.

    Attributes:
        arguments: The arguments that a message states, by message.
        says: Answers to give instead, one after the other.
        broken: True makes every request fail.
    """

    arguments: dict[str, dict[str, Any]] = {}
    says: list[str] = []
    broken: bool = False

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _text(self, messages: list[BaseMessage]) -> str:
        if self.broken:
            raise GenerationError("scripted failure")
        prompt = str(messages[-1].content)
        if asked := re.search(r"Mesaj: (.*)\nBilgiler: ?$", prompt):
            return json.dumps(self.arguments.get(asked[1], {}), ensure_ascii=False)
        if self.says:
            return " " + self.says.pop(0)
        examples = re.search(r"^- (.*)$", prompt, re.MULTILINE)
        return f" {examples[1]}" if examples else ""

    def _generate(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self._text(messages)))])

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> Iterator[ChatGenerationChunk]:
        for piece in re.findall(r"\s*\S+", self._text(messages)):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))

    async def _astream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        """Write at once, in no thread of its own."""
        for piece in self._stream(messages):
            yield piece


def scripted_models(meanings: Mapping[str, Meaning] | None = None) -> Models:
    """Return models that follow stated meanings.

    Args:
        meanings: By message; without them the scenario that is played states the meaning of each turn.
    """
    decision_model = ScenarioDecisionModel() if meanings is None else ScriptedDecisionModel(meanings)
    return Models(chat_model=ScriptedChatModel(), decision_model=decision_model)
