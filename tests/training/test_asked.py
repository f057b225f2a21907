"""Messages of the asked facts: how they are read, held out and put into batches."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from graph.asked.declared import load_facts
from training.asked import AskedMessage, _batches, read_messages


def write(folder: Path, name: str, *rows: dict[str, str | None]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def messages(*lengths: int) -> list[AskedMessage]:
    return [AskedMessage("a" * length, f"fact_{place}") for place, length in enumerate(lengths)]


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


def test_batches_are_whole_and_hold_no_message_twice() -> None:
    known = messages(*range(1, 26))
    batches = _batches(known, 4, Random(0))
    assert [len(batch) for batch in batches] == [4] * 6  # 25 messages; the one that is left waits for the next pass
    texts = [message.text for batch in batches for message in batch]
    assert len(set(texts)) == len(texts) == 24


def test_batch_has_messages_of_about_one_length() -> None:
    batches = _batches(messages(*range(1, 25)), 4, Random(1))
    spreads = [max(lengths) - min(lengths) for lengths in ([len(each.text) for each in batch] for batch in batches)]
    assert spreads == [3] * 6


def test_order_of_batches_is_random_and_repeatable() -> None:
    known = messages(*range(1, 25))
    assert _batches(known, 4, Random(2)) == _batches(known, 4, Random(2))
    lengths = [len(batch[0].text) for batch in _batches(known, 4, Random(2))]
    assert sorted(lengths) == [1, 5, 9, 13, 17, 21]
    assert lengths != sorted(lengths)
    assert known == messages(*range(1, 25))  # they are left in their order


def test_fewer_messages_than_a_batch_make_none() -> None:
    assert _batches(messages(1, 2, 3), 4, Random(0)) == []


def test_every_stored_label_is_a_declared_fact() -> None:
    declared = set(load_facts().facts)
    stored = read_messages()
    assert {each.fact for each in stored} <= declared
    assert {each.also for each in stored} <= declared
    assert all(each.text.strip() for each in stored)


def test_held_out_part_of_the_stored_messages_is_about_a_tenth() -> None:
    stored = read_messages()
    assert 0.07 < sum(each.held_out for each in stored) / len(stored) < 0.13
