"""The report of a measured understanding: a folder with one page and two pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from evaluation.page import Cell, Page
from evaluation.understanding.breakdown import Confusion, Group, OperationGroup, by_kind, by_operation, confusion
from evaluation.understanding.plots import draw_confusion, draw_reliability
from evaluation.understanding.score import Judged, Scores, calibration_bins

CONFUSION, RELIABILITY = "confusion.png", "reliability.png"


def write_report(scores: Scores, operations: Sequence[str], folder: Path, source: str, model: str) -> Path:
    """Write the page and its pictures.

    Args:
        scores: What was measured.
        operations: The names that exist, the order of the tables.
        folder: Made where it is missing; files of an earlier report are replaced.
        source: Name of the measured file.
        model: Name of the model.

    Returns:
        The page.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    matrix = confusion(scores.rows, operations)
    draw_confusion(matrix, folder / CONFUSION)
    confidences = [judged.understood.confidence for judged in scores.rows]
    bins = calibration_bins(confidences, [judged.lenient for judged in scores.rows])
    draw_reliability(bins, scores.ece, folder / RELIABILITY)
    page = Page(f"Understanding: {source}, model {model}")
    page.note(f"telekom eval understanding, {scores.n} messages")
    page.table(("figure", "value"), [(name, str(value)) for name, value in scores.figures().items()])
    _groups(page, by_kind(scores.rows), by_operation(scores.rows, operations))
    _pictures(page, matrix)
    _wrong(page, [judged for judged in scores.rows if judged.fault])
    return page.write(folder)


def _groups(page: Page, kinds: Sequence[Group], operations: Sequence[OperationGroup]) -> None:
    page.heading("By kind of message")
    head = ("n", "strict", "lenient", "arguments")
    page.table(("kind", *head), [_accuracy(group) for group in kinds])
    page.heading("By operation")
    page.note(
        "Rows that ask for the operation (those with several tools count for each). Precision: share of the messages "
        "that got it and may have it. Arguments: over the rows whose tools are right."
    )
    page.table(("operation", *head, "precision"), [(*_accuracy(group), group.precision) for group in operations])


def _accuracy(group: Group) -> tuple[Cell, ...]:
    return group.name, group.n, group.strict, group.lenient, group.args


def _pictures(page: Page, matrix: Confusion) -> None:
    page.heading("What is taken for what")
    page.note(
        f"The likeliest call of each message with one tool or none; {matrix.left_out} messages with several tools are "
        "left out. Accepted alternatives stand off the diagonal, too."
    )
    page.picture(CONFUSION, "Counts of messages by expected and chosen operation")
    page.heading("Can the confidence be believed?")
    page.picture(RELIABILITY, "Accuracy over reported confidence, with the number of messages of each bin")


def _wrong(page: Page, rows: Sequence[Judged]) -> None:
    page.heading(f"What went wrong ({len(rows)})")
    head = ("id", "kind", "message", "expected", "chosen", "confidence", "fault")
    page.table(head, [_wrong_cells(judged) for judged in rows])


def _wrong_cells(judged: Judged) -> tuple[Cell, ...]:
    row, understood = judged.row, judged.understood
    expected = [_call(tool["name"], tool.get("args") or {}) for tool in row.tools] or ["none"]
    if row.alt:
        expected.append(f"(or {', '.join(row.alt)})")
    chosen = [_call(name, arguments) for name, arguments in understood.calls] or ["none"]
    confidence = round(float(understood.confidence), 3)
    return row.id, row.kind, row.utterance, "\n".join(expected), "\n".join(chosen), confidence, judged.fault


def _call(name: str, arguments: object) -> str:
    return f"{name} {json.dumps(arguments, ensure_ascii=False)}" if arguments else name
