"""The reading of support: what code refuses, what the model judges, and the file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from agent.decision.alignment import contexts, is_negated, words_of
from agent.decision.contradiction import contradiction
from agent.decision.support import SupportModel, features, load_support_model, save_support_model
from agent.errors import ModelFilesMissing, ModelUnusable

BILL = "Güncel faturanız {amount}; son ödeme tarihi {due_date}."


@pytest.mark.parametrize(
    ("evidence", "sentence", "kind"),
    [
        ("Faturanız ödendi.", "Faturanız ödenmedi.", "turned"),
        ("Hayır, borcunuz yok.", "Evet, borcunuz var.", "turned"),
        ("Hattınız açık.", "Hattınız kapalı.", "opposite"),
        (BILL, "Faturanız {amount}, iade edilecek.", "future"),
        (BILL, "Faturanızı sildim.", "own_deed"),
        (BILL, "Faturanız geciktiği için {amount}.", "because"),
        ("Uzun süre ödenmezse hattınız kapatılabilir.", "Hattınız kapatıldı.", "other_sign"),
    ],
)
def test_code_names_what_contradicts_the_evidence(evidence: str, sentence: str, kind: str) -> None:
    assert contradiction(evidence, sentence) == kind


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [(BILL, "Faturanız {amount}, son ödeme tarihi {due_date}."), ("", "Başka bir sorunuz var mı?")],
)
def test_code_finds_nothing_against_what_is_stated(evidence: str, sentence: str) -> None:
    assert contradiction(evidence, sentence) == ""


def test_negation_is_a_verb_form_and_no_noun() -> None:
    denied = ["odenmedi", "gorunmuyor", "odemezsiniz", "taahhutsuz", "yok", "not"]
    assert [word for word in denied if not is_negated(word)] == []
    plain = ["odeme", "odemeniz", "temmuz", "isterseniz", "musterimizsiniz", "gorusmek"]
    assert [word for word in plain if is_negated(word)] == []


def test_the_surroundings_of_a_name_end_at_a_mark() -> None:
    near = contexts(words_of("Kalan dakikanız {minutes}, kalan SMS hakkınız {sms}."))
    assert "sms" not in near["{minutes}"][0][0] and "sms" in near["{sms}"][0][0]


def test_a_sentence_of_the_evidence_has_other_features_than_a_foreign_one() -> None:
    assert features(BILL, BILL).keys() != features(BILL, "Size indirim yapıldı.").keys()


def test_the_model_is_stored_and_read(tmp_path: Path) -> None:
    known = sorted(features(BILL, "Faturanız {amount}."))
    tensors = {
        "features": torch.tensor(known), "weight": torch.ones(len(known)), "bias": torch.tensor([-1.0]),
        "threshold": torch.tensor([0.75]),
    }  # fmt: skip
    save_support_model(tensors, tmp_path / "support.safetensors")
    model = SupportModel.from_file(tmp_path / "support.safetensors")
    assert model.threshold == 0.75 and model.supported(BILL, "Faturanız {amount}.") > 0.75


def test_a_missing_or_damaged_file_ends_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesMissing, match="missing"):
        SupportModel.from_file(tmp_path / "no.safetensors")
    (tmp_path / "torn.safetensors").write_bytes(b"torn")
    with pytest.raises(ModelUnusable, match="cannot be read"):
        SupportModel.from_file(tmp_path / "torn.safetensors")


def test_the_committed_model_is_small_and_tells_apart() -> None:
    model = load_support_model()
    assert model.supported(BILL, "Güncel faturanız {amount}.") > model.supported(BILL, "Faturanızdan indirim yapıldı.")
