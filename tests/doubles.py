"""Scripted models for tests of the graph's own logic; they implement the public seams and patch nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from langchain_core.messages import BaseMessage

from agent.decision.format import message_of
from agent.decision.model import Answers, DecisionModel, DecisionRequest
from agent.errors import GenerationError
from evaluation.scenarios.scripted import FirstExampleChatModel

YES = {"evet", "olur", "tamam", "onaylıyorum", "yes"}
NO = {"hayır", "vazgeçtim", "istemiyorum", "no"}


class ScriptedDecisionModel(DecisionModel):
    """Answers by a table from message to what it means.

    Args:
        meanings: Message -> operation, or tuple of two operations, or ``talk:<topic>``, ``person``, ``misuse``,
            ``unsure:<operation>`` (a probability below any threshold), ``correction``.
        confidence: Probability given to what the table says.
        arguments: Message -> the arguments with a few allowed values that it states.
        readings: Message -> what it says to the other questions: ``pick``, ``step``, ``reply``, ``conditional``.
    """

    def __init__(
        self,
        meanings: Mapping[str, str | tuple[str, str]],
        confidence: float = 0.97,
        arguments: Mapping[str, Mapping[str, Any]] | None = None,
        readings: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.meanings = dict(meanings)
        self.arguments = dict(arguments or {})
        self.readings = dict(readings or {})
        self.confidence = confidence
        self.broken = False
        self.asked: list[str] = []

    def _classify(self, request: DecisionRequest) -> Answers:
        if self.broken:
            raise GenerationError("scripted failure")
        message = message_of(request["state"])
        self.asked.append(message)
        return {name: self._answer(name, question, message) for name, question in request["questions"].items()}

    def _affirms(self, name: str, message: str) -> bool:
        if name == "described":
            return "issue_description" in self.arguments.get(message, {})
        return self.readings.get(message, {}).get(name) == "true"

    def _answer(self, name: str, question: Mapping[str, Any], message: str) -> dict[str, Any]:
        meaning = self.meanings.get(message, "talk:unclear")
        if question["type"] == "noul":
            p = self.confidence if self._affirms(name, message) else 0.01
            return {"type": "noul", "noul": p, "probabilities": {"true": p, "false": 1 - p}}
        sure, picked = self.confidence, "none"
        if name == "operation":
            picked = meaning if isinstance(meaning, str) else meaning[0]
            if picked.startswith("unsure:"):
                sure, picked = 0.3, picked.removeprefix("unsure:")
            if picked not in question["criteria"]:
                picked = "none"
        elif name in ("asked", "also_asked"):
            picked = self.readings.get(message, {}).get(name, "none")
        elif name == "second_operation":
            picked = "none" if isinstance(meaning, str) else meaning[1]
        elif name == "topic":
            picked = str(meaning).removeprefix("talk:")
            if picked not in question["criteria"]:
                picked = "request"
        elif name == "language":
            picked = "en" if message.isascii() and " my " in f" {message} " else "tr"
        elif name in ("switch", "method", "contact_type"):
            stated = self.arguments.get(message, {})
            known = {"switch": ("status",), "method": ("method", "payment_method"), "contact_type": ("contact_type",)}
            picked = next((str(stated[key]).lower() for key in known[name] if key in stated), "unstated")
        elif name in self.readings.get(message, {}):
            picked = self.readings[message][name]
        elif name == "step":
            picked = "other"
        elif name == "reply":
            said = message.lower().strip(" .!")
            picked = "yes" if said in YES else "no" if said in NO else "other"
            if meaning == "correction":
                picked = "correction"
        options = list(question["criteria"])
        rest = (1 - sure) / max(1, len(options) - 1)
        return {
            "type": "choice",
            "choice": picked,
            "probabilities": {option: sure if option == picked else rest for option in options},
        }


class Agreeing:
    """A second reading of consent that is always equally sure.

    Args:
        probability: Of a plain consent.
    """

    def __init__(self, probability: float = 0.99) -> None:
        self.probability = probability

    def plain_consent(self, reply: str, asked: str, marks: Collection[str]) -> float:
        """Return the fixed probability."""
        return self.probability


class Supporting:
    """A reading of support that finds every sentence supported but those with one of some words.

    Args:
        refuses: The words.
    """

    threshold = 0.5

    def __init__(self, *refuses: str) -> None:
        self.refuses = refuses

    def supported(self, evidence: str, sentence: str) -> float:
        """Return 1 or 0; nothing at all supports a courtesy only, which ends with a question mark."""
        if any(word in sentence for word in self.refuses):
            return 0.0
        return 1.0 if evidence or sentence.endswith("?") else 0.0


class ScriptedChatModel(FirstExampleChatModel):
    """Writes the first example of the prompt, and the arguments of a table from message to arguments."""

    arguments: dict[str, dict[str, Any]] = {}
    says: list[str] = []
    """Answers to give instead, one after the other."""
    broken: bool = False

    def _text(self, messages: list[BaseMessage]) -> str:
        if self.broken:
            raise GenerationError("scripted failure")
        prompt = str(messages[-1].content)
        if asked := re.search(r"Mesaj: (.*)\nBilgiler: ?$", prompt):
            return json.dumps(self.arguments.get(asked.group(1), {}), ensure_ascii=False)
        if self.says:
            return " " + self.says.pop(0)
        return super()._text(messages)
