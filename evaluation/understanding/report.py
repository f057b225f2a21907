"""The HTML report of a measured understanding, with two pictures beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from core.calibration import calibration_bins
from evaluation.report_html import write_html
from evaluation.understanding.breakdown import Group, by_kind, by_operation, confusion
from evaluation.understanding.plots import draw_confusion, draw_reliability
from evaluation.understanding.score import Judged, Scores

CONFUSION, RELIABILITY = "confusion.png", "reliability.png"
_Cells = tuple[str | float | int | None, ...]


def write_report(scores: Scores, operations: Sequence[str], folder: Path, source: str, agent: str) -> Path:
    """Write the report and return the path of its page.

    Args:
        scores: The measured rows and their figures.
        operations: The names of all operations, in the order of the tables.
        folder: Created where it is missing; the files of an earlier report are replaced.
        source: Name of the measured file.
        agent: One line that describes the measured agent.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    matrix = confusion(scores.rows, operations)
    draw_confusion(matrix, folder / CONFUSION)
    confidences = [judged.understood.confidence for judged in scores.rows]
    bins = calibration_bins(confidences, [judged.lenient for judged in scores.rows])
    draw_reliability(bins, scores.ece, folder / RELIABILITY)
    return write_html(
        folder, "understanding", title=f"Understanding: {source}", agent=agent, n=scores.n,
        figures=[(name, str(value)) for name, value in scores.figures().items()],
        kinds=[_accuracy(group) for group in by_kind(scores.rows)],
        operations=[(*_accuracy(group), group.precision) for group in by_operation(scores.rows, operations)],
        left_out=matrix.left_out, confusion=CONFUSION, reliability=RELIABILITY,
        wrong=[_wrong_cells(judged) for judged in scores.rows if judged.fault],
    )  # fmt: skip


def _accuracy(group: Group) -> _Cells:
    return group.name, group.n, group.strict, group.lenient, group.args


def _wrong_cells(judged: Judged) -> _Cells:
    row, understood = judged.row, judged.understood
    expected = [_call(tool["name"], tool.get("args") or {}) for tool in row.tools] or ["none"]
    if row.alt:
        expected.append(f"(or {', '.join(row.alt)})")
    chosen = [_call(name, arguments) for name, arguments in understood.calls] or ["none"]
    confidence = round(float(understood.confidence), 3)
    return row.id, row.kind, row.utterance, "\n".join(expected), "\n".join(chosen), confidence, judged.fault


def _call(name: str, arguments: object) -> str:
    return f"{name} {json.dumps(arguments, ensure_ascii=False)}" if arguments else name
