"""Files of one JSON object a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.json_lines import read_json_lines


def test_rows_of_several_files_are_read_in_order_without_empty_lines(tmp_path: Path) -> None:
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    first.write_text('{"text": "Faturam ne kadar?"}\n\n{"text": "Öde"}\n', encoding="utf-8")
    second.write_text('{"text": "Teşekkürler"}', encoding="utf-8")
    assert [row["text"] for row in read_json_lines(first, second)] == ["Faturam ne kadar?", "Öde", "Teşekkürler"]
    assert read_json_lines() == []


def test_line_that_is_no_json_is_not_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "1.jsonl"
    file.write_text("{}\nhello\n", encoding="utf-8")
    with pytest.raises(json.JSONDecodeError):
        read_json_lines(file)
