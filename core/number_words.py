"""The words that say a number, folded, in both languages: every pattern and reader takes them from here."""

from __future__ import annotations

from collections.abc import Mapping

UNITS = ("sifir", "bir", "iki", "uc", "dort", "bes", "alti", "yedi", "sekiz", "dokuz")
"""The place of a word is what it counts."""
TENS = ("on", "yirmi", "otuz", "kirk", "elli", "altmis", "yetmis", "seksen", "doksan")
"""The place of a word is the tens that it counts, less one."""
HUNDRED, THOUSAND = "yuz", "bin"

UNIT_VALUES: Mapping[str, int] = {word: value for value, word in enumerate(UNITS)}
TEN_VALUES: Mapping[str, int] = {word: 10 * value for value, word in enumerate(TENS, start=1)}

_ENGLISH_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ENGLISH_VALUES: Mapping[str, int] = {
    **{word: value for value, word in enumerate(_ENGLISH_UNITS)},
    **{word: 10 * value for value, word in enumerate(_ENGLISH_TENS, start=2)},
}
"""English words that say a number by themselves."""

ORDINALS = (
    "birinci", "ikinci", "ucuncu", "dorduncu", "besinci", "altinci", "yedinci", "sekizinci", "dokuzuncu", "onuncu",
)  # fmt: skip
ENGLISH_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
"""The place of a word is what it counts, less one."""


def units(first: int, last: int = 9) -> str:
    """Return the Turkish units from one to another as the alternatives of a pattern."""
    return "|".join(UNITS[first : last + 1])
