"""Replies with their questions: read, held out, and learnt on states of the lower layers that are kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from agent.decision.encoder import load_float_encoder, save_encoder
from agent.decision.encoder_reader import EncoderTokenizer
from agent.decision.replies import LAYOUT_FILE, ReplyMember
from tests.agent.conftest import tiny_encoder
from training.adapters import fitted_weights
from training.decision_data import Example, is_held_out
from training.replies import (
    OPTIONS,
    AnsweredQuestion,
    ReplyNet,
    ReplyRecipe,
    lower_states,
    read_answered,
    save,
    scores,
    train,
    with_noise,
)

RECIPE = ReplyRecipe(epochs=12, batch=5, rank=2, first=1, hidden=16, rate=1e-2)
ROWS = [
    AnsweredQuestion("faturam ne kadar", "evet", "yes"),
    AnsweredQuestion("ne kadar kadar", "faturam ne kadar, evet evet", "no"),
    AnsweredQuestion("evet", "ne", "correction"),
    AnsweredQuestion("faturam", "kadar, kadar", "answer"),
    AnsweredQuestion("ne ne ne ne", "faturam faturam", "other"),
]


@pytest.fixture
def net(tmp_path: Path) -> ReplyNet:
    """A net over a stored tiny encoder."""
    save_encoder(*tiny_encoder(), tmp_path)
    torch.manual_seed(8)
    net = ReplyNet(tmp_path, RECIPE)
    net.train(False)
    return net


def changed(net: ReplyNet) -> ReplyNet:
    """The same net as if its adapter had learned something."""
    with torch.no_grad():
        for parameter in net.adapter():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return net


def ensemble() -> Tensor:
    """Likely right for every row, and sure of none."""
    wanted = torch.tensor([OPTIONS.index(row.meaning) for row in ROWS])
    return (0.5 * torch.nn.functional.one_hot(wanted, len(OPTIONS)) + 0.1 * torch.randn(len(ROWS), 5)).log_softmax(-1)


def write(folder: Path, name: str, *rows: dict[str, str]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_replies_to_questions_are_read_and_those_to_steps_and_lists_are_not(tmp_path: Path) -> None:
    write(
        tmp_path,
        "b.jsonl",
        {"pending": "Ödensin mi?", "utterance": "yarın öde", "reply": "correction", "kind": "later"},
        {"pending": "Hangisi?", "utterance": "ikincisi", "reply": "answer", "pick": "second"},
        {"utterance": "en ucuzu", "pick": "cheapest"},
    )
    write(
        tmp_path,
        "a.jsonl",
        {"pending": "Ödensin mi?", "utterance": "evet", "reply": "yes"},
        {"pending": "Fişi çekin.", "utterance": "oldu", "reply": "fixed", "question": "step"},
        {"pending": "Fişi çekin.", "utterance": "neden", "reply": "other", "question": "step"},
    )
    assert read_answered(tmp_path) == [
        AnsweredQuestion("Ödensin mi?", "evet", "yes"),
        AnsweredQuestion("Ödensin mi?", "yarın öde", "correction"),
    ]


def test_stored_replies_have_every_meaning_and_a_twelfth_is_held_out() -> None:
    stored = read_answered()
    assert {row.meaning for row in stored} == set(OPTIONS)
    assert all(row.asked.strip() and row.text.strip() for row in stored)
    assert 0.06 < sum(row.held_out for row in stored) / len(stored) < 0.11


def test_held_out_are_the_same_replies_as_of_the_ensemble() -> None:
    texts = [f"evet {number}" for number in range(200)]
    held = [AnsweredQuestion("Ödensin mi?", text, "yes").held_out for text in texts]
    assert held == [is_held_out(Example(text, {}, "Başka bir soru mu?")) for text in texts]
    assert held == [AnsweredQuestion("Değişsin mi?", text, "other").held_out for text in texts]
    assert 5 < sum(held) < 40


def test_state_is_the_reply_after_its_question() -> None:
    assert ROWS[0].state == {"message": "evet", "context": "faturam ne kadar"}
    assert ROWS[0].length == len("evet") + len("faturam ne kadar")


def test_noise_is_added_and_keeps_questions_and_meanings() -> None:
    rows = [replace(row, text=f"{row.text}, Şöyle ki...") for row in ROWS * 4]
    noisy = with_noise(rows, replace(RECIPE, disturbed=1.0))
    assert noisy[:20] == rows
    assert [(row.asked, row.meaning) for row in noisy[20:]] == [(row.asked, row.meaning) for row in rows]
    assert any(again.text != row.text for again, row in zip(noisy[20:], rows, strict=True))
    assert noisy == with_noise(rows, replace(RECIPE, disturbed=1.0))
    assert with_noise(rows, replace(RECIPE, disturbed=0.0)) == rows


def test_lower_states_are_in_the_order_of_the_rows_and_without_padding(net: ReplyNet) -> None:
    told = []
    kept = lower_states(net, ROWS, lambda done, of: told.append((done, of)))
    assert told == [(5, 5)]
    assert [OPTIONS[each.meaning] for each in kept] == [row.meaning for row in ROWS]
    for row, each in zip(ROWS, kept, strict=True):
        prompts = net.tokenizer.encode([row.state])
        assert each.body == prompts.bodies[0] and each.states.shape == (prompts.ids.shape[1], 32)


@torch.inference_mode()
def test_scores_of_kept_states_are_those_of_the_whole_encoder(net: ReplyNet) -> None:
    found = scores(changed(net), lower_states(net, ROWS))
    for row, each in zip(ROWS, found, strict=True):
        prompts = net.tokenizer.encode([row.state])
        whole = net.layers(net.encoder(input_ids=prompts.ids).last_hidden_state, prompts)
        torch.testing.assert_close(each, whole[0].log_softmax(-1), atol=1e-2, rtol=1e-2)  # states are kept as halves


def test_saved_member_scores_like_the_net(net: ReplyNet, tmp_path: Path) -> None:
    kept = lower_states(changed(net), ROWS)
    save(net, kept, ensemble(), 7, RECIPE, tmp_path / "replies")
    encoder, tokenizer = load_float_encoder(tmp_path)
    member = ReplyMember.from_folder(encoder, EncoderTokenizer(tokenizer), tmp_path / "replies")
    assert member is not None and member.options == list(OPTIONS)
    found = member.scores([row.state for row in ROWS]).log_softmax(-1)
    torch.testing.assert_close(found, scores(net, kept), atol=1e-2, rtol=1e-2)
    torch.manual_seed(9)
    fresh = ReplyNet(tmp_path, RECIPE).train(False)
    assert not torch.allclose(scores(fresh, kept), found, atol=5e-2)


def test_saved_weights_and_figures_are_those_of_the_held_out_replies(net: ReplyNet, tmp_path: Path) -> None:
    kept, others = lower_states(net, ROWS), ensemble()
    wanted = torch.tensor([each.meaning for each in kept])
    pair = scores(net, kept)
    figures = save(net, kept, others, 7, RECIPE, tmp_path / "replies")
    layout = json.loads((tmp_path / "replies" / LAYOUT_FILE).read_text(encoding="utf-8"))
    own, other = fitted_weights(pair, others, wanted)
    assert layout["weights"] == {"pair": own, "ensemble": other}
    assert json.loads((tmp_path / "replies" / "figures.json").read_text(encoding="utf-8")) == figures
    assert (figures["known"], figures["held_out"], figures["recipe"]["rank"]) == (7, 5, 2)
    mixed = own * pair + other * others
    for name, each in (("pair", pair), ("ensemble", others), ("accuracy", mixed)):
        assert figures[name] == pytest.approx(float((each.argmax(-1) == wanted).float().mean()), abs=1e-4)


def test_training_lowers_the_loss_and_leaves_the_encoder(net: ReplyNet) -> None:
    own = {id(parameter) for parameter in net.adapter()}
    before = [(each, each.clone()) for each in net.encoder.parameters() if id(each) not in own]
    kept = lower_states(net, ROWS)
    told: list[tuple[int, int, float]] = []
    train(net, kept * 3, RECIPE, lambda step, of, loss: told.append((step, of, loss)))
    losses = [loss for _, _, loss in told]
    assert [(step, of) for step, of, _ in told] == [(step, 36) for step in range(36)]
    assert sum(losses[-5:]) < 0.7 * sum(losses[:5])
    assert not net.training and scores(net, kept).argmax(-1).tolist() == [each.meaning for each in kept]
    assert all(torch.equal(now, then) for now, then in before)
    again: Any = lower_states(net, ROWS)
    assert all(torch.equal(one.states, other.states) for one, other in zip(again, kept, strict=True))
