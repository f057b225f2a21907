"""The calibration error on cases that can be counted by hand."""

from __future__ import annotations

import pytest

from core.calibration import calibration_bins, expected_calibration_error


def test_calibration_error_is_the_gap_of_confidence_and_accuracy() -> None:
    assert expected_calibration_error([0.9] * 10, [True] * 9 + [False]) == pytest.approx(0.0)
    assert expected_calibration_error([0.9] * 10, [False] * 10) == pytest.approx(0.9)


def test_bins_hold_every_row_once() -> None:
    bins = calibration_bins([0.0, 0.05, 0.5, 1.0], [False, True, True, True])
    assert sum(one.n for one in bins) == 4
    assert (bins[0].n, bins[0].accuracy) == (2, 0.5)
