"""The figures of docs/reliability.md are those that the command wrote."""

from __future__ import annotations

from pathlib import Path

from evaluation.reliability.matrix import is_kept
from scripts.write_figures import PAGE, page, read_reports

ROOT = Path(__file__).parents[3]


def test_page_shows_the_figures_of_the_committed_runs() -> None:
    text, reports = (ROOT / PAGE).read_text(encoding="utf-8"), read_reports()
    assert [report["database"] for report in reports] == ["sqlite", "postgresql"]
    assert page(text, reports) == text, "python -m scripts.write_figures"
    assert all(is_kept(report) for report in reports)
