"""Letter case and folding by the rules of Turkish.

Every comparison of Turkish words in the project goes through ``fold`` or one of its neighbours here. Names, numbers and
formats have modules of their own.
"""

from __future__ import annotations

import re
import unicodedata

from core.languages import Language

_UPPER_I = str.maketrans({"İ": "i", "I": "ı"})
_PLAIN_LETTERS = str.maketrans("çğıöşüâîûÇĞİÖŞÜÂÎÛ", "cgiosuaiuCGIOSUAIU")
_SHOUTED = re.compile(r"\b[A-ZÇĞİÖŞÜÂÎÛ]{3,}\b")
_FEW = 2
"""Words of capital letters that a calm text may have: "SMS ve GSM"."""


def lower(text: str) -> str:
    """Return the text in lower case: ``I`` becomes ``ı`` and ``İ`` becomes ``i``, without a combining dot."""
    # NFC first: a decomposed "İ" (I and a combining dot) would else come out as "ı" and a dot.
    composed = unicodedata.normalize("NFC", text).translate(_UPPER_I).lower()
    return composed.replace("i\u0307", "i")


class _FoldedLetters(dict[int, str]):
    """The folded form of each letter; those of alphabets that customers use are worked out once."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = unicodedata.normalize("NFKD", lower(letter).replace("ı", "i"))[:1] or letter
        if code < _OFTEN:
            self[code] = folded
        return folded


_OFTEN = 0x2100
_FOLDED = _FoldedLetters()
_ADDRESS = re.compile(r"\S*@\S*")


def calm(text: str) -> str:
    """Return the text with its words of capital letters in lower case, where it has several; any other as it is.

    An e-mail address has no dotless "ı": "ALI@ORNEK.COM" is "ali@ornek.com".
    """
    if len(_SHOUTED.findall(text)) <= _FEW:
        return text
    calmed = _SHOUTED.sub(lambda word: lower(word[0]), text)
    return _ADDRESS.sub(lambda word: word[0].replace("ı", "i"), calmed)


def fold(text: str) -> str:
    """Return a key for comparing: lower case, no diacritics, single spaces ("IŞIK" and "isik" give the same key)."""
    plain = unicodedata.normalize("NFKD", lower(text).replace("ı", "i"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def fold_in_place(text: str) -> str:
    """Return the text in lower case without diacritics, each character at its place.

    The length stays the same, so that a match in the result has the same start and end in the text.
    """
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def without_diacritics(text: str) -> str:
    """Return the text as a keyboard without Turkish letters writes it; case and spaces stay ("Işık" is "Isik")."""
    return text.translate(_PLAIN_LETTERS)


def capitalised(text: str, locale: Language = "tr") -> str:
    """Return the text with a capital first letter: ``iptal`` becomes ``İptal``, in English ``in`` becomes ``In``."""
    dotted = {"i": "İ"} if locale == "tr" else {}
    return dotted.get(text[:1], text[:1].upper()) + text[1:]
