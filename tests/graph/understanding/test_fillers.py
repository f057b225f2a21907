"""Pauses and acknowledgements are told by code; anything that says more is neither."""

from __future__ import annotations

import pytest

from graph.understanding.fillers import acknowledges, declines, is_pause, names_no_value, praises, withdraws


@pytest.mark.parametrize(
    "words",
    ["hmm", "Hımmm", "bi sn", "1 dk", "bir saniye lütfen",
     "bi dakka", "bekle", "bekler misiniz", "…", "...", "düşüneyim",
     "tamam bi sn düşünmem lazım", "ııı şey", "one moment please", "let me think", "hold on"],
)  # fmt: skip
def test_words_that_only_take_time_are_a_pause(words: str) -> None:
    assert is_pause(words)


@pytest.mark.parametrize(
    "words",
    ["", "evet", "hayır", "👍", "?", "bir dakika ne kadar", "faturama bakayım", "kaç dakikam var", "dakika", "tamam",
     "durdurun", "bekletmeyin ödeyin", "1", "bi sn sonra öde", "bir şey"],
)  # fmt: skip
def test_words_that_say_something_are_none(words: str) -> None:
    assert not is_pause(words)


@pytest.mark.parametrize("words", ["tamam", "Tmm", "peki o zaman", "anladım", "çok iyi", "ok"])
def test_taking_note_is_an_acknowledgement(words: str) -> None:
    assert acknowledges(words)


@pytest.mark.parametrize("words", ["evet", "olur", "tamam öde", "onaylıyorum", "o", "iyi günler"])
def test_consent_is_none(words: str) -> None:
    assert not acknowledges(words)


@pytest.mark.parametrize(
    ("words", "taken_back"),
    [("hayır", False), ("yok teşekkürler", False), ("gerek yok", False), ("vazgeçtim", True), ("iptal et", True),
     ("hayır istemiyorum artık", True), ("boşver", True), ("never mind", True), ("evet yok dur", False)],
)  # fmt: skip
def test_bare_refusal_is_told_from_one_that_takes_back(words: str, taken_back: bool) -> None:
    assert declines(words) and withdraws(words) is taken_back


@pytest.mark.parametrize(
    "words", ["hayır kartla öde", "aboneliğimi iptal et", "evet", "", "roaming istemiyorum", "yok evet"]
)
def test_words_that_name_something_are_no_bare_refusal(words: str) -> None:
    assert not declines(words) and not withdraws(words)


def test_praise_in_any_form_names_no_package() -> None:
    assert praises("Süpersin") and praises("harikasınız") and not praises("premium")


@pytest.mark.parametrize("words", ["evet", "tamam onu", "hepsini", "olur yap", "yes all"])
def test_words_that_consent_or_point_name_no_value(words: str) -> None:
    assert names_no_value(words)


@pytest.mark.parametrize("words", ["evet ikinci", "genç", "kartla", "hepsi mi?", ""])
def test_words_with_anything_else_may_be_a_value(words: str) -> None:
    assert not names_no_value(words)
