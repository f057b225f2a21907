"""Parts of a message: split at marks and joining words, and after a command that another one follows."""

from __future__ import annotations

import pytest

from core.turkish import clauses, lists_commands


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("birinci numarayı kapat ikinciyi gence geçir", ["birinci numarayı kapat", "ikinciyi gence geçir"]),
        ("borcumu öde sonra hattımı aç", ["borcumu öde", "hattımı aç"]),
        ("hattımı dondur lütfen hemen", ["hattımı dondur lütfen hemen"]),
        ("faturam ne kadar, kaç GB'ım kaldı", ["faturam ne kadar", "kaç GB'ım kaldı"]),
    ],
)
def test_clauses_split_at_marks_words_and_commands(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts


def test_two_commands_without_a_word_between_are_told() -> None:
    assert lists_commands("evdekini dondur cebi aç") and not lists_commands("evdekini dondur, sağ olun")
