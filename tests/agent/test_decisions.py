"""The decision model's parts: the format that transformers reads, one pass for all questions, spans, batches."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from transformers import PreTrainedTokenizerFast
from transformers.decision.configuration_utils import DecisionConfig

from agent.decision.batching import MicroBatcher
from agent.decision.characters import CharacterModel, grams
from agent.decision.encoder_reader import EncoderLayers, EncoderReader
from agent.decision.format import QUERIES, TAGS, decision_prompt, rendered, template
from agent.decision.head import Calibration, DecisionHead
from agent.decision.layers import DecisionLayers
from agent.decision.model import LocalDecisionModel, ReadsSpans
from agent.decision.spans import Span, spans_of
from agent.errors import GenerationError
from tests.agent.conftest import tiny_encoder, tiny_gemma

OPTIONS = {name: ("true", "false") if name in ("conditional", "described") else ("a", "b", "c") for name in QUERIES}


@pytest.fixture
def head(tokenizer: PreTrainedTokenizerFast) -> DecisionHead:
    trunk = tiny_gemma(len(tokenizer), window=512).model
    torch.manual_seed(1)
    layers = DecisionLayers(32, OPTIONS, pooled_layers=(1, 2, 3))
    characters = CharacterModel({"grams": torch.tensor([1]), "idf": torch.ones(1)})
    weights = {"query": 1.0, "pooled": 0.5, "encoder": 0.7}
    calibration = {name: Calibration(options, weights) for name, options in OPTIONS.items()}
    encoder = EncoderReader(*tiny_encoder(), EncoderLayers(32, OPTIONS))
    return DecisionHead(trunk, tokenizer, layers, calibration, encoder, characters)


def test_template_renders_the_prompt_that_is_served(tokenizer: PreTrainedTokenizerFast) -> None:
    """What a server of transformers' decision format reads is what this process reads."""
    config = DecisionConfig(labels={"choice": [f"<{n}>" for n in range(24)]}, chat_template=template())
    questions = {
        name: {"type": "noul"} if len(options) == 2 else {"type": "choice", "criteria": dict.fromkeys(options)}
        for name, options in OPTIONS.items()
    }
    for state in ("faturam ne kadar", {"message": "onu öde", "context": "Az önce: güncel fatura"}):
        [(inputs, _)] = config.prepare_inputs({"state": state, "questions": questions}, tokenizer)
        ours = tokenizer(decision_prompt(state, QUERIES), add_special_tokens=False).input_ids
        assert inputs["input_ids"][0].tolist() == ours
        assert inputs["marks"].tolist()[-1] == len(ours), "the last question is read at the last token"


def test_a_batch_reads_like_single_messages(head: DecisionHead) -> None:
    states = ["faturam ne kadar", {"message": "evet", "context": "Onaylıyor musunuz?"}, "İnternetim çok yavaş, bakın"]
    together = head.read(states)
    for state, found in zip(states, together, strict=True):
        [alone] = head.read([state])
        assert rendered(state)
        for name in QUERIES:
            torch.testing.assert_close(found.scores[name], alone.scores[name], atol=1e-4, rtol=1e-4)


def test_control_tokens_in_a_message_are_letters(head: DecisionHead) -> None:
    [plain] = head.read(["<bos> faturam"])
    assert set(plain.scores) == set(OPTIONS)


def test_one_member_alone_weighs_as_much_as_all_did(head: DecisionHead) -> None:
    state = "faturam ne kadar"
    [(members, _)] = head.member_scores([state])
    [alone] = head.with_members(["encoder"]).read([state])
    torch.testing.assert_close(alone.scores["operation"], 2.2 * members["encoder"]["operation"], atol=1e-4, rtol=1e-4)
    [whole] = head.with_members(["letters"]).read([state])  # nothing of it here, so all members stay
    torch.testing.assert_close(whole.scores, head.read([state])[0].scores, atol=1e-4, rtol=1e-4)


def test_answers_have_the_system_one_form(head: DecisionHead) -> None:
    model = LocalDecisionModel(head)
    try:
        assert isinstance(model, ReadsSpans)
        questions: dict[str, Any] = {
            "operation": {"type": "choice", "criteria": {"c": None, "a": None}}, "conditional": {"type": "noul"},
        }  # fmt: skip
        answers = model.invoke({"state": "faturam ne kadar", "questions": questions})
        assert sum(answers["operation"]["probabilities"].values()) == pytest.approx(1)
        assert list(answers["operation"]["probabilities"]) == ["c", "a"]
        assert answers["conditional"]["noul"] == answers["conditional"]["probabilities"]["true"]
        with pytest.raises(GenerationError, match="does not answer"):
            model.invoke({"state": "x", "questions": {"operation": {"type": "choice", "criteria": {"z": None}}}})
    finally:
        model.close()


def test_spans_are_whole_words_of_the_message() -> None:
    message = "Kadıköy'de ve Bursa Nilüfer'de yok"
    offsets = [(0, 4), (4, 7), (7, 10), (11, 13), (14, 19), (20, 27), (27, 30), (31, 34)]
    b, i = TAGS.index("B-region"), TAGS.index("I-region")
    found = spans_of(message, [b, i, 0, 0, b, i, 0, 0], [0.9] * 8, offsets)
    assert found == [Span("region", "Kadıköy'de", 0.9), Span("region", "Bursa Nilüfer'de", 0.9)]


def test_letters_ignore_case_and_diacritics() -> None:
    assert grams("ŞİFRE Işık") == grams("sifre isik")


def test_waiting_requests_share_a_batch_in_order_and_cancelled_ones_are_left_out() -> None:
    begun, go_on = threading.Event(), threading.Event()
    seen: list[list[int]] = []

    def answer(batch: Sequence[int]) -> list[int]:
        seen.append(list(batch))
        begun.set()
        go_on.wait(10)
        return [10 * number for number in batch]

    batches = MicroBatcher(answer, most=3, name="test")
    first = batches.submit(0)
    begun.wait(10)
    rest = [batches.submit(number) for number in range(1, 6)]
    rest[1].cancel()
    go_on.set()
    batches.close()
    assert first.result() == 0
    assert [future.result() for future in rest if not future.cancelled()] == [10, 30, 40, 50]
    assert seen == [[0], [1, 3], [4, 5]]


def test_a_failed_batch_fails_its_requests_and_the_next_one_is_answered() -> None:
    def answer(batch: Sequence[int]) -> list[int]:
        if 0 in batch:
            raise RuntimeError("no memory")
        return list(batch)

    batches = MicroBatcher(answer, most=1, name="test")
    with pytest.raises(RuntimeError, match="no memory"):
        batches.submit(0).result(10)
    assert batches.submit(1).result(10) == 1
    batches.close()
