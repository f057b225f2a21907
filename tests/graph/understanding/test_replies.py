"""A reply counts only when the decision model is certain; anything else is no yes."""

from __future__ import annotations

import pytest

from graph.understanding.replies import OTHER, REPLY_THRESHOLDS, ReplyReader, is_other_fault
from tests.graph.readings import reading


@pytest.mark.parametrize("meaning", REPLY_THRESHOLDS)
async def test_certain_reply_counts_and_a_doubtful_one_does_not(meaning: str) -> None:
    threshold = REPLY_THRESHOLDS[meaning]
    certain, doubtful = ({"reply": {meaning: threshold + shift}} for shift in (0.01, -0.01))
    assert await ReplyReader().reply(reading("sözler", certain, "reply")) == meaning
    assert await ReplyReader().reply(reading("sözler", doubtful, "reply")) == OTHER


async def test_operator_may_ask_for_a_surer_yes() -> None:
    said = {"reply": {"yes": 0.95}}
    assert await ReplyReader(yes_threshold=0.9).reply(reading("evet", said, "reply")) == "yes"
    assert await ReplyReader(yes_threshold=0.99).reply(reading("evet", said, "reply")) == OTHER


@pytest.mark.parametrize("meaning", ["fixed", "still", "unable", "ticket"])
async def test_outcome_of_a_step_needs_half_the_probability(meaning: str) -> None:
    assert await ReplyReader().step(reading("sözler", {"step": {meaning: 0.6}}, "reply")) == meaning
    assert await ReplyReader().step(reading("sözler", {"step": {meaning: 0.4, "other": 0.3}}, "reply")) == OTHER


async def test_model_that_cannot_answer_gives_no_yes() -> None:
    assert await ReplyReader().reply(reading("evet", {"reply": {"yes": 1.0}}, "reply", broken=True)) == OTHER
    assert await ReplyReader().step(reading("evet", {"step": {"fixed": 1.0}}, "reply", broken=True)) == OTHER


@pytest.mark.parametrize(
    ("reply", "other"),
    [("aynı sorun değil", True), ("aynı kayıt", False), ("başka bir şey", True), ("olabilir", None)],
)
def test_other_fault_is_told_by_its_words(reply: str, other: bool | None) -> None:
    assert is_other_fault(reply) is other
