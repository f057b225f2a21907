"""Pauses and acknowledgements are told by code; anything that says more is neither."""

from __future__ import annotations

import pytest

from graph.understanding.fillers import acknowledges, is_pause


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
