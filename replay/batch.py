"""Run a batch of recorded turns under two sets of overrides, A and B, and compare the results turn by turn.

A turn is judged by expectations: one holds for every turn (there is an answer, written by the model), others are
written by an engineer for a single turn. Nothing is saved, neither the re-runs nor the verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from core import turkish
from core.yaml_text import read_yaml
from database.run_records import RunRow
from database.runs import Runs
from replay.comparison import Difference, RunSummary, difference
from replay.kept_back import kept_back
from replay.overrides import Overrides
from replay.rerun_comparison import said_by, summary_of_rerun
from replay.rerunner import NotReplayable, Rerun, Rerunner

Verdict = Literal["better", "worse", "same", "changed"]


class BadExpectations(ValueError):
    """A file of expectations is malformed; the message names the file and the place."""


class Expected(BaseModel):
    """Expectations of one turn; a field that is left out is not checked.

    Attributes:
        intent: The first operation.
        called: Every operation that ran, in order.
        says: Texts that the answer must contain; letter case does not count.
        says_not: Texts that the answer must not contain.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    intent: str | None = None
    called: list[str] | None = None
    says: list[str] = []
    says_not: list[str] = []

    def faults(self, turn: RunSummary) -> list[str]:
        """Return a short text for each expectation that the turn does not meet."""
        called = [name for name, _ in turn.calls]
        answer = turkish.lower(turn.answer)
        found = [f"does not say {text}" for text in self.says if turkish.lower(text) not in answer]
        found += [f"says {text}" for text in self.says_not if turkish.lower(text) in answer]
        if self.intent not in (None, turn.intent):
            found.append(f"intent {turn.intent}, expected {self.intent}")
        if self.called not in (None, called):
            found.append(f"called {', '.join(called) or 'nothing'}, expected {', '.join(self.called or ['nothing'])}")
        return found


def read_expectations(file: Path) -> dict[str, Expected]:
    """Read a YAML file of expectations; the keys are ids of runs, or their first characters.

    Raises:
        BadExpectations: The file is malformed.
        OSError: It cannot be read.
    """
    try:
        return TypeAdapter(dict[str, Expected]).validate_python(read_yaml(file.read_text("utf-8")) or {})
    except yaml.YAMLError as error:
        raise BadExpectations(f"{file}: not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise BadExpectations(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


@dataclass(frozen=True)
class RerunPair:
    """One recorded turn, re-run under A and under B; texts are masked.

    Attributes:
        run_id: The recorded turn.
        message: The customer's message.
        difference: The difference from A to B; None if the turn could not be run again.
        faults: The unmet expectations under A, and under B.
        verdict: ``better`` or ``worse`` if fewer or more expectations are unmet under B; otherwise ``changed`` if
            intent, calls or answer differ, else ``same``.
        problem: The reason why the turn could not be run again; None if it could.
    """

    run_id: str
    message: str
    difference: Difference | None
    faults: tuple[Sequence[str], Sequence[str]]
    verdict: Verdict
    problem: str | None = None


@dataclass(frozen=True)
class BatchComparison:
    """The turns of a batch, each re-run under A and under B."""

    pairs: list[RerunPair] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        """Return the number of turns with this verdict; turns that could not be run again are not counted."""
        return sum(pair.verdict == verdict for pair in self.pairs if pair.problem is None)

    def passed(self, side: Literal[0, 1]) -> int:
        """Return the number of turns that meet all expectations under A (0) or B (1)."""
        return sum(not pair.faults[side] for pair in self.pairs if pair.problem is None)


async def compare_batch(
    rerunner: Rerunner, runs: Runs, rows: Sequence[RunRow], sides: tuple[Overrides, Overrides],
    expected: Mapping[str, Expected], done: Callable[[int], None] = lambda count: None,
) -> BatchComparison:  # fmt: skip
    """Run each turn again under A and then under B, and compare the two results.

    Args:
        rerunner: Runs the turns.
        runs: The recorded turns.
        rows: The turns of the batch.
        sides: The overrides of A and of B.
        expected: Expectations by run id or by its first characters.
        done: Called after each turn with the number of turns compared so far.

    Raises:
        PromptError: A prompt is malformed.
        ModelError: A model cannot be loaded.
    """
    pairs: list[RerunPair] = []
    for row in rows:
        wanted = next((each for start, each in expected.items() if row.id.startswith(start)), Expected())
        try:
            pair = await _pair(rerunner, row, sides, wanted)
        except (NotReplayable, LookupError) as error:
            pair = RerunPair(row.id, row.message or "", None, ([], []), "same", str(error) or "no longer kept")
        pairs.append(await _masked(pair, runs))
        done(len(pairs))
    return BatchComparison(pairs)


async def _pair(rerunner: Rerunner, row: RunRow, sides: tuple[Overrides, Overrides], wanted: Expected) -> RerunPair:
    # What is read and cached the first time would make the second side look faster: the first is run once before.
    await rerunner.rerun(row.id, sides[0])
    first, second = [await rerunner.rerun(row.id, overrides) for overrides in sides]
    faults = (_faults(first, wanted), _faults(second, wanted))
    found = difference(summary_of_rerun(first), summary_of_rerun(second))
    verdict: Verdict = "same" if found.same else "changed"
    if len(faults[0]) != len(faults[1]):
        verdict = "better" if len(faults[1]) < len(faults[0]) else "worse"
    return RerunPair(row.id, row.message or "", found, faults, verdict)


async def _masked(pair: RerunPair, runs: Runs) -> RerunPair:
    """Mask the words of the two answers; the message is masked already."""
    if pair.difference is None:
        return pair
    run, _ = await runs.snapshot(pair.run_id)
    words: list[tuple[str, str]] = await runs.masked(pair.difference.words, run.customer_id)
    return replace(pair, difference=replace(pair.difference, words=[(mark, text) for mark, text in words]))


def _faults(rerun: Rerun, wanted: Expected) -> list[str]:
    """Return the unmet expectations; of every turn an answer is expected that the model wrote itself."""
    outcome: Mapping[str, Any] = rerun.end.outcome or {}
    found = [] if rerun.end.answer else [f"no answer ({rerun.failure or rerun.end.error})"]
    reasons = [
        ": ".join(filter(None, (one.reason, one.why))) for one in kept_back(rerun.trace.steps, rerun.trace.models)
    ]
    if reasons or (said_by(rerun) == "template" and outcome.get("answer_source") == "template"):
        found.append(f"not in the model's words ({'; '.join(reasons) or 'said by code'})")
    return found + wanted.faults(summary_of_rerun(rerun))
