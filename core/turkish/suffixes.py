"""Suffixes of Turkish names."""

from __future__ import annotations

import re

from core.turkish.text import lower

_BACK, _FRONT = "aıou", "eiöü"


_CASE = re.compile(r"['’][^\W\d_]+$")


def without_case(name: str) -> str:
    """Return a name without the suffix behind its apostrophe: ``Dünya Paketi`` of ``Dünya Paketi'ne``."""
    return _CASE.sub("", name)


def dative(name: str) -> str:
    """Return a name with the suffix that says to whom: ``Selin Kaya'ya``, ``Ali Demir'e``."""
    letters = [letter for letter in lower(name) if letter.isalpha()]
    vowel = next((letter for letter in reversed(letters) if letter in _BACK + _FRONT), "e")
    joint = "y" if letters and letters[-1] in _BACK + _FRONT else ""
    return f"{name}'{joint}{'a' if vowel in _BACK else 'e'}"
