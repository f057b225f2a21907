"""Readings of a scripted decision model, for tests of what the graph concludes from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.decision.model import Answers, DecisionModel, DecisionRequest
from agent.errors import GenerationError
from agent.prompt_files import load_prompts
from graph.reading import Kind, MessageReader, Reading, Utterance

Probabilities = Mapping[str, Mapping[str, float]]


class TableDecisionModel(DecisionModel):
    """Answers with the probabilities of a table; what the table leaves open goes to the question's last option.

    Args:
        table: Probability by option, by question, by the text of the message.
        together: See ``DecisionModel.answers_together``.
    """

    def __init__(self, table: Mapping[str, Probabilities], *, together: bool = True) -> None:
        self.answers_together = together
        self.broken = False
        self.requests: list[DecisionRequest] = []
        self._table = table

    def _classify(self, request: DecisionRequest) -> Answers:
        self.requests.append(request)
        if self.broken:
            raise GenerationError("scripted failure")
        state = request["state"]
        known = self._table.get(state if isinstance(state, str) else state["message"], {})
        return {name: self._answer(asked, known.get(name, {})) for name, asked in request["questions"].items()}

    def _answer(self, asked: Mapping[str, Any], known: Mapping[str, float]) -> dict[str, Any]:
        options = list(asked.get("criteria") or ("true", "false"))
        rest = 1 - sum(known.values())
        open_option = next((option for option in reversed(options) if option not in known), options[-1])
        return {"type": asked["type"], "probabilities": {**dict.fromkeys(options, 0.0), open_option: rest, **known}}


def message_reader(model: DecisionModel) -> MessageReader:
    """Return a reader with the questions that the service asks."""
    return MessageReader(model, load_prompts()["questions"].data)


def reading(
    text: str, probabilities: Probabilities, kind: Kind = "message", *, context: str = "", broken: bool = False
) -> Reading:
    """Return the reading of one text."""
    model = TableDecisionModel({text: probabilities})
    model.broken = broken
    return message_reader(model).read(Utterance(text, context, kind))
