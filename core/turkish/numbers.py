"""Numbers that customers write as words: counts ("son on iki fatura") and digits ("beş yüz otuz dört")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.number_words import ENGLISH_VALUES, HUNDRED, TEN_VALUES, THOUSAND, UNIT_VALUES
from core.turkish.text import fold, fold_in_place

NUMBER_WORDS = frozenset({*UNIT_VALUES, *TEN_VALUES, HUNDRED})
"""Folded number words."""
_MARKS = ".,;:!?'’\"()"


def whole_numbers(text: str) -> list[int]:
    """Return the counts in a text, written in digits (three at most) or in words: "son on iki fatura" gives 12.

    "Bir" alone is an article and gives nothing; "yirmi bir" gives 21.
    """
    found: list[int] = []
    tens = 0
    for raw in text.split():
        word = fold(raw.strip(_MARKS))
        if word in TEN_VALUES:
            tens = TEN_VALUES[word]
            found.append(tens)
            continue
        unit = UNIT_VALUES.get(word, 0)
        if unit > 1 or (unit and tens):
            if tens:
                found.pop()
            found.append(tens + unit)
        elif word.isdigit() and len(word) <= 3:
            found.append(int(word))
        tens = 0
    return found


def spoken_digits(text: str) -> str:
    """Return the digits of a number that is said in groups; other words end a group and are left out.

    ``beş yüz otuz dört iki doksan`` gives 534290: a unit is added to tens and tens to hundreds; a word that cannot be
    added begins a new group.
    """
    groups = _Groups()
    for raw in text.split():
        groups.add(fold(raw.strip(_MARKS)))
        if raw.endswith((",", ".", ";")):
            groups.close()
    groups.close()
    return groups.digits


class _Groups:
    """The groups of a spoken number while its words arrive; ``_room`` is the rank of the word that came last."""

    def __init__(self) -> None:
        self.digits = ""
        self._value = 0
        self._room = 0

    def add(self, word: str) -> None:
        """Add a folded word to the open group, or close the group and begin the next one."""
        if word.isdigit():
            self.close()
            self.digits += word
        elif word == HUNDRED:
            if self._room == 1000 and 0 < self._value < 10:  # "beş yüz": the unit that was said before
                self._value, self._room = self._value * 100, 100
            else:
                self.close()
                self._value, self._room = 100, 100
        elif word in TEN_VALUES:
            if self._room != 100:
                self.close()
            self._value, self._room = self._value + TEN_VALUES[word], 10
        elif word in UNIT_VALUES:
            if self._room not in (10, 100) or UNIT_VALUES[word] == 0:
                self.close()
            self._value, self._room = self._value + UNIT_VALUES[word], 1000 if self._room == 0 else 1
        else:
            self.close()

    def close(self) -> None:
        """End the open group."""
        if self._room:
            self.digits += str(self._value)
        self._value, self._room = 0, 0


def spoken_number(text: str) -> int | None:
    """Return the number that the last words of a text say ("en fazla üç yüz elli" gives 350); None without one.

    Of two numbers side by side it is the last one: "beş altı" gives 6, "iki yüz üç yüz" gives 300.
    """
    total = value = 0
    found = False
    for raw in text.split():
        word = fold(raw.strip(_MARKS))
        if word == THOUSAND:
            total, value, found = total + max(value, 1) * 1000, 0, True
        elif word == HUNDRED:
            value, found = max(value % 10, 1) * 100, True
        elif word in TEN_VALUES:
            value, found = value - value % 100 + TEN_VALUES[word], True
        elif word in UNIT_VALUES:
            value, found = value - value % 10 + UNIT_VALUES[word], True
        else:
            total, value, found = 0, 0, False
    return total + value if found else None


def written_number(words: str) -> int | None:
    """Return the number of a few words in digits, Turkish or English; None without one.

    Args:
        words: Folded; of English ones the last one counts, since none is put together here.
    """
    if words.isdigit():
        return int(words)
    spoken = spoken_number(words)
    return ENGLISH_VALUES.get(words.split()[-1]) if spoken is None and words.split() else spoken


_NUMERAL = "|".join(sorted({*UNIT_VALUES, *TEN_VALUES, HUNDRED, THOUSAND} - {"sifir"}, key=len, reverse=True))
_SPOKEN = re.compile(
    rf"\b(?:(?P<digits>\d+)\s+bucuk\b|(?P<words>(?:{_NUMERAL})(?:\s*(?:{_NUMERAL}))*)(?P<half>\s+bucuk)?(?=(?P<after>\s*[a-z]*)))"
)
_MONEY = re.compile(r"\s*(?:tl|lira|kurus)\w*")
_MEASURED = re.compile(rf"{_MONEY.pattern}|\s*(?:gb|giga|mbps|dakika|dk|sms|gun|numara)\w*")


def in_digits(text: str) -> str:
    """Return a text with the numbers that are said in words in digits; the other words stay as they are.

    "Üç yüz kırk iki buçuk lira" gives "342,50 lira", "dört yüz on iki otuz kuruş" gives "412,30 kuruş". A single word
    stays where no unit follows: "altı" is also "its underside" and "yüz" a face.
    """
    said, written, end = fold_in_place(text), "", 0
    for match in _SPOKEN.finditer(said):
        digits = f"{match['digits']},50" if match["digits"] else _digits(match)
        if digits:
            written += f"{text[end : match.start()]}{digits}"
            end = match.end()
            written += " " * text[end : end + 1].isalpha()
    return written + text[end:]


def _digits(match: re.Match[str]) -> str | None:
    words = re.findall(_NUMERAL, match["words"])
    whole, *others = _additive(words)
    is_amount = len(others) == 1 and not match["half"] and _MONEY.match(match["after"])
    if others and not is_amount:
        return None
    if len(words) == 1 and not match["half"] and not _MEASURED.match(match["after"]):
        return None
    part = "50" if match["half"] else str(spoken_number(" ".join(others[0]))).rjust(2, "0") if others else ""
    return f"{spoken_number(' '.join(whole))}{',' * bool(part)}{part}"


def _additive(words: Sequence[str]) -> list[list[str]]:
    """Return number words in groups that each say one number: "dört yüz on iki otuz" has two."""
    groups: list[list[str]] = [[]]
    below = 1_000_000
    for word in words:
        rank = 1000 if word == THOUSAND else 100 if word == HUNDRED else 10 if word in TEN_VALUES else 1
        factor = rank >= 100 and below == 1  # "beş yüz": the unit that was said before
        if rank >= below and not factor:
            groups.append([])
        below = rank
        groups[-1].append(word)
    return groups
