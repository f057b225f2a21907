"""Mask personal data in texts that engineers read: the same value gives the same mask, so that runs stay readable.

Masks are keyed checksums: nobody without the service's secret can find a value by trying candidates. Known values of a
customer (name, numbers, e-mail, address) are found in any spelling; mobile numbers and e-mail addresses are found even
when their owner is unknown. Other personal data in free text is not found.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.patterns import EMAIL, MOBILE_PHONE, subscriber_digits
from core.turkish import fold_in_place

_MASK = re.compile(r"⟨[a-z]+ [0-9a-f]{6}⟩")
_SHORTEST = 3
"""Shorter words of a name or an address are left: masking "No" would hide half of every text."""


class Masker:
    """Mask texts and JSON data.

    Args:
        secret: Key of the checksums.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def masked(self, value: Any, known: Mapping[str, str]) -> Any:
        """Return a copy of a text or of JSON data without personal data.

        Args:
            value: Text, number, None, or lists and dictionaries of them; keys are left as they are.
            known: Kind (``name``, ``phone``, ``email``, ``address``) by value; see ``words_of``.
        """
        pattern, kinds = _pattern(known), {fold_in_place(each): kind for each, kind in known.items()}
        seen: dict[str, str] = {}  # a turn's steps say the same again and again

        def mask(text: str) -> str:
            if text not in seen:
                seen[text] = self._text(text, pattern, kinds)
            return seen[text]

        return _walk(value, mask)

    def originals(self, value: Any, known: Mapping[str, str]) -> dict[str, str]:
        """Return by mask the words that it stands for in a text or in JSON data, and each masked text's whole original.

        Args:
            value: What was masked.
            known: As for ``masked``.
        """
        pattern, kinds = _pattern(known), {fold_in_place(each): kind for each, kind in known.items()}
        found: dict[str, str] = {}
        for text in _texts(value):
            places: list[tuple[str, str]] = []
            masked = self._text(text, pattern, kinds, places)
            for mask, words in places:
                found.setdefault(mask, words)
            if masked != text:
                found.setdefault(masked, text)
        return found

    def _text(
        self, text: str, pattern: re.Pattern[str] | None, kinds: Mapping[str, str],
        places: list[tuple[str, str]] | None = None,
    ) -> str:  # fmt: skip
        def mask(kind: str, words: str) -> str:
            made = self._mask(kind, words if kind == "phone" else fold_in_place(words))
            if places is not None:
                places.append((made, words))
            return made

        if pattern is not None:
            text = _replaced(text, pattern, lambda words: mask(kinds.get(fold_in_place(words), "name"), words))
        text = EMAIL.sub(lambda found: mask("email", found[0]), text)
        return MOBILE_PHONE.sub(lambda found: mask("phone", found[0]), text)

    def _mask(self, kind: str, value: str) -> str:
        if kind == "phone":
            value = subscriber_digits(value)
        digest = hmac.new(self._secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
        return f"⟨{kind} {digest[:6]}⟩"


def with_originals(value: Any, originals: Mapping[str, str]) -> Any:
    """Return a copy of JSON data with the words that its masks stand for; a mask that stands for nothing stays.

    Args:
        value: Text, number, None, or lists and dictionaries of them.
        originals: By mask, and by whole masked text; see ``Masker.originals``.
    """
    if isinstance(value, str):
        return originals.get(value) or _MASK.sub(lambda mask: originals.get(mask[0], mask[0]), value)
    if isinstance(value, Mapping):
        return {key: with_originals(each, originals) for key, each in value.items()}
    return [with_originals(each, originals) for each in value] if isinstance(value, list | tuple) else value


def _walk(value: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _walk(each, mask) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_walk(each, mask) for each in value]
    return {key: _walk(each, mask) for key, each in value.items()} if isinstance(value, Mapping) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _replaced(text: str, pattern: re.Pattern[str], mask: Callable[[str], str]) -> str:
    """Replace the matches of a pattern in the folded text at the same places of the text itself."""
    pieces, end = [], 0
    for found in pattern.finditer(fold_in_place(text)):
        pieces += [text[end : found.start()], mask(text[found.start() : found.end()])]
        end = found.end()
    return "".join([*pieces, text[end:]])


def _pattern(known: Mapping[str, str]) -> re.Pattern[str] | None:
    """Return one pattern for all known values, the longest first."""
    values = sorted({fold_in_place(value) for value in known if len(value) >= _SHORTEST}, key=len, reverse=True)
    if not values:
        return None
    return re.compile("|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in values))


def words_of(kind: str, value: str | None) -> dict[str, str]:
    """Return the entries of ``known`` for one value: the value itself and, for a name, each of its words."""
    if not value:
        return {}
    parts = value.split() if kind == "name" else []
    return dict.fromkeys([value, *(part for part in parts if len(part) >= _SHORTEST)], kind)
