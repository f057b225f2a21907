"""The written messages are what the head is trained on: known labels, no repeats, far from what measures."""

from __future__ import annotations

import json
from pathlib import Path

from agent.prompt_files import load_prompts
from training.decision_data import (
    DATA,
    Example,
    all_questions,
    data_files,
    grams,
    measured_texts,
    read_examples,
    too_close,
)

EVERYDAY = Path(__file__).parents[2] / "evaluation" / "data" / "everyday.jsonl"


def test_every_label_is_an_option_of_its_question() -> None:
    questions = all_questions(load_prompts()["questions"].data)
    for example in read_examples():
        for name, label in example.labels.items():
            assert label in questions[name], (name, label, example.text)


def test_messages_are_many_and_different() -> None:
    # "evet" is an answer to many questions, so a reply counts with its question.
    texts = [f"{example.context or ''} {example.text}" for example in read_examples()]
    assert len(texts) > 3000
    assert len(set(map(grams, texts))) > 0.99 * len(texts)


def test_messages_near_a_measuring_file_are_found(tmp_path: Path) -> None:
    near = Example("Bu ayki faturam ne kadar acaba?", {})
    far = Example("Modemimin ışığı yanmıyor", {})
    assert too_close([near, far], ["bu ayki faturam ne kadar acaba"]) == [near]
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"utterance": "x"}), encoding="utf-8")
    assert measured_texts([file]) == ["x"]


def test_every_file_is_in_the_data_card_with_its_count() -> None:
    card = (DATA / "README.md").read_text(encoding="utf-8")
    files = data_files()
    assert {path.parent.name for path in files} == {"asked", "messages", "replies", "support"}
    for path in files:
        rows = sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
        assert f"`{path.parent.name}/{path.name}` | {rows:,} |" in card, (path.name, rows)
    assert EVERYDAY.is_file()
