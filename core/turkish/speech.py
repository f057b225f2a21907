"""Numbers and addresses as people say them: ``beş yüz otuz dört``, ``ali nokta kaya et gmail nokta com``."""

from __future__ import annotations

import re

from core import turkish

_UNITS = {"sifir": 0, "bir": 1, "iki": 2, "uc": 3, "dort": 4, "bes": 5, "alti": 6, "yedi": 7, "sekiz": 8, "dokuz": 9}
_TENS = {
    "on": 10, "yirmi": 20, "otuz": 30, "kirk": 40, "elli": 50, "altmis": 60, "yetmis": 70, "seksen": 80, "doksan": 90,
}  # fmt: skip
_HUNDRED = "yuz"
_SIGNS = {"nokta": ".", "et": "@", "at": "@", "kuyruklua": "@", "tire": "-", "alttire": "_", "alt": "_"}
_EDGES = ".,;:!?'\"()"


def spoken_digits(text: str) -> str:
    """The digits that number words say one group after the other; other words end a group and are left out.

    ``beş yüz otuz dört iki doksan`` is 534 2 90: a unit is added to tens, tens to hundreds, and anything that cannot be
    added begins a new group.
    """
    said, group, room = "", 0, 0

    def close() -> None:
        nonlocal said, group, room
        if room:
            said += str(group)
        group, room = 0, 0

    for raw in text.split():
        word = turkish.fold(raw.strip(_EDGES))
        if word.isdigit():
            close()
            said += word
        elif word == _HUNDRED:
            if room == 1000 and 0 < group < 10:  # "beş yüz": the unit that was said before
                group, room = group * 100, 100
            else:
                close()
                group, room = 100, 100
        elif word in _TENS:
            if room != 100:
                close()
            group, room = group + _TENS[word], 10
        elif word in _UNITS:
            if room not in (10, 100) or word == "sifir":
                close()
            group, room = group + _UNITS[word], 1000 if room == 0 else 1
        else:
            close()
        if raw.endswith((",", ".", ";")):
            close()
    close()
    return said


def spoken_contact(text: str) -> str:
    """A phone number or e-mail address in its written form; other text stays as it is."""
    words = text.split()
    folded = [turkish.fold(word.strip(_EDGES)) for word in words]
    if "@" in text:
        return next(word.strip(_EDGES) for word in words if "@" in word)
    if "et" in folded or "at" in folded:
        joined = "".join(_SIGNS.get(fold, word.strip(_EDGES)) for fold, word in zip(folded, words, strict=True))
        if re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", joined):
            return turkish.fold(joined)
    digits = re.sub(r"\D", "", text) or ""
    if len(digits) < 10:
        digits = spoken_digits(text)
    if len(digits) >= 10 and not re.search(r"[^\W\d_]{3,}", re.sub(_NUMBER_WORDS, " ", turkish.fold(text))):
        return digits
    return text


_NUMBER_WORDS = r"\b(?:" + "|".join([*_UNITS, *_TENS, _HUNDRED]) + r")\b"
