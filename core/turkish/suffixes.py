"""Suffixes of Turkish names."""

from __future__ import annotations

from core.turkish.text import lower

_BACK, _FRONT = "aıou", "eiöü"


def dative(name: str) -> str:
    """Return a name with the suffix that says to whom: ``Selin Kaya'ya``, ``Ali Demir'e``."""
    letters = [letter for letter in lower(name) if letter.isalpha()]
    vowel = next((letter for letter in reversed(letters) if letter in _BACK + _FRONT), "e")
    joint = "y" if letters and letters[-1] in _BACK + _FRONT else ""
    return f"{name}'{joint}{'a' if vowel in _BACK else 'e'}"
