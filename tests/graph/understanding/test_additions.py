"""Words that only add something to a change ask for nothing; questions and subjects of their own do."""

from __future__ import annotations

import pytest

from graph.understanding.additions import adds_only

ADDITIONS = (
    "pazartesi", "com.tr", "kat 3", "ayın 20sinde", "250 lirasını", "dönünce kapansın", "mesajlar gelsin yine de",
    "nokta var arada",
)  # fmt: skip
OTHERS = (
    "paketim", "faturam ne kadar", "kotamı göster", "kaç para", "kalan internetime bak", "👍", "peki hangi gün",
)  # fmt: skip


@pytest.mark.parametrize("words", ADDITIONS)
def test_addition_asks_for_nothing(words: str) -> None:
    assert adds_only(words)


@pytest.mark.parametrize("words", OTHERS)
def test_question_or_subject_is_no_addition(words: str) -> None:
    assert not adds_only(words)
