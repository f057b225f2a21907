"""Contact information as people say it: "beş yüz otuz dört …", "ali nokta kaya et gmail nokta com"."""

from __future__ import annotations

import re

from core.patterns import normal_email
from core.turkish.numbers import NUMBER_WORDS, spoken_digits
from core.turkish.text import fold

_SIGNS = {"nokta": ".", "et": "@", "at": "@", "kuyruklua": "@", "tire": "-", "alttire": "_", "alt": "_"}
_EDGES = ".,;:!?'\"()"
_PHONE_DIGITS = 10
_NUMBER_WORDS = re.compile(r"\b(?:" + "|".join(sorted(NUMBER_WORDS)) + r")\b")
_OTHER_WORD = re.compile(r"[^\W\d_]{3,}")


def spoken_contact(text: str) -> str:
    """Return a phone number or an e-mail address in its written form; any other text is returned unchanged."""
    return _email(text) or _phone(text) or text


def _email(text: str) -> str | None:
    words = text.split()
    if "@" in text:
        return next(word.strip(_EDGES) for word in words if "@" in word)
    folded = [fold(word.strip(_EDGES)) for word in words]
    if "et" not in folded and "at" not in folded:
        return None
    joined = "".join(_SIGNS.get(key, word.strip(_EDGES)) for key, word in zip(folded, words, strict=True))
    return normal_email(fold(joined))


def _phone(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    if len(digits) < _PHONE_DIGITS:
        digits = spoken_digits(text)
    if len(digits) < _PHONE_DIGITS or _OTHER_WORD.search(_NUMBER_WORDS.sub(" ", fold(text))):
        return None
    return digits
