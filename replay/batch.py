"""Run a batch of recorded turns under two sets of overrides, A and B, and compare the results turn by turn.

A turn is judged by expectations: one holds for every turn (there is an answer, written by the model), others are
written by an engineer for a single turn. Nothing is saved, neither the re-runs nor the verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from database.run_records import RunRow
from database.runs import Runs
from replay.checks import Expected, expected_of, not_own_words
from replay.comparison import Difference, difference
from replay.overrides import Overrides
from replay.rerun_comparison import summary_of_rerun
from replay.rerunner import NotReplayable, Rerun, Rerunner

Verdict = Literal["better", "worse", "same", "changed"]


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
        try:
            pair = await _pair(rerunner, row, sides, expected_of(row.id, expected))
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
    found = [] if rerun.end.answer else [f"no answer ({rerun.failure or rerun.end.error})"]
    return found + list(filter(None, [not_own_words(rerun)])) + wanted.faults(summary_of_rerun(rerun))
