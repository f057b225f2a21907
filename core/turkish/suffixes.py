"""Suffixes of Turkish names."""

from __future__ import annotations

import re

from core.turkish.text import lower

_BACK, _FRONT = "aıou", "eiöü"


_TWICE = re.compile(r"\b(Paketi?|Tarife(?:si)?) paket(?P<case>i(?:n(?:i|in|e|de|den)?)?|iniz(?:i|in|e|de|den)?)\b")
"""A name that says what it is, and the common noun once more: "Premium Paket paketinden"."""

_CASES = {
    "Paket": {"i": "", "ini": "'i", "inin": "'in", "ine": "'e", "inde": "'te", "inden": "'ten", "in": "'in"},
    "Paketi": {"i": "", "ini": "'ni", "inin": "'nin", "ine": "'ne", "inde": "'nde", "inden": "'nden", "in": "'nin"},
    "Tarife": {"i": "", "ini": "'yi", "inin": "'nin", "ine": "'ye", "inde": "'de", "inden": "'den", "in": "'nin"},
}
_YOURS = {"Paket": "Paketiniz", "Paketi": "Paketiniz", "Tarife": "Tarifeniz", "Tarifesi": "Tarifeniz"}

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


def without_doubled_noun(text: str) -> str:
    """Return a text in which no package is called one twice: ``Premium Paket'ten`` for ``Premium Paket paketinden``."""

    def once(match: re.Match[str]) -> str:
        noun, case = match[1], match["case"]
        if case.startswith("iniz"):
            return _YOURS[noun] + case.removeprefix("iniz")
        return noun + _CASES.get(noun, _CASES["Paketi"])[case]

    return _TWICE.sub(once, text)
