"""Scoring follows evaluation's own definitions, on cases small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.rows import BadRows
from evaluation.understanding.agent_under_test import schema_toolbox
from evaluation.understanding.score import (
    LabeledMessage,
    Understood,
    arguments_right,
    read_rows,
    same_value,
    score,
)

OWN = Path(__file__).parents[3] / "evaluation" / "data" / "everyday.jsonl"


def row(*tools: tuple[str, dict[str, Any]], alt: tuple[str, ...] = ()) -> LabeledMessage:
    return LabeledMessage("r", "metin", "tool", [{"name": name, "args": args} for name, args in tools], alt)


async def test_score_counts_strict_lenient_and_untouched_rows() -> None:
    rows = [row(("get_current_bill", {})), row(("pay_bill", {}), alt=("get_current_bill",)), row(), row(alt=("none",))]
    said = {
        "a": Understood([("get_current_bill", {})], 0.9),
        "b": Understood([("get_current_bill", {})], 0.9),
        "c": Understood([], 0.9),
        "d": Understood([("pay_bill", {})], 0.9),
    }
    named = [LabeledMessage(key, key, "tool", one.tools, one.alt) for key, one in zip(said, rows, strict=True)]

    async def understand(message: str, before: object) -> Understood:
        return said[message]

    scores = await score(named, understand)
    assert (scores.n, scores.tool_strict, scores.tool_lenient, scores.no_tool) == (4, 0.5, 0.75, 0.5)
    assert [wrong["id"] for wrong in scores.wrong] == ["d"]


@pytest.mark.parametrize(
    ("name", "wanted", "got", "same"),
    [
        ("region", "İzmir", "izmirde", True),
        ("region", "Kadıköy", "KADIKOY", True),
        ("region", "Kars", "Muş", False),
        ("new_package_name", "Premium Paket", "premium paket'e", True),
        ("new_value", "0532 111 22 33", "05321112233", True),
        ("new_value", "0532 111 22 33", "05321112234", False),
        ("new_value", "Ayse@Example.com", "ayse@example.com", True),
        ("status", True, True, True),
        ("status", True, False, False),
        ("limit", 3, "3", True),
        ("ticket_id", "T-12", "t12", True),
    ],
)
def test_values_compare_by_meaning(name: str, wanted: Any, got: Any, same: bool) -> None:
    assert same_value(name, wanted, got) is same


def test_invented_argument_is_wrong_and_free_text_does_not_count() -> None:
    expected = row(("suspend_line", {"reason": "askerlik"}))
    assert arguments_right(expected, Understood([("suspend_line", {"reason": "asker"})], 1.0))
    assert not arguments_right(row(("pay_bill", {})), Understood([("pay_bill", {"bill_id": "F-1"})], 1.0))


def test_bad_rows_are_listed_with_line_and_reason(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    lines = [{"utterance": "a", "tools": []}, {"utterance": "b"}, {"utterance": "c", "tools": [{"name": "fly"}]}]
    file.write_text("\n".join([*map(json.dumps, lines), "{broken"]), encoding="utf-8")
    with pytest.raises(BadRows) as raised:
        read_rows(file, schema_toolbox().names)
    reasons = str(raised.value).splitlines()
    assert [reason.split(": ")[0] for reason in reasons] == ["rows.jsonl:2", "rows.jsonl:3", "rows.jsonl:4"]
    assert "fly" in reasons[1]


def test_own_everyday_set_can_be_read() -> None:
    rows = read_rows(OWN, schema_toolbox().names)
    assert len(rows) >= 400
    assert sum(not one.tools for one in rows) >= 100
