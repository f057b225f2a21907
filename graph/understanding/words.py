"""Words and notations that several readers of a reply look for, each said once: all folded (``core.turkish.fold``)."""

from __future__ import annotations

from collections.abc import Mapping

from core import number_words

MONTHS = (
    "ocak", "subat", "mart", "nisan", "mayis", "haziran", "temmuz", "agustos", "eylul", "ekim", "kasim", "aralik",
)  # fmt: skip
DAYS = ("pazartesi", "sali", "carsamba", "persembe", "cuma", "cumartesi", "pazar")

_MOST = 8
ORDINALS, ENGLISH_ORDINALS = number_words.ORDINALS[:_MOST], number_words.ENGLISH_ORDINALS[:_MOST]
"""The place of a word is what it counts, less one."""

COUNTS: Mapping[str, int] = {word: number_words.UNIT_VALUES[word] for word in number_words.UNITS[2:6]}
ENGLISH_COUNTS = tuple(word for word, value in number_words.ENGLISH_VALUES.items() if 2 <= value <= 5)
COUNTED: Mapping[str, int] = {"ikisi": 2, "ucu": 3, "dordu": 4, "besi": 5}
"""Counts that stand for what is counted: "her ikisi", "ilk üçü"."""

OTHER = r"(?:diger|oteki|obur)"
OTHER_CASE = r"(?:i|u|ini|unu|ine|une|inin|unun|inde|unde|inden|unden)"
"""Endings of "the other one"."""

EXCEPT_AFTER = r"(?:haric|disinda(?:ki\w*)?)"
"""Follows what is left out."""
EXCEPT_BEFORE = r"(?:except(?: for)?|but not)"
"""Precedes what is left out."""

NUMBER = r"\d[\d.]{0,14}(?:,\d{1,6})?"
"""A number in Turkish notation."""
LIRA = r"(?:tl|lira)"

CONDITION = "eger|sayet|sartiyla|kosuluyla|only if"
"""Words that open or close a condition."""


def any_of(*words: str) -> str:
    """Return the alternatives of a pattern."""
    return "|".join(words)
