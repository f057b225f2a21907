"""The member that reads the asked fact: meaning and letters together, and new facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from agent.decision.adapter import adapted_copy
from agent.decision.asked import ADAPTER_FILE, CHARACTERS_FILE, LAYOUT_FILE, AskedMember, message_states
from agent.decision.characters import CharacterModel, grams
from agent.decision.encoder_reader import EncoderTokenizer
from agent.errors import ModelUnusable
from tests.agent.conftest import tiny_encoder
from tests.agent.decision.conftest import WIDTH, tiny_adapter

OPTIONS = ["bill_amount", "bill_number", "none"]
LAYOUT = {"asked": {"options": OPTIONS, "weights": {"encoder": 0.7, "letters": 0.3}}}
MESSAGES = ["faturam ne kadar", "evet", "kadar kadar kadar, ne kadar"]


def letters() -> CharacterModel:
    """Knows one n-gram, of "evet", which speaks for "none"."""
    torch.manual_seed(4)
    gram = next(iter(grams("evet")))
    weight = torch.tensor([[0.0, 0.0, 5.0]])
    return CharacterModel(
        {
            "grams": torch.tensor([gram]), "idf": torch.ones(1), "asked.weight": weight,
            "asked.bias": torch.tensor([0.5, 0.0, -0.5]),
        }
    )  # fmt: skip


def parts() -> tuple[Any, EncoderTokenizer, dict[str, Tensor]]:
    encoder, tokenizer = tiny_encoder()
    tensors = tiny_adapter(encoder)
    torch.manual_seed(5)
    tensors |= {"asked.weight": torch.randn(len(OPTIONS), 2 * WIDTH), "asked.bias": torch.randn(len(OPTIONS))}
    return encoder, EncoderTokenizer(tokenizer), tensors


def member() -> AskedMember:
    encoder, tokenizer, tensors = parts()
    return AskedMember(adapted_copy(encoder, tensors), tokenizer, tensors, letters(), LAYOUT)


def stored(folder: Path) -> tuple[Any, EncoderTokenizer]:
    encoder, tokenizer, tensors = parts()
    save_file(tensors, folder / ADAPTER_FILE)
    letters().save(folder / CHARACTERS_FILE)
    (folder / LAYOUT_FILE).write_text(json.dumps(LAYOUT), encoding="utf-8")
    return encoder, tokenizer


@torch.inference_mode()
def test_states_of_a_batch_are_those_of_single_messages() -> None:
    encoder, tokenizer, _ = parts()
    together = message_states(encoder, tokenizer, MESSAGES)
    assert together.shape == (3, 2 * WIDTH)
    alone = torch.cat([message_states(encoder, tokenizer, [message]) for message in MESSAGES])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_state_is_the_first_one_and_the_mean_of_the_words() -> None:
    encoder, tokenizer, _ = parts()
    prompts = tokenizer.encode(["faturam ne kadar"])
    hidden = encoder(input_ids=prompts.ids).last_hidden_state[0]
    [state] = message_states(encoder, tokenizer, ["faturam ne kadar"])
    torch.testing.assert_close(state, torch.cat([hidden[0], hidden[1:-1].mean(0)]))


@torch.inference_mode()
def test_scores_weigh_meaning_and_letters() -> None:
    encoder, tokenizer, tensors = parts()
    options, scores = member().read("evet")["asked"]
    [state] = message_states(adapted_copy(encoder, tensors), tokenizer, ["evet"])
    meaning = (tensors["asked.weight"] @ state + tensors["asked.bias"]).log_softmax(-1)
    spelling = torch.tensor([0.5, 0.0, 4.5]).log_softmax(-1)
    assert list(options) == OPTIONS
    torch.testing.assert_close(scores, 0.7 * meaning + 0.3 * spelling, atol=1e-4, rtol=1e-4)


def test_member_answers_the_questions_of_its_layout() -> None:
    assert member().questions == {"asked"}


def test_option_that_is_not_offered_gets_no_score() -> None:
    offered = {"bill_amount": "tutar", "none": "hiçbiri"}
    scores = member().placed("asked", "faturam ne kadar", offered)
    options, whole = member().read("faturam ne kadar")["asked"]
    assert scores == pytest.approx({name: float(whole[options.index(name)]) for name in offered})


def test_new_fact_with_the_description_of_the_likeliest_scores_the_same() -> None:
    known = {name: f"{name} kadar" for name in OPTIONS}
    scores = member().placed("asked", "faturam ne kadar", known)
    best = max(scores, key=scores.__getitem__)
    with_twin = member().placed("asked", "faturam ne kadar", {**known, "new": known[best]})
    assert with_twin["new"] == pytest.approx(scores[best], abs=1e-4)
    assert {name: with_twin[name] for name in OPTIONS} == pytest.approx(scores)


def test_new_fact_is_likelier_the_nearer_its_description_is() -> None:
    message = "faturam ne kadar"
    criteria = {**{name: "evet, evet" for name in OPTIONS}, "near": message, "same": "evet, evet"}
    scores = member().placed("asked", message, criteria)
    assert scores["near"] > scores["same"] == pytest.approx(max(scores[name] for name in OPTIONS), abs=1e-4)


def test_options_of_another_list_alone_are_not_scored() -> None:
    assert member().placed("asked", "evet", {"unheard": "bilinmeyen"}) == {}


def test_member_is_read_from_its_folder(tmp_path: Path) -> None:
    encoder, tokenizer = stored(tmp_path)
    found = AskedMember.from_folder(encoder, tokenizer, tmp_path)
    assert found is not None
    [scores] = [scores for _, scores in found.read("faturam ne kadar").values()]
    expected = member().read("faturam ne kadar")["asked"][1]
    torch.testing.assert_close(scores, expected, atol=1e-2, rtol=1e-2)  # letters are stored in half precision


def test_folder_without_a_member_has_none(tmp_path: Path) -> None:
    encoder, tokenizer, _ = parts()
    assert AskedMember.from_folder(encoder, tokenizer, tmp_path) is None


@pytest.mark.parametrize("file", [ADAPTER_FILE, CHARACTERS_FILE, LAYOUT_FILE])
def test_damaged_file_is_refused(tmp_path: Path, file: str) -> None:
    encoder, tokenizer = stored(tmp_path)
    (tmp_path / file).write_text("{", encoding="utf-8")
    with pytest.raises(ModelUnusable, match="asked facts"):
        AskedMember.from_folder(encoder, tokenizer, tmp_path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    encoder, tokenizer = stored(tmp_path)
    (tmp_path / ADAPTER_FILE).unlink()
    with pytest.raises(ModelUnusable, match="asked facts"):
        AskedMember.from_folder(encoder, tokenizer, tmp_path)
