"""A set of recorded turns under two sets of overrides: what changed in each, and whether it became better or worse.

Whether a turn is good is told by expectations: some hold for every turn, others an engineer writes for one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from core import turkish
from database.run_records import RunRow
from database.runs import Runs
from replay.compared_rerun import told_of_rerun
from replay.comparison import Difference, Told, difference
from replay.rerunner import NotReplayable, Overrides, Rerun, Rerunner

Verdict = Literal["better", "worse", "same", "changed"]


class BadExpectations(ValueError):
    """A file of expectations is malformed; the message names the file and the place."""


class Expected(BaseModel):
    """What must hold of one turn; what is left out is not looked at.

    Attributes:
        intent: The first operation.
        called: Every operation that ran, in order.
        says: Texts that stand in the answer; letter case does not count.
        says_not: Texts that do not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    intent: str | None = None
    called: list[str] | None = None
    says: list[str] = []
    says_not: list[str] = []

    def faults(self, told: Told) -> list[str]:
        """What does not hold."""
        called = [name for name, _ in told.calls]
        answer = turkish.lower(told.answer)
        found = [f"does not say {text}" for text in self.says if turkish.lower(text) not in answer]
        found += [f"says {text}" for text in self.says_not if turkish.lower(text) in answer]
        if self.intent not in (None, told.intent):
            found.append(f"intent {told.intent}, expected {self.intent}")
        if self.called not in (None, called):
            found.append(f"called {', '.join(called) or 'nothing'}, expected {', '.join(self.called or ['nothing'])}")
        return found


def read_expectations(file: Path) -> dict[str, Expected]:
    """What is expected, by the run's id or its beginning.

    Raises:
        BadExpectations: The file is malformed.
        OSError: It cannot be read.
    """
    try:
        return TypeAdapter(dict[str, Expected]).validate_python(yaml.safe_load(file.read_text("utf-8")) or {})
    except yaml.YAMLError as error:
        raise BadExpectations(f"{file}: not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise BadExpectations(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


@dataclass(frozen=True)
class Pair:
    """One turn under A and under B; texts are masked.

    Attributes:
        run_id: The recorded turn.
        message: What the customer said.
        difference: From A to B; None where one of them could not be run.
        faults: What does not hold under A, and under B.
        verdict: ``better`` or ``worse`` where fewer or more expectations fail under B; ``changed`` where as many do
            and something else differs.
        problem: Why it could not be run again.
    """

    run_id: str
    message: str
    difference: Difference | None
    faults: tuple[Sequence[str], Sequence[str]]
    verdict: Verdict
    problem: str | None = None


@dataclass(frozen=True)
class SetComparison:
    """All pairs."""

    pairs: list[Pair] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        """How many turns became so; those that could not be run are none of them."""
        return sum(pair.verdict == verdict for pair in self.pairs if pair.problem is None)

    def passed(self, side: Literal[0, 1]) -> int:
        """How many turns hold what is expected under A (0) or B (1)."""
        return sum(not pair.faults[side] for pair in self.pairs if pair.problem is None)


async def compare_set(
    rerunner: Rerunner, runs: Runs, rows: Sequence[RunRow], sides: tuple[Overrides, Overrides],
    expected: Mapping[str, Expected], done: Callable[[int], None] = lambda count: None,
) -> SetComparison:  # fmt: skip
    """Run each turn under A and under B, one after the other, and compare.

    Args:
        rerunner: Runs them.
        runs: The record.
        rows: The turns.
        sides: What is changed under A, and under B.
        expected: By the run's id or its beginning.
        done: Told how many turns are through.

    Raises:
        PromptError: A prompt is malformed.
        ModelError: A model cannot be had.
    """
    pairs: list[Pair] = []
    for row in rows:
        wanted = next((each for start, each in expected.items() if row.id.startswith(start)), Expected())
        try:
            pair = await _pair(rerunner, row, sides, wanted)
        except (NotReplayable, LookupError) as error:
            pair = Pair(row.id, row.message or "", None, ([], []), "same", str(error) or "no longer kept")
        run_difference = pair.difference
        if run_difference is not None:
            run, _ = await runs.tape(row.id)
            words: list[tuple[str, str]] = await runs.masked(run_difference.words, run.customer_id)
            pair = replace(pair, difference=replace(run_difference, words=[(mark, text) for mark, text in words]))
        pairs.append(pair)
        done(len(pairs))
    return SetComparison(pairs)


async def _pair(rerunner: Rerunner, row: RunRow, sides: tuple[Overrides, Overrides], wanted: Expected) -> Pair:
    first, second = [await rerunner.rerun(row.id, overrides) for overrides in sides]
    faults = (_faults(first, wanted), _faults(second, wanted))
    found = difference(told_of_rerun(first), told_of_rerun(second))
    verdict: Verdict = "same" if found.same else "changed"
    if len(faults[0]) != len(faults[1]):
        verdict = "better" if len(faults[1]) < len(faults[0]) else "worse"
    return Pair(row.id, row.message or "", found, faults, verdict)


def _faults(again: Rerun, wanted: Expected) -> list[str]:
    """What does not hold: that there is an answer in the model's own words holds for every turn."""
    outcome: Mapping[str, Any] = again.end.outcome or {}
    found = [] if again.end.answer else [f"no answer ({again.end.error})"]
    if outcome.get("said_by") == "rendering":
        found.append("not in the model's words")
    return found + wanted.faults(told_of_rerun(again))
