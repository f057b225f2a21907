"""Numbers that customers write as words: counts ("son on iki fatura") and digits ("beş yüz otuz dört")."""

from __future__ import annotations

from core.turkish.text import fold

_UNITS = {
    word: value
    for value, word in enumerate(("sifir", "bir", "iki", "uc", "dort", "bes", "alti", "yedi", "sekiz", "dokuz"))
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ("on", "yirmi", "otuz", "kirk", "elli", "altmis", "yetmis", "seksen", "doksan"), start=1
    )
}
_HUNDRED, _THOUSAND = "yuz", "bin"
NUMBER_WORDS = frozenset({*_UNITS, *_TENS, _HUNDRED})
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
        if word in _TENS:
            tens = _TENS[word]
            found.append(tens)
            continue
        unit = _UNITS.get(word, 0)
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
        elif word == _HUNDRED:
            if self._room == 1000 and 0 < self._value < 10:  # "beş yüz": the unit that was said before
                self._value, self._room = self._value * 100, 100
            else:
                self.close()
                self._value, self._room = 100, 100
        elif word in _TENS:
            if self._room != 100:
                self.close()
            self._value, self._room = self._value + _TENS[word], 10
        elif word in _UNITS:
            if self._room not in (10, 100) or _UNITS[word] == 0:
                self.close()
            self._value, self._room = self._value + _UNITS[word], 1000 if self._room == 0 else 1
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
        if word == _THOUSAND:
            total, value, found = total + max(value, 1) * 1000, 0, True
        elif word == _HUNDRED:
            value, found = max(value % 10, 1) * 100, True
        elif word in _TENS:
            value, found = value - value % 100 + _TENS[word], True
        elif word in _UNITS:
            value, found = value - value % 10 + _UNITS[word], True
        else:
            total, value, found = 0, 0, False
    return total + value if found else None
