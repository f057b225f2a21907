"""A reply that is no yes must not be counted as one; the counts are what the gate would do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.understanding.replies import BadReplies, false_yeses, figures, read_consents, read_replies
from graph.understanding.consent import ConsentReader
from tests.doubles import Agreeing
from tests.graph.readings import TableDecisionModel, message_reader

ROWS = [
    {"pending": "Onaylıyor musunuz?", "utterance": "evet", "reply": "yes"},
    {"pending": "Onaylıyor musunuz?", "utterance": "aynen", "reply": "yes"},
    {"pending": "Onaylıyor musunuz?", "utterance": "canım çekti işte", "reply": "other"},
    {"pending": "Onaylıyor musunuz?", "utterance": "hayır", "reply": "no"},
    {"pending": "Modemi kapatıp açın.", "utterance": "aynı", "reply": "still", "question": "step"},
    {"pending": "Hangi yöntemle?", "utterance": "kartla", "reply": "answer"},
]


def written(folder: Path, rows: list[object]) -> Path:
    file = folder / "replies.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


async def test_yeses_are_counted_rightly_and_wrongly(tmp_path: Path) -> None:
    replies = read_replies(written(tmp_path, [*ROWS]))
    assert len(replies) == 4
    sure = {"reply": {"yes": 0.97}}
    messages = message_reader(TableDecisionModel({"evet": sure, "canım çekti işte": sure}))  # it does not know "aynen"
    read = await read_consents(replies, messages, ConsentReader(Agreeing()))
    found = figures(replies, read)
    assert (found.false_yes, found.n_not_yes, found.true_yes, found.n_yes) == (1, 2, 1, 2)
    assert [reply.text for reply, _ in false_yeses(replies, read)] == ["canım çekti işte"]
    doubted = await read_consents(replies, messages, ConsentReader(Agreeing(0.1)))
    assert figures(replies, doubted).false_yes == 0


@pytest.mark.parametrize("rows", [[], ["no row"], [{"utterance": "evet", "reply": "yes"}]])
def test_file_without_replies_is_refused_with_its_place(tmp_path: Path, rows: list[object]) -> None:
    with pytest.raises(BadReplies, match="replies.jsonl"):
        read_replies(written(tmp_path, rows))
