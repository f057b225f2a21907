"""The transcript of one scenario run, for the checks and for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from conversation.service import ChatResult
from evaluation.scenarios.format import QuestionKind, Scenario


@dataclass(frozen=True)
class TranscriptEntry:
    """One line of a transcript.

    Attributes:
        who: The speaker; ``event`` for anything outside the conversation.
        text: The words or the event.
        note: The operations that ran and the question that is open.
    """

    who: Literal["customer", "agent", "event"]
    text: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.who}: {self.text}" + (f"\n    [{self.note}]" if self.note else "")


@dataclass
class Transcript:
    """The messages, answers, calls and events so far."""

    entries: list[TranscriptEntry] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    """Operations that ran, failed ones too."""
    errors: list[str] = field(default_factory=list)
    """Codes of the errors in the answers."""
    asked: list[str] = field(default_factory=list)
    """Kinds of the open questions, after each turn of the conversation."""
    answers: list[str] = field(default_factory=list)
    """Each turn's answer with its question."""
    languages: list[str] = field(default_factory=list)
    """Of each answer."""

    open: QuestionKind = "nothing"
    """The kind of the question that is open now."""

    def add_event(self, text: str) -> None:
        """Add an event outside the conversation."""
        self.entries.append(TranscriptEntry("event", text))

    def add_turn(self, message: str, result: ChatResult, language: str) -> None:
        """Add one turn of the conversation."""
        self.open = result.pending.kind if result.pending else "nothing"
        self.called += [call.arac_adi for call in result.tool_calls]
        self.errors += [str(found.error["code"]) for found in result.tool_results if found.error]
        if result.pending:
            self.asked.append(result.pending.kind)
        self.answers.append(result.response)
        self.languages.append(language)
        self.entries += [TranscriptEntry("customer", message), TranscriptEntry("agent", result.response, _note(result))]


def _note(result: ChatResult) -> str:
    failed = {found.tool_name: found.error["code"] for found in result.tool_results if found.error}
    parts = [
        f"{call.arac_adi} {json.dumps(call.parametreler, ensure_ascii=False)}"
        + (f" failed: {failed.pop(call.arac_adi)}" if call.arac_adi in failed else "")
        for call in result.tool_calls
    ]
    parts += [f"{name} refused: {code}" for name, code in failed.items()]
    if result.pending:
        parts.append(f"open: {result.pending.kind}")
    return "; ".join([*parts, f"{result.intent} {result.confidence:.2f}"])


@dataclass(frozen=True)
class ScenarioRun:
    """One run of a scenario.

    Attributes:
        scenario: The scenario.
        number: Number of the run; it chooses the wording and the seed.
        failures: The failed expectations; empty where the run passed.
        transcript: The transcript.
    """

    scenario: Scenario
    number: int
    failures: Sequence[str]
    transcript: Transcript

    @property
    def passed(self) -> bool:
        """True if every expectation held."""
        return not self.failures

    @property
    def text(self) -> str:
        """The transcript as text."""
        return "\n".join(map(str, self.transcript.entries))
