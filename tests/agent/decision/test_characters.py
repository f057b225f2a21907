"""Character n-grams."""

from __future__ import annotations

from agent.decision.characters import grams


def test_letters_ignore_case_and_diacritics() -> None:
    assert grams("ŞİFRE Işık") == grams("sifre isik")
