"""The member that reads a reply with its question: pairs, the mixture with the ensemble, and its files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from agent.decision.adapter import adapted_copy
from agent.decision.characters import CharacterModel
from agent.decision.encoder import save_encoder
from agent.decision.encoder_reader import LAYERS_FILE, EncoderLayers, EncoderTokenizer
from agent.decision.head import CHARACTERS_FILE, HEAD_FILE, Calibration, DecisionHead
from agent.decision.head import LAYOUT_FILE as CALIBRATION_FILE
from agent.decision.layers import DecisionLayers
from agent.decision.model import LocalDecisionModel
from agent.decision.replies import ADAPTER_FILE, FOLDER, LAYOUT_FILE, PairLayers, ReplyMember
from agent.errors import ModelUnusable
from tests.agent.conftest import tiny_encoder, tiny_gemma
from tests.agent.decision.conftest import OPTIONS as QUESTIONS
from tests.agent.decision.conftest import WIDTH, tiny_adapter

OPTIONS = list(QUESTIONS["reply"])
WEIGHTS = {"pair": 0.6, "ensemble": 0.3}
PAIRS = [
    {"message": "evet", "context": "faturam ne kadar"},
    {"message": "evet, kadar", "context": "ne"},
    {"message": "faturam ne kadar kadar kadar", "context": "evet, ne kadar"},
]


def parts() -> tuple[Any, EncoderTokenizer, dict[str, Tensor], PairLayers]:
    encoder, tokenizer = tiny_encoder()
    tensors = tiny_adapter(encoder, first=1)
    torch.manual_seed(6)
    return encoder, EncoderTokenizer(tokenizer), tensors, PairLayers(WIDTH, 8, len(OPTIONS))


def member() -> ReplyMember:
    encoder, tokenizer, tensors, layers = parts()
    return ReplyMember(adapted_copy(encoder, tensors), tokenizer, layers, {"options": OPTIONS, "weights": WEIGHTS})


def stored(folder: Path, options: Sequence[str] = OPTIONS) -> tuple[Any, EncoderTokenizer]:
    encoder, tokenizer, tensors, layers = parts()
    own = {f"layers.{name}": tensor for name, tensor in layers.state_dict().items()}
    save_file({**tensors, **own}, folder / ADAPTER_FILE)
    (folder / LAYOUT_FILE).write_text(json.dumps({"options": options, "weights": WEIGHTS}), encoding="utf-8")
    return encoder, tokenizer


def test_scores_of_a_batch_are_those_of_single_replies() -> None:
    together = member().scores(PAIRS)
    assert together.shape == (len(PAIRS), len(OPTIONS))
    alone = torch.cat([member().scores([pair]) for pair in PAIRS])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=1e-4)


def test_scores_depend_on_the_question_and_on_the_reply() -> None:
    pair = PAIRS[0]
    scores = member().scores([pair, {**pair, "context": "evet, evet"}, {**pair, "message": "kadar"}])
    assert not torch.allclose(scores[0], scores[1], atol=1e-2)
    assert not torch.allclose(scores[0], scores[2], atol=1e-2)


def test_reply_without_a_question_has_scores() -> None:
    assert member().scores(["evet", ""]).isfinite().all()


def test_mixture_weighs_the_logarithms_of_both() -> None:
    ensemble = {"c": 1.0, "a": -2.0, "b": 0.5}
    own = dict(zip(OPTIONS, member().scores(PAIRS[:1])[0].log_softmax(-1).tolist(), strict=True))
    others = dict(zip(ensemble, torch.tensor([1.0, -2.0, 0.5]).log_softmax(-1).tolist(), strict=True))
    mixed = member().with_ensemble(PAIRS[0], ensemble)
    assert list(mixed) == list(ensemble)
    assert mixed == pytest.approx({name: 0.6 * own[name] + 0.3 * others[name] for name in ensemble}, abs=1e-5)


def test_level_of_the_ensembles_scores_does_not_matter() -> None:
    ensemble = {"a": 1.0, "b": -1.0}
    raised = {name: score + 7 for name, score in ensemble.items()}
    assert member().with_ensemble(PAIRS[0], raised) == pytest.approx(member().with_ensemble(PAIRS[0], ensemble))


def test_option_that_the_member_does_not_know_keeps_its_place() -> None:
    ensemble = {"a": 0.0, "later": 3.0, "never": -3.0}
    others = torch.tensor([0.0, 3.0, -3.0]).log_softmax(-1).tolist()
    mixed = member().with_ensemble(PAIRS[0], ensemble)
    assert [mixed["later"], mixed["never"]] == pytest.approx([0.9 * others[1], 0.9 * others[2]])


def test_member_is_read_from_its_folder(tmp_path: Path) -> None:
    found = ReplyMember.from_folder(*stored(tmp_path), tmp_path)
    assert found is not None and found.options == OPTIONS
    torch.testing.assert_close(found.scores(PAIRS), member().scores(PAIRS), atol=1e-4, rtol=1e-4)


def test_folder_without_a_layout_has_no_member(tmp_path: Path) -> None:
    encoder, tokenizer = stored(tmp_path)
    (tmp_path / LAYOUT_FILE).unlink()
    assert ReplyMember.from_folder(encoder, tokenizer, tmp_path) is None
    assert ReplyMember.from_folder(encoder, tokenizer, tmp_path / "none") is None


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (ADAPTER_FILE, "{"),
        (ADAPTER_FILE, None),
        (LAYOUT_FILE, "{"),
        (LAYOUT_FILE, "[]"),
        (LAYOUT_FILE, '{"weights": {"pair": 0.6, "ensemble": 0.3}}'),
        (LAYOUT_FILE, '{"options": ["a", "b", "c"]}'),
        (LAYOUT_FILE, '{"options": ["a", "b"], "weights": {"pair": 0.6, "ensemble": 0.3}}'),
    ],
)
def test_damaged_or_missing_file_is_refused(tmp_path: Path, file: str, text: str | None) -> None:
    encoder, tokenizer = stored(tmp_path)
    (tmp_path / file).unlink()
    if text is not None:
        (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(ModelUnusable, match="reader of replies"):
        ReplyMember.from_folder(encoder, tokenizer, tmp_path)


@pytest.mark.parametrize("lost", ["2.output.dense.up", "layers.between.weight", "layers.look.bias"])
def test_missing_tensor_is_refused(tmp_path: Path, lost: str) -> None:
    encoder, tokenizer, tensors, layers = parts()
    tensors |= {f"layers.{name}": tensor for name, tensor in layers.state_dict().items()}
    stored(tmp_path)
    save_file({name: tensor for name, tensor in tensors.items() if name != lost}, tmp_path / ADAPTER_FILE)
    with pytest.raises(ModelUnusable, match=lost.removeprefix("layers.")):
        ReplyMember.from_folder(encoder, tokenizer, tmp_path)


@pytest.fixture
def answers(head: DecisionHead) -> Iterator[Any]:
    """Probabilities of a question about a state, with the member or without it."""
    models = []

    def ask(name: str, state: Any, replies: ReplyMember | None) -> dict[str, float]:
        head.replies = replies
        models.append(LocalDecisionModel(head))
        questions: dict[str, Any] = {name: {"type": "choice", "criteria": dict.fromkeys("cab")}}
        found: dict[str, float] = models[-1].invoke({"state": state, "questions": questions})[name]["probabilities"]
        return found

    yield ask
    for model in models:
        model.close()


def test_reply_to_a_question_is_answered_by_both(answers: Any, head: DecisionHead) -> None:
    scores = dict(zip("abc", head.read([PAIRS[0]])[0].scores["reply"].tolist(), strict=True))
    mixed = member().with_ensemble(PAIRS[0], {name: scores[name] for name in "cab"})
    expected = torch.tensor(list(mixed.values())).softmax(-1).tolist()
    found = answers("reply", PAIRS[0], member())
    assert found == pytest.approx(dict(zip("cab", expected, strict=True)), abs=1e-4)
    assert found != pytest.approx(answers("reply", PAIRS[0], None), abs=1e-3)


@pytest.mark.parametrize(
    ("name", "state"), [("operation", PAIRS[0]), ("reply", "evet"), ("reply", {"message": "evet", "context": ""})]
)
def test_other_questions_and_messages_without_a_question_are_the_ensembles(answers: Any, name: str, state: Any) -> None:
    assert answers(name, state, member()) == answers(name, state, None)


def test_head_reads_the_member_beside_its_own_files(tmp_path: Path, tokenizer: PreTrainedTokenizerFast) -> None:
    save_file(DecisionLayers(WIDTH, QUESTIONS).state_dict(), tmp_path / HEAD_FILE)
    calibration = {name: asdict(Calibration(options, {"encoder": 1.0})) for name, options in QUESTIONS.items()}
    (tmp_path / CALIBRATION_FILE).write_text(json.dumps({"questions": calibration}), encoding="utf-8")
    save_encoder(*tiny_encoder(), tmp_path)
    save_file(EncoderLayers(WIDTH, QUESTIONS).state_dict(), tmp_path / LAYERS_FILE)
    CharacterModel({"grams": torch.tensor([1]), "idf": torch.ones(1)}).save(tmp_path / CHARACTERS_FILE)
    trunk = tiny_gemma(len(tokenizer)).model
    assert DecisionHead.from_folder(trunk, tokenizer, tmp_path).replies is None
    (tmp_path / FOLDER).mkdir()
    stored(tmp_path / FOLDER)
    found = DecisionHead.from_folder(trunk, tokenizer, tmp_path).replies
    assert found is not None
    torch.testing.assert_close(found.scores(PAIRS), member().scores(PAIRS), atol=0.2, rtol=0.2)  # over integers
