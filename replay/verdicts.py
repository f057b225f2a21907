"""The figures of an experiment: better, worse and same turns for each check, with their significance, and the flips.

A turn that was run several times is one turn: it is better where it passes a check more often than on the first side.
So every figure is paired by turn, and repetitions make no result look surer than it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import comb
from statistics import median
from typing import Any, NamedTuple

from database.experiments import TurnResult
from replay.checks import CHECKS

ALL = "all"
"""Stands beside the checks for all of them together."""

SIGNIFICANT = 0.05


class Flip(NamedTuple):
    """A turn that another side makes better or worse in one check.

    Attributes:
        run_id: The turn.
        side: The side that is compared with the first one.
        check: The check.
        verdict: ``better`` or ``worse``.
        why: The reason why it fails, on the side where it does.
    """

    run_id: str
    side: int
    check: str
    verdict: str
    why: str


_Turns = Mapping[str, Mapping[int, Sequence[TurnResult]]]
"""The results by turn and side."""


def significance(better: int, worse: int) -> float:
    """Return how likely so uneven a split is by chance alone: McNemar's test, exact and two-sided."""
    changed, fewer = better + worse, min(better, worse)
    tail: float = 2 * sum(comb(changed, k) for k in range(fewer + 1)) / 2**changed
    return min(1.0, tail)


def verdict_of(results: Sequence[TurnResult], sides: int) -> dict[str, Any]:
    """Return the figures of an experiment, as JSON; none of them is about a person.

    Args:
        results: What there is of it.
        sides: The number of its sides.
    """
    turns = _comparable(results, sides)
    return {
        "turns": len(turns),
        "not_run": len({each.run_id for each in results if each.problem is not None}),
        "sides": [_cost([each for by_side in turns.values() for each in by_side[side]]) for side in range(sides)],
        "compared": [_compared(turns, side) for side in range(1, sides)],
    }


def flips(results: Sequence[TurnResult], sides: int) -> list[Flip]:
    """Return every turn and check that a side changes, worse ones first; arguments as for ``verdict_of``."""
    turns = _comparable(results, sides)
    found = [flip for side in range(1, sides) for flip in _flips(turns, side)]
    return sorted(found, key=lambda flip: (flip.side, flip.verdict != "worse"))


def worse(verdict: Mapping[str, Any], *, surely: bool = False) -> bool:
    """Return True where any side makes a turn worse.

    Args:
        verdict: The figures.
        surely: Only where chance alone does not explain it: more worse than better, and significant.
    """
    tables = [table for compared in verdict["compared"] for table in compared["checks"].values()]
    if surely:
        return any(table["worse"] > table["better"] and table["p"] < SIGNIFICANT for table in tables)
    return any(table["worse"] for table in tables)


def _comparable(results: Sequence[TurnResult], sides: int) -> _Turns:
    """Group the results of the turns that ran on every side."""
    found: dict[str, dict[int, list[TurnResult]]] = {}
    for each in results:
        found.setdefault(each.run_id, {}).setdefault(each.side, []).append(each)
    return {
        run_id: by_side
        for run_id, by_side in found.items()
        if len(by_side) == sides and all(each.problem is None for of_side in by_side.values() for each in of_side)
    }


def _cost(results: Sequence[TurnResult]) -> dict[str, Any]:
    times = [each.ms for each in results if each.ms is not None]
    return {
        "passed": sum(_holds(each, ALL) for each in results),
        "of": len(results),
        "ms": round(median(times)) if times else None,
        "tokens": sum(each.tokens or 0 for each in results),
    }


def _compared(turns: _Turns, side: int) -> dict[str, Any]:
    changed = sum(_answers(by_side[0]) != _answers(by_side[side]) for by_side in turns.values())
    return {"side": side, "answers_changed": changed, "checks": {each: _table(turns, side, each) for each in _names()}}


def _table(turns: _Turns, side: int, check: str) -> dict[str, Any]:
    counted = Counter(_change(by_side, side, check) for by_side in turns.values())
    better, fell = counted["better"], counted["worse"]
    return {
        "before": sum(_all_hold(by_side[0], check) for by_side in turns.values()),
        "after": sum(_all_hold(by_side[side], check) for by_side in turns.values()),
        "better": better, "worse": fell, "same": counted["same"], "p": round(significance(better, fell), 4),
    }  # fmt: skip


def _flips(turns: _Turns, side: int) -> Iterator[Flip]:
    for run_id, by_side in turns.items():
        for check in CHECKS:
            change = _change(by_side, side, check)
            if change != "same":
                failing = by_side[side if change == "worse" else 0]
                why = next((reason for each in failing if (reason := each.checks.get(check))), "")
                yield Flip(run_id, side, check, change, why)


def _change(by_side: Mapping[int, Sequence[TurnResult]], side: int, check: str) -> str:
    before, after = (_share(by_side[each], check) for each in (0, side))
    return "same" if before == after else "better" if after > before else "worse"


def _share(results: Sequence[TurnResult], check: str) -> float:
    return sum(_holds(each, check) for each in results) / len(results)


def _all_hold(results: Sequence[TurnResult], check: str) -> bool:
    return all(_holds(each, check) for each in results)


def _holds(result: TurnResult, check: str) -> bool:
    return not any(result.checks.values()) if check == ALL else not result.checks.get(check)


def _answers(results: Sequence[TurnResult]) -> set[str | None]:
    return {each.answer for each in results}


def _names() -> tuple[str, ...]:
    return (ALL, *CHECKS)
