"""The measuring files of knowledge name entries that exist, and share no question."""

from __future__ import annotations

from pathlib import Path

from core.settings import Settings
from evaluation.knowledge.score import read_rows
from service.knowledge import knowledge_pages


def test_rows_name_known_entries_and_files_share_no_question() -> None:
    known = {entry.id for page in knowledge_pages(Settings(_env_file=None)) for entry in page.entries}
    files = [read_rows(Path("evaluation/data") / name) for name in ("knowledge.jsonl", "knowledge_tuning.jsonl")]
    for rows in files:
        assert {one for row in rows for one in (row.entry, *row.also) if one} <= known
        assert all(row.kind for row in rows if row.entry is None)
    measured, tuned = ({row.text for row in rows} for rows in files)
    assert not measured & tuned
