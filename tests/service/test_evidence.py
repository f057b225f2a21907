"""The evidence of a roll-out: exact at every look, seldom wrong over all looks together, and quick where it matters."""

from __future__ import annotations

import math

import pytest

from service.evidence import better_p, worse_p

ALPHA = 0.05


def crossing(share: float, truth: float, events: int, test: object = worse_p) -> float:
    """The exact probability that the p-value falls to 0.05 at one of so many looks, one after each event."""
    chances, crossed = {0: 1.0}, 0.0
    for total in range(1, events + 1):
        after: dict[int, float] = {}
        for new, chance in chances.items():
            for one, weight in ((1, truth), (0, 1 - truth)):
                after[new + one] = after.get(new + one, 0.0) + chance * weight
        stopped = {new for new in after if test(new, total - new, share) <= ALPHA}  # type: ignore[operator]
        crossed += sum(after[new] for new in stopped)
        chances = {new: chance for new, chance in after.items() if new not in stopped}
    return crossed


@pytest.mark.parametrize(("new", "served", "share"), [(0, 0, 0.5), (3, 1, 0.5), (12, 20, 0.1), (0, 9, 0.25)])
def test_the_p_value_is_the_mixture_that_its_source_names(new: int, served: int, share: float) -> None:
    """By numbers: the mean of the likelihood over all chances above the share, against that under the share."""
    steps = 20_000
    width = (1 - share) / steps
    points = (share + (step + 0.5) * width for step in range(steps))
    mean = math.fsum(p**new * (1 - p) ** served for p in points) / steps
    assert worse_p(new, served, share) == pytest.approx(min(1.0, share**new * (1 - share) ** served / mean), rel=1e-5)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_texts_that_make_no_difference_are_seldom_called_worse_or_better_however_often_one_looks(share: float) -> None:
    assert crossing(share, share, 300) <= ALPHA
    assert crossing(share, share, 300, better_p) <= ALPHA


def test_a_better_text_is_called_worse_even_less() -> None:
    assert crossing(0.5, 0.4, 300) < crossing(0.5, 0.5, 300) / 2


@pytest.mark.parametrize(
    ("share", "times", "events"),
    [(0.5, 5, 25), (0.5, 2, 150), (0.1, 5, 60)],
)
def test_a_worse_text_is_found(share: float, times: float, events: int) -> None:
    """So many times as many conversations go wrong: four of five such roll-outs are stopped within so many of them."""
    truth = share * times / (share * times + 1 - share)
    assert crossing(share, truth, events) > 0.8


def test_many_conversations_are_no_trouble() -> None:
    assert worse_p(50_000, 50_000, 0.5) == 1.0
    assert worse_p(0, 0, 0.5) == 1.0 and worse_p(400, 40, 0.5) < 1e-60
