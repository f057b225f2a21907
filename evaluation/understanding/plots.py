"""Pictures of a measurement, as PNG files: drawn without a screen. matplotlib comes with the ``eval`` extra."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from core.calibration import BINS, CalibrationBin
from evaluation.understanding.breakdown import Confusion

_DPI = 110
_INK, _PALE, _WRONG = "#1d2733", "#c9d3df", "#b3382c"


def draw_confusion(confusion: Confusion, path: Path) -> None:
    """Draw counts of expected against chosen; colours are shares of the expected row, so rare rows show as well."""
    size = len(confusion.names)
    shares = [[count / (sum(row) or 1) for count in row] for row in confusion.counts]
    figure = Figure(figsize=(0.5 * size + 3.6, 0.45 * size + 3.2), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for expected, row in enumerate(confusion.counts):
        for chosen, count in enumerate(row):
            if count:
                colour = "white" if shares[expected][chosen] > 0.6 else _INK if expected == chosen else _WRONG
                axes.text(chosen, expected, str(count), ha="center", va="center", fontsize=9, color=colour)
    axes.set_xticks(range(size), confusion.names, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(size), confusion.names)
    axes.set_xticks([place - 0.5 for place in range(1, size)], minor=True)
    axes.set_yticks([place - 0.5 for place in range(1, size)], minor=True)
    axes.grid(which="minor", color=_PALE, linewidth=0.5)
    axes.tick_params(which="both", length=0)
    axes.set_xlabel("chosen")
    axes.set_ylabel("expected")
    _save(figure, path)


def draw_reliability(bins: Sequence[CalibrationBin], error: float, path: Path) -> None:
    """Draw accuracy over confidence by bin, above it the rows of each bin; the diagonal is perfect calibration."""
    figure = Figure(figsize=(6.4, 6.4), layout="constrained")
    counts, axes = figure.subplots(2, 1, sharex=True, height_ratios=(1, 4))
    width = 0.8 / BINS
    centres = [one.confidence for one in bins]
    counts.bar(centres, [one.n for one in bins], width=width, color=_PALE)
    counts.set_ylabel("rows")
    axes.plot([0, 1], [0, 1], color=_PALE, linestyle="--", label="believable")
    axes.plot(centres, [one.accuracy for one in bins], color="#2a6fb0", marker="o", label="measured")
    for one in bins:
        axes.annotate(str(one.n), (one.confidence, one.accuracy), (0, 7), textcoords="offset points", fontsize=8)
    axes.set(xlim=(0, 1), ylim=(0, 1.05), xlabel="reported confidence", ylabel="accuracy (lenient)")
    axes.set_title(f"expected calibration error {error:.3f}", fontsize=10)
    axes.legend(loc="upper left", frameon=False)
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    FigureCanvasAgg(figure)  # no pyplot: no screen is looked for, and no figure stays in memory
    figure.savefig(path, dpi=_DPI, facecolor="white")
