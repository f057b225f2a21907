"""The figures of an experiment: paired by turn, with McNemar's exact test."""

from __future__ import annotations

import pytest

from database.experiments import TurnResult
from replay.verdicts import flips, significance, verdict_of, worse


def result(
    run: str, side: int, fails: str | None = None, repetition: int = 0, problem: str | None = None
) -> TurnResult:
    checks = {"language": None, "says": None} | ({fails: "because"} if fails else {})
    answer = f"{fails} {repetition}"
    return TurnResult(run, side, repetition, {} if problem else checks, answer, None, 10 + side, 1, problem)


@pytest.mark.parametrize(
    ("better", "worse_ones", "p"), [(0, 0, 1.0), (1, 0, 1.0), (5, 5, 1.0), (0, 6, 0.03125), (1, 9, 0.021484375)]
)
def test_significance_is_that_of_mcnemars_exact_test(better: int, worse_ones: int, p: float) -> None:
    assert significance(better, worse_ones) == significance(worse_ones, better) == pytest.approx(p)


def test_ten_thousand_turns_are_no_overflow() -> None:
    assert 0 < significance(4_900, 5_100) < 0.05 < significance(4_980, 5_020)


def test_turns_are_counted_by_check_and_flips_are_named() -> None:
    found = [
        result("a", 0, "says"), result("a", 1),
        result("b", 0), result("b", 1, "language"),
        result("c", 0, "says"), result("c", 1, "says"),
    ]  # fmt: skip
    verdict = verdict_of(found, 2)
    [compared] = verdict["compared"]
    assert verdict["turns"] == 3 and compared["answers_changed"] == 2
    assert compared["checks"]["says"] == {"before": 1, "after": 2, "better": 1, "worse": 0, "same": 2, "p": 1.0}
    assert compared["checks"]["language"]["worse"] == 1
    assert compared["checks"]["all"] == {"before": 1, "after": 1, "better": 1, "worse": 1, "same": 1, "p": 1.0}
    assert [side["passed"] for side in verdict["sides"]] == [1, 1] and verdict["sides"][1]["ms"] == 11
    assert [(flip.run_id, flip.check, flip.verdict, flip.why) for flip in flips(found, 2)] == [
        ("b", "language", "worse", "because"),
        ("a", "says", "better", "because"),
    ]


def test_repetitions_of_a_turn_count_as_one_turn() -> None:
    """Ten turns' worth of evidence is not made out of one turn that is run ten times."""
    found = [result("a", side, "says" if side else None, repetition) for side in (0, 1) for repetition in range(10)]
    [compared] = verdict_of(found, 2)["compared"]
    assert (compared["checks"]["says"]["worse"], compared["checks"]["says"]["p"]) == (1, 1.0)


def test_a_turn_that_did_not_run_on_a_side_is_not_compared() -> None:
    found = [result("a", 0), result("a", 1, problem="gone"), result("b", 0), result("c", 0), result("c", 1)]
    verdict = verdict_of(found, 2)
    assert (verdict["turns"], verdict["not_run"]) == (1, 1)


def test_worse_by_chance_is_told_from_surely_worse() -> None:
    one = verdict_of([result("a", 0), result("a", 1, "says")], 2)
    six = verdict_of([result(str(run), side, "says" if side else None) for run in range(6) for side in (0, 1)], 2)
    none = verdict_of([result("a", 0, "says"), result("a", 1)], 2)
    assert [worse(each) for each in (one, six, none)] == [True, True, False]
    assert [worse(each, surely=True) for each in (one, six, none)] == [False, True, False]
