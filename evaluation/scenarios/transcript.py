"""What happened in one run of a scenario, as it is checked and as a person reads it."""

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
        who: Who spoke; ``event`` for what happened otherwise.
        text: What was said or happened.
        note: The operations that ran and the question that is open.
    """

    who: Literal["customer", "agent", "event"]
    text: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.who}: {self.text}" + (f"\n    [{self.note}]" if self.note else "")


@dataclass
class Transcript:
    """What happened so far."""

    entries: list[TranscriptEntry] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    """Operations that ran, failed ones too."""
    errors: list[str] = field(default_factory=list)
    """Codes of the errors that were told."""
    asked: list[str] = field(default_factory=list)
    """Kinds of the open questions, after each turn of the conversation."""
    answers: list[str] = field(default_factory=list)
    """Each turn's answer with its question."""
    languages: list[str] = field(default_factory=list)
    """Of each answer."""

    open: QuestionKind = "nothing"
    """The kind of the question that is open now."""

    def happened(self, text: str) -> None:
        """Note something that is no part of the conversation."""
        self.entries.append(TranscriptEntry("event", text))

    def said(self, message: str, result: ChatResult, language: str) -> None:
        """Note one turn of the conversation."""
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
        scenario: Which.
        number: Of the run: its wording and its seed.
        failures: What did not hold; nothing where the run passed.
        transcript: What happened.
    """

    scenario: Scenario
    number: int
    failures: Sequence[str]
    transcript: Transcript

    @property
    def passed(self) -> bool:
        """Whether everything held."""
        return not self.failures

    @property
    def text(self) -> str:
        """The whole run as text."""
        return "\n".join(map(str, self.transcript.entries))
