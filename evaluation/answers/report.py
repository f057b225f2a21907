"""The HTML report of measured answers: every answer is listed, so that a person can read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.answers.score import MeasuredAnswer
from evaluation.report_html import write_html

_SECTIONS = (("operation", "Results"), ("error", "Refusals"), ("talk", "Talk"))
_Cells = tuple[str | float | int | None, ...]


def write_report(
    measured: Sequence[MeasuredAnswer], figures: Mapping[str, Any], missing: Sequence[str], folder: Path, agent: str
) -> Path:
    """Write the report and return the path of its page.

    Args:
        measured: The answers.
        figures: Their figures.
        missing: Operations, error codes and topics without an answer.
        folder: Created where it is missing.
        agent: One line that describes the measured agent.

    Raises:
        OSError: The folder cannot be written.
    """
    unsupported = [one for one in measured if one.unsupported]
    return write_html(
        folder, "answers", title="Answers", agent=agent, missing=missing,
        figures=[(name, str(value)) for name, value in figures.items()],
        sections=[
            _section("Answers with unsupported statements", unsupported),
            *(_section(title, [one for one in measured if one.case.kind == kind]) for kind, title in _SECTIONS),
        ],
    )  # fmt: skip


def _section(title: str, measured: Sequence[MeasuredAnswer]) -> dict[str, Any]:
    """Return one table's title, its rows ordered by case, and the indexes of the rows to mark."""
    ordered = sorted(measured, key=_about)
    return {
        "title": title,
        "rows": [(_about(one), *_cells(one)) for one in ordered],
        "bad": [index for index, one in enumerate(ordered) if one.unsupported],
    }


def _about(one: MeasuredAnswer) -> str:
    return f"{one.case.name}\n{one.case.situation}".rstrip()


def _cells(one: MeasuredAnswer) -> _Cells:
    language = one.language if one.language_right else f"{one.language}, asked in {one.case.language}"
    written = one.written
    return (
        one.case.message, written.text, written.answer_source, language, round(written.first_ms),
        round(written.total_ms), "\n".join(one.unsupported),
    )  # fmt: skip
