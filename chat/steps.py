"""The steps of a turn in the customer's words: a line that changes while it works, and one that opens afterwards.

What was looked up, with what, what was found and how long it took is told as text; the data of a step is shown only to
those who ask for every step (``rendering.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from chat.words import filled, say, words
from conversation.service import ChatResult, Step
from core import turkish
from core.languages import Language
from graph.answers.approved import Answers
from graph.answers.facts import facts_of, facts_of_error, format_field
from graph.answers.grounding import fill, usable

_HIGH, _MEDIUM = 0.85, 0.6
"""Confidence from which on it is called high, or medium."""

_SHORTEST_TOLD_MS = 100
_WAITING = "waiting"
"""Output of a node that asked the customer a question."""


class StepLine(TypedDict):
    """One step: what was done, with what, what was found, and how long it took; "" for what does not apply."""

    done: str
    using: str
    found: str
    took: str


class StepsProps(TypedDict):
    """The line under an answer, as JSON for ``public/elements/Steps.jsx``."""

    line: str
    steps: list[StepLine]
    notes: list[str]


@dataclass
class TurnSteps:
    """The steps of one turn, as they end.

    Attributes:
        answers: The wording of results.
        ended: Nodes and operations that ended, in that order.
    """

    answers: Answers
    ended: list[Step] = field(default_factory=list)
    _inputs: dict[str, Any] = field(default_factory=dict)

    def note(self, step: Step) -> None:
        """Take note of a step that began or ended."""
        if step.status == "started":
            self._inputs[step.id] = step.input
        else:
            self.ended.append(step.model_copy(update={"input": self._inputs.pop(step.id, step.input)}))

    def props(self, result: ChatResult) -> StepsProps:
        """Return the line under the answer."""
        language = result.language
        lines = [line for step in self.ended if (line := step_line(step, self.answers, language)) is not None]
        calls = sum(step.kind == "tool" for step in self.ended)
        confidence = say("steps", confidence_word(result.confidence), language)
        key = "line" if calls else "line_without_calls"
        return StepsProps(
            line=say("steps", key, language, steps=len(lines), calls=calls, confidence=confidence),
            steps=lines,
            notes=_notes(result, self.answers),
        )


def recorded_props(result: ChatResult, answers: Answers) -> StepsProps:
    """Return the line under an answer that is shown again: its operations, without what only the live turn tells.

    Args:
        result: The turn as it was recorded.
        answers: The wording of results.
    """
    steps = [
        Step(
            id=str(place), name=each.tool_name, kind="tool", status="finished" if each.success else "failed",
            output=each.result if each.success else each.error,
        )
        for place, each in enumerate(result.tool_results)
    ]  # fmt: skip
    lines = [line for step in steps if (line := step_line(step, answers, result.language)) is not None]
    confidence = say("steps", confidence_word(result.confidence), result.language)
    key = "recorded" if lines else "recorded_without_calls"
    return StepsProps(
        line=say("steps", key, result.language, calls=len(lines), confidence=confidence),
        steps=lines,
        notes=_notes(result, answers),
    )


def working_line(name: str, language: Language) -> str | None:
    """Return what is being done, by the name of a node or an operation; None where it is not worth a line."""
    entry = words()["working"].get(name)
    return None if entry is None else str(entry[language])


def confidence_word(confidence: float) -> str:
    """Return the name of a confidence: "high", "medium" or "low"."""
    return "high" if confidence >= _HIGH else "medium" if confidence >= _MEDIUM else "low"


def step_line(step: Step, answers: Answers, language: Language) -> StepLine | None:
    """Return a step that ended in the customer's words; None for a node that its operations tell of."""
    failed = say("steps", "failed", language)
    took = duration(step.ms, language) if step.ms else ""
    if step.kind == "tool":
        found = _found(step, answers, language)
        label = answers.operation_label(step.name, language)
        return StepLine(done=label, using=_using(step.input, answers, language), found=found, took=took)
    done = words()["nodes_done"].get(f"{step.name}.waiting" if step.output == _WAITING else step.name)
    if done is None and step.status != "failed":
        return None
    said = answers.node_label(step.name, language) if done is None else str(done[language])
    return StepLine(done=said, using="", found=failed if step.status == "failed" else "", took=took)


def duration(ms: int, language: Language = "tr") -> str:
    """Format milliseconds as seconds: ``0,3 sn``."""
    seconds = turkish.number(round(max(ms, _SHORTEST_TOLD_MS) / 1000, 1), language)
    shown = f"< {seconds}" if ms < _SHORTEST_TOLD_MS else seconds
    return say("steps", "took", language, seconds=shown)


def summary(result: ChatResult, answers: Answers) -> str:
    """Return confidence and tools in one line: ``Güven: %97 · Kullanılan araçlar: Güncel faturam``."""
    return " · ".join(_notes(result, answers))


def _notes(result: ChatResult, answers: Answers) -> list[str]:
    language = result.language
    notes = [say("steps", "confidence", language, share=round(result.confidence * 100))]
    names = dict.fromkeys(answers.operation_label(call.arac_adi, language) for call in result.tool_calls)
    return [*notes, say("steps", "tools", language, names=", ".join(names))] if names else notes


def _using(arguments: Any, answers: Answers, language: Language) -> str:
    """Return the arguments of an operation that a customer knows of: ``hat 0532…``."""
    if not isinstance(arguments, Mapping):
        return ""
    names = words()["arguments"]
    told = [
        f"{names[name][language]} {format_field(name, value, answers, language)}"
        for name, value in arguments.items()
        if name in names and value is not None and not isinstance(value, bool)
    ]
    return ", ".join(told)


def _found(step: Step, answers: Answers, language: Language) -> str:
    """Return what an operation found; why it was refused, where it was."""
    output: Mapping[str, Any] = step.output if isinstance(step.output, Mapping) else {}
    if step.status == "finished" and step.name in words()["found"]:
        facts = facts_of(step.name, output, answers, language)
        return filled(words()["found"][step.name], language, facts.values) or ""
    failed = say("steps", "failed", language)
    if "code" not in output:
        return failed
    if language == "tr" and output.get("message"):
        return f"{failed}: {output['message']}"
    refused = facts_of_error(output, answers, language)
    fitting = usable(answers.of_error(refused.outcome, language), refused)
    return f"{failed}: {fill(fitting[0], refused)}" if fitting else failed
