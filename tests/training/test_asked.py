"""Messages of the asked facts: how they are read and held out."""

from __future__ import annotations

import json
from pathlib import Path

from graph.asked.declared import load_facts
from training.asked import AskedMessage, read_messages


def write(folder: Path, name: str, *rows: dict[str, str | None]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_messages_of_every_file_are_read_in_the_order_of_the_files(tmp_path: Path) -> None:
    write(tmp_path, "b.jsonl", {"text": "kotam", "fact": "internet_left"})
    write(
        tmp_path,
        "a.jsonl",
        {"text": "faturam ve günü", "fact": "bill_amount", "also": "bill_due_date"},
        {"text": "merhaba", "fact": "none", "also": None},
    )
    (tmp_path / "notes.txt").write_text("no message", encoding="utf-8")
    assert read_messages(tmp_path) == [
        AskedMessage("faturam ve günü", "bill_amount", "bill_due_date"),
        AskedMessage("merhaba", "none", "none"),
        AskedMessage("kotam", "internet_left", "none"),
    ]


def test_held_out_depends_on_the_message_alone() -> None:
    assert AskedMessage("d", "none").held_out  # 100
    assert not AskedMessage("e", "none").held_out  # 101
    assert AskedMessage("d", "bill_amount", "bill_due_date").held_out
    assert AskedMessage("ş", "none").held_out is (sum("ş".encode()) % 10 == 0)


def test_every_stored_label_is_a_declared_fact() -> None:
    declared = set(load_facts().facts)
    stored = read_messages()
    assert {each.fact for each in stored} <= declared
    assert {each.also for each in stored} <= declared
    assert all(each.text.strip() for each in stored)


def test_held_out_part_of_the_stored_messages_is_about_a_tenth() -> None:
    stored = read_messages()
    assert 0.07 < sum(each.held_out for each in stored) / len(stored) < 0.13
