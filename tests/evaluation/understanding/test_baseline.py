"""The baseline: its training, its figures and the comparison, on rows small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.understanding.baseline import (
    Baseline,
    NoTrainingRows,
    ToolChoiceScores,
    comparable,
    compare,
    score_agent,
    score_baseline,
    training_rows,
)
from evaluation.understanding.score import LabeledMessage, Understood, judge

BILL = {"name": "get_current_bill", "args": {}}
PAY = {"name": "pay_bill", "args": {}}
TRAINING = [
    *({"utterance": text, "tools": [BILL]} for text in ("faturam ne kadar", "fatura tutarı", "borcum ne kadar")),
    *({"utterance": text, "tools": [PAY, BILL]} for text in ("hemen ödeme yap", "ödeyeyim", "ödeme yapmak istiyorum")),
    *({"utterance": text, "tools": []} for text in ("merhaba", "selam", "Merhabalar")),
]


def row(tools: list[dict[str, object]], alt: tuple[str, ...] = ()) -> LabeledMessage:
    return LabeledMessage("r", "metin", "tool", tools, alt)


def test_baseline_learns_from_spelling_without_diacritics_and_case() -> None:
    baseline = Baseline(TRAINING)
    assert baseline.trained_on == 9
    assert baseline.choose(["FATURAM NE KADARDI", "odeme yapmak", "MERHABA!"]) == [
        "get_current_bill",
        "pay_bill",
        "none",
    ]
    assert baseline.choose([]) == []


def test_rows_with_several_tools_are_left_out() -> None:
    assert comparable([row([BILL]), row([BILL, PAY]), row([])]) == [row([BILL]), row([])]


def test_both_are_scored_alike() -> None:
    rows = [row([BILL]), row([PAY], ("get_current_bill",)), row([], ("pay_bill",)), row([])]
    chosen = ["get_current_bill", "get_current_bill", "pay_bill", "get_current_bill"]
    theirs = score_baseline(rows, chosen)
    assert theirs == ToolChoiceScores(4, 0.25, 0.75, 0.5)
    judged = [judge(one, Understood([(name, {})], 0.9)) for one, name in zip(rows, chosen, strict=True)]
    assert score_agent(judged) == theirs


def test_comparison_tells_points_and_errors() -> None:
    strict, lenient, none = compare(ToolChoiceScores(10, 0.8, 1.0, 0.5), ToolChoiceScores(10, 0.9, 0.9, 0.25))
    assert (strict.points, strict.error_ratio) == (10.0, 0.5)
    assert (lenient.points, lenient.error_ratio) == (-10.0, None)
    assert (none.points, none.error_ratio) == (-25.0, 1.5)


def test_training_reads_every_written_file(tmp_path: Path) -> None:
    for name in ("messages/a.jsonl", "messages/b.jsonl", "replies/a.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps({"utterance": name, "tools": []}) + "\n", encoding="utf-8")
    assert [one["utterance"] for one in training_rows(folder=tmp_path)] == ["messages/a.jsonl", "messages/b.jsonl"]
    with pytest.raises(NoTrainingRows, match="messages"):
        training_rows(folder=tmp_path / "nowhere")


def test_training_on_one_operation_is_refused() -> None:
    with pytest.raises(NoTrainingRows):
        Baseline(TRAINING[:2])
