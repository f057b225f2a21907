"""Personal data out of texts that engineers read: the same value gives the same mask, so that runs stay readable.

Masks are keyed checksums: who does not hold the service's secret cannot find a value by trying them all. What is known
to be a customer's (name, numbers, e-mail, address) is found however it is written; telephone numbers and e-mail
addresses are found even where nobody knows whose they are.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from core import turkish

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])(?:\+?90[\s-]?)?0?\(?5\d{2}\)?(?:[\s-]?\d){7}(?!\w)")
_SHORTEST = 3
"""Shorter words of a name or an address are left: masking "No" would hide half of every text."""


class Masker:
    """Masks texts and JSON data.

    Args:
        secret: Key of the checksums.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def masked(self, value: Any, known: Mapping[str, str]) -> Any:
        """A copy of a text or of JSON data without personal data.

        Args:
            value: Text, number, None, or lists and dictionaries of them; keys are left as they are.
            known: Kind (``name``, ``phone``, ``email``, ``address``) by value.
        """
        return self._walk(value, _pattern(known), {_plain(each): kind for each, kind in known.items()})

    def _walk(self, value: Any, pattern: re.Pattern[str] | None, kinds: Mapping[str, str]) -> Any:
        if isinstance(value, str):
            return self._text(value, pattern, kinds)
        if isinstance(value, Mapping):
            return {key: self._walk(each, pattern, kinds) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._walk(each, pattern, kinds) for each in value]
        return value

    def _text(self, text: str, pattern: re.Pattern[str] | None, kinds: Mapping[str, str]) -> str:
        if pattern is not None:
            text = _replaced(text, pattern, lambda found: self._mask(kinds.get(found, "name"), found))
        text = _EMAIL.sub(lambda found: self._mask("email", _plain(found[0])), text)
        return _PHONE.sub(lambda found: self._mask("phone", re.sub(r"\D", "", found[0])[-10:]), text)

    def _mask(self, kind: str, value: str) -> str:
        if kind == "phone":
            value = re.sub(r"\D", "", value)[-10:]
        digest = hmac.new(self._secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
        return f"⟨{kind} {digest[:6]}⟩"


def _replaced(text: str, pattern: re.Pattern[str], mask: Callable[[str], str]) -> str:
    """Replace what the pattern finds in the plain text; places are the same in both."""
    pieces, end = [], 0
    for found in pattern.finditer(_plain(text)):
        pieces += [text[end : found.start()], mask(found[0])]
        end = found.end()
    return "".join([*pieces, text[end:]])


def _plain(text: str) -> str:
    """Lower case without diacritics, sign by sign, so that the length stays."""
    return "".join(_plain_sign(sign) for sign in text)


def _plain_sign(sign: str) -> str:
    lower = turkish.lower(sign).replace("ı", "i")
    return unicodedata.normalize("NFKD", lower)[:1] or sign


def _pattern(known: Mapping[str, str]) -> re.Pattern[str] | None:
    """One pattern for all known values, the longest first."""
    values = sorted({_plain(value) for value in known if len(value) >= _SHORTEST}, key=len, reverse=True)
    if not values:
        return None
    return re.compile("|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in values))


def words_of(kind: str, value: str | None) -> dict[str, str]:
    """A value and, for names, its words, as ``known`` wants them."""
    if not value:
        return {}
    parts = value.split() if kind == "name" else []
    return dict.fromkeys([value, *(part for part in parts if len(part) >= _SHORTEST)], kind)
