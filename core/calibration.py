"""Calibration of probabilities: bins and the expected calibration error.

Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", with 15 bins of equal width. Nothing is
fitted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 15


@dataclass(frozen=True)
class CalibrationBin:
    """The predictions whose confidence lies in one bin.

    Attributes:
        n: Number of predictions.
        confidence: Their mean confidence, 0 to 1.
        accuracy: The share of them that are correct, 0 to 1.
    """

    n: int
    confidence: float
    accuracy: float


def calibration_bins(confidences: Sequence[float], correct: Sequence[bool]) -> list[CalibrationBin]:
    """Return the bins that hold predictions, the lowest first; a bin includes its upper edge."""
    bins = []
    for index in range(BINS):
        low, high = index / BINS, (index + 1) / BINS
        inside = [i for i, p in enumerate(confidences) if low < p <= high or (index == 0 and p <= 0)]
        if inside:
            confidence = sum(confidences[i] for i in inside) / len(inside)
            bins.append(CalibrationBin(len(inside), confidence, sum(correct[i] for i in inside) / len(inside)))
    return bins


def expected_calibration_error(confidences: Sequence[float], correct: Sequence[bool]) -> float:
    """Return the mean distance between confidence and accuracy over the bins, weighted by their sizes."""
    bins = calibration_bins(confidences, correct)
    return sum(one.n / len(confidences) * abs(one.accuracy - one.confidence) for one in bins)
