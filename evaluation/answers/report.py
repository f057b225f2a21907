"""The report of measured answers: one page that lists every answer, so that a person can read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.answers.score import MeasuredAnswer
from evaluation.page import Cell, Page

_HEAD = ("customer", "answer", "written by", "language", "first token ms", "total ms", "not proven")
_SECTIONS = (("operation", "Results"), ("error", "Refusals"), ("talk", "Talk"))


def write_report(
    measured: Sequence[MeasuredAnswer], figures: Mapping[str, Any], missing: Sequence[str], folder: Path, model: str
) -> Path:
    """Write the page.

    Args:
        measured: The answers.
        figures: Their figures.
        missing: What has no answer.
        folder: Made where it is missing.
        model: Name of the writer.

    Returns:
        The page.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = Page(f"Answers, model {model}")
    page.note(
        "telekom eval answers. Languages are told apart by a heuristic that counts telling words "
        "(evaluation/language.py). Not proven: figures, dates, ids and names of the answer that occur neither in the "
        "tool's result, preview or error nor in the customer's message (evaluation/groundedness.py)."
    )
    page.table(("figure", "value"), [(name, str(value)) for name, value in figures.items()])
    if missing:
        page.note(f"The sample has no answer for: {', '.join(missing)}.")
    unsupported = [one for one in measured if one.unsupported]
    _section(page, "Answers with something that nothing proves", unsupported)
    for kind, title in _SECTIONS:
        _section(page, title, [one for one in measured if one.case.kind == kind])
    return page.write(folder)


def _section(page: Page, title: str, measured: Sequence[MeasuredAnswer]) -> None:
    """One table, its answers ordered by what they are about; none where there is nothing to show."""
    ordered = sorted(measured, key=_about)
    page.heading(f"{title} ({len(ordered)})")
    if not ordered:
        return
    bad = [place for place, one in enumerate(ordered) if one.unsupported]
    page.table(("about", *_HEAD), [(_about(one), *_cells(one)) for one in ordered], bad)


def _about(one: MeasuredAnswer) -> str:
    return f"{one.case.name}\n{one.case.situation}".rstrip()


def _cells(one: MeasuredAnswer) -> tuple[Cell, ...]:
    language = one.language if one.language_right else f"{one.language}, asked in {one.case.language}"
    written = one.written
    return (
        one.case.message, written.text, written.answer_source, language, round(written.first_ms),
        round(written.total_ms), "\n".join(one.unsupported),
    )  # fmt: skip
