"""Contact information as people say it: "beş yüz otuz dört …", "ali nokta kaya et gmail nokta com"."""

from __future__ import annotations

import re

from core.patterns import normal_email
from core.turkish.numbers import NUMBER_WORDS, spoken_digits
from core.turkish.text import fold

_AT = r"(?:kuyruklu(?: ?a)?(?: isareti)?|et isareti|et|at)"
_SIGNS = (
    ("@", _AT),
    ("_", r"(?:alt ?(?:tire|cizgi)|underscore|alt)"),
    ("-", r"(?:(?:orta |kisa )?(?:tire|cizgi)|dash|hyphen)"),
    (".", r"(?:nokta|dot)"),
)
"""Signs of an address with what they are called, the more telling first."""
_EDGES = ".,;:!?'\"()"
_PHONE_DIGITS = 10
_NUMBER_WORDS = re.compile(r"\b(?:" + "|".join(sorted(NUMBER_WORDS)) + r")\b")
_SAID_NUMBER = re.compile(rf"{_NUMBER_WORDS.pattern}(?:\s+{_NUMBER_WORDS.pattern})*")
_OTHER_WORD = re.compile(r"[^\W\d_]{3,}")


def spoken_contact(text: str) -> str:
    """Return a phone number or an e-mail address in its written form; any other text is returned unchanged."""
    return _email(text) or _phone(text) or text


def _email(text: str) -> str | None:
    words = text.split()
    if "@" in text:
        return next(word.strip(_EDGES) for word in words if "@" in word)
    said = " ".join(fold(word.strip(_EDGES)) for word in words)
    if not re.search(rf"\b{_AT}\b", said):
        return None
    for sign, spoken in _SIGNS:
        said = re.sub(rf"\s*(?<![^\s]){spoken}(?![^\s])\s*", f" {sign} ", said)
    said = _SAID_NUMBER.sub(lambda words: spoken_digits(words.group()), said)
    return normal_email("".join(said.split()))


def _phone(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    if len(digits) < _PHONE_DIGITS:
        digits = spoken_digits(text)
    if len(digits) < _PHONE_DIGITS or _OTHER_WORD.search(_NUMBER_WORDS.sub(" ", fold(text))):
        return None
    return digits
