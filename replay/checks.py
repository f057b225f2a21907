"""What is checked of every re-run by code, and what an engineer expects of a single turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core import turkish
from core.yaml_text import read_yaml
from database.experiments import SetTurn
from replay.comparison import RunSummary
from replay.kept_back import kept_back
from replay.rerun_comparison import said_by, summary_of_rerun
from replay.rerunner import Rerun

LONGEST = 120
"""Words of an answer that nothing else is said of; the longest approved answers have about 60."""

CHECKS = ("answered", "own_words", "proven", "asked", "language", "length", "intent", "called", "says")
"""The names of the checks, in the order in which they are told."""

_UNPROVEN = ("unsupported", "figure", "link", "number_word", "time_word", "capital", "unknown_name")


class BadExpectations(ValueError):
    """A file of expectations is malformed; the message names the file and the place."""


class Expected(BaseModel):
    """Expectations of one turn; a field that is left out is not checked.

    Attributes:
        intent: The first operation.
        called: Every operation that ran, in order.
        says: Texts that the answer must contain; letter case does not count.
        says_not: Texts that the answer must not contain.
        most_words: The answer has at most so many words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    intent: str | None = None
    called: list[str] | None = None
    says: list[str] = []
    says_not: list[str] = []
    most_words: int | None = Field(None, ge=1)

    def said(self, answer: str) -> list[str]:
        """Return a short text for each expectation of the words that the answer does not meet."""
        lower = turkish.lower(answer)
        found = [f"does not say {text}" for text in self.says if turkish.lower(text) not in lower]
        return found + [f"says {text}" for text in self.says_not if turkish.lower(text) in lower]

    def understood(self, turn: RunSummary) -> str | None:
        """Return the reason why the turn's intent is not the expected one."""
        return f"intent {turn.intent}, expected {self.intent}" if self.intent not in (None, turn.intent) else None

    def ran(self, turn: RunSummary) -> str | None:
        """Return the reason why the operations that ran are not the expected ones."""
        called = [name for name, _ in turn.calls]
        if self.called in (None, called):
            return None
        return f"called {', '.join(called) or 'nothing'}, expected {', '.join(self.called or ['nothing'])}"

    def faults(self, turn: RunSummary) -> list[str]:
        """Return a short text for each expectation that the turn does not meet."""
        reasons = [*self.said(turn.answer), self.understood(turn), self.ran(turn), self._long(turn.answer)]
        return [reason for reason in reasons if reason]

    def _long(self, answer: str) -> str | None:
        return too_long(answer, self.most_words) if self.most_words else None


def too_long(answer: str, most: int) -> str | None:
    """Return the reason why an answer is too long; None where it is not."""
    words = len(answer.split())
    return f"{words} words, at most {most}" if words > most else None


def read_expectations(file: Path) -> dict[str, Expected]:
    """Read a YAML file of expectations; the keys are ids of runs, or their first characters.

    Raises:
        BadExpectations: The file is malformed.
        OSError: It cannot be read.
    """
    return parse_expectations(file.read_text("utf-8"), str(file))


def parse_expectations(text: str, name: str) -> dict[str, Expected]:
    """Parse expectations; see ``read_expectations``.

    Args:
        text: The YAML.
        name: What it is called in an error.

    Raises:
        BadExpectations: It is malformed.
    """
    try:
        return TypeAdapter(dict[str, Expected]).validate_python(read_yaml(text) or {})
    except yaml.YAMLError as error:
        raise BadExpectations(f"{name}: not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise BadExpectations(f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def expected_of(run_id: str, expected: Mapping[str, Expected]) -> Expected:
    """Return what is expected of a turn, by its id or by the first characters of it."""
    return next((each for start, each in expected.items() if run_id.startswith(start)), Expected())


def expected_in(turns: Sequence[SetTurn], expected: Mapping[str, Expected]) -> dict[str, dict[str, Any]]:
    """Return what is expected of turns of a set, by their whole ids, as it is stored.

    Args:
        turns: The turns of the set.
        expected: By the beginning of an id.

    Raises:
        BadExpectations: The set has no such turn, or several begin so.
    """
    found = {}
    for start, wanted in expected.items():
        meant = [turn.run_id for turn in turns if turn.run_id.startswith(start)]
        if len(meant) != 1:
            raise BadExpectations(f"{start}: the set has no such turn, or several begin so")
        found[meant[0]] = wanted.model_dump(exclude_defaults=True)
    return found


def judged(rerun: Rerun, wanted: Expected, language: str | None) -> dict[str, str | None]:
    """Judge a re-run.

    Args:
        rerun: The re-run.
        wanted: What is expected of this turn.
        language: The language of the recorded turn; None where it is not known.

    Returns:
        By check, the reason why it fails; None where it holds.
    """
    turn, kept = summary_of_rerun(rerun), kept_back(rerun.trace.steps, rerun.trace.models)
    outcome: Mapping[str, Any] = rerun.end.outcome or {}
    reasons = {one.reason: ": ".join(filter(None, (one.reason, one.why))) for one in kept}
    now = outcome.get("language")
    unproven = next((reasons[name] for name in _UNPROVEN if name in reasons), None)
    asked = reasons.get("asked_unsaid")
    return {
        "answered": None if turn.answer else f"no answer ({rerun.failure or rerun.end.error})",
        "own_words": None if unproven or asked else not_own_words(rerun),  # one fault counts once
        "proven": unproven,
        "asked": asked,
        "language": f"{now}, the turn was in {language}" if language and now and now != language else None,
        "length": too_long(turn.answer, wanted.most_words or LONGEST),
        "intent": wanted.understood(turn),
        "called": wanted.ran(turn),
        "says": "; ".join(wanted.said(turn.answer)) or None,
    }


def not_own_words(rerun: Rerun) -> str | None:
    """Return the reason why code worded what a model should have; None where it did, or facts were composed."""
    outcome: Mapping[str, Any] = rerun.end.outcome or {}
    kept = kept_back(rerun.trace.steps, rerun.trace.models)
    reasons = [": ".join(filter(None, (one.reason, one.why))) for one in kept]
    if reasons or (said_by(rerun) == "template" and outcome.get("answer_source") == "template"):
        return f"not in the model's words ({'; '.join(reasons) or 'said by code'})"
    return None


def language_of(steps: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the language that a recorded turn was read in; None where it took no reading."""
    return next(_languages(steps), None)


def _languages(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for step in steps:
        if isinstance(step["output"], Mapping) and step["output"].get("language"):
            yield str(step["output"]["language"])
