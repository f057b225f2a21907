"""Postal addresses in a message: one stretch of its words, kept as the customer wrote them.

An address is full of marks that end a clause elsewhere ("Barbaros Mah. Ihlamur Sok. No: 7, Beşiktaş"), and of numbers
that are no id. Code finds it by the words that Turkish addresses are made of (mahalle, sokak, no …).
"""

from __future__ import annotations

import re

from core.turkish.text import fold_in_place

_STREET = (
    r"(?:mah(?:allesi|alle)?|cad(?:desi|de)?|sok(?:agi|ak)?|sk|bulv(?:ari|ar)?|blv|sitesi|apt|apartman[iu]?|koyu"
    r"|plaza(?:si)?|konutlari|evleri|meydani|yurdu|osb)"
)
_DOOR = r"(?:no|numara|daire|d|kat|k|oda|ic kapi|[a-z] blok|blok)"
_MARK = re.compile(rf"(?<![\w@.])(?:{_STREET}\b\.?|{_DOOR}\s?[.:]?\s?\d+\w*(?:\s?/\s?\w+)*|\d+\s?/\s?\d+)(?!\w)")
"""A part of an address: the kind of a street or house, or a number of a door."""
_FEW = 2
"""Marks that a stretch has at least to be an address."""
_BETWEEN = 45
"""Characters that lie at most between two marks of one address."""

_WORD = re.compile(r"[^\s,;]+")
_LEADS = re.compile(
    r"(?:adres\w*|yeni\w*|evim\w*|ofis\w*|isyeri\w*|ev|is|olarak|su|artik|oldu|ve|ile|de|da|bir|degisti\w*|tasin\w*|fatura\w*"
    r"|diye|lutfen|kayit\w*|guncel\w*|duzelt\w*|degistir\w*|yaz\w*|to|my|address|is|simdi|hattim\w*|burasi|merkez)[:;,.]*"
)
_TAIL = re.compile(r"(?P<mark>\s*[,/-]\s*|\s+)(?P<word>\d+(?:\s?/\s?\w+)?|[^\W\d_]+)(?!\w)(?P<suffix>['’]\w+)?")
_ENDS = re.compile(
    r"(?:olarak|ol\w*|yap\w*|diye|degis\w*|guncel\w*|kaydet\w*|kaydol\w*|kayit\w*|kayd\w*|yaz\w*|cevir\w*|lutfen|ve|ile|bir|adres\w*|tasi\w*|"
    r"gir\w*|isle\w*|duzelt\w*|gonder\w*|gelsin|de|da|ayrica|sonra|hem|bi|ama|burasi|burada\w*|dogru\w*|degil\w*|yerine|artik|fatura\w*|please)"
)
_MOST_NAMES = 4
"""Words of a name before its first mark ("Şehit Ali Yılmaz Cad.") and of places behind its last one."""
_LEAST_NAMES = 2
"""Words behind the last mark where the customer writes without capitals."""


def postal_addresses(text: str) -> list[tuple[int, int]]:
    """Return the begin and end of each postal address in a text.

    Args:
        text: The customer's words.
    """
    said = fold_in_place(text)
    groups: list[list[re.Match[str]]] = []
    for mark in _MARK.finditer(said):
        near = groups and mark.start() - groups[-1][-1].end() <= _BETWEEN
        if near and not any(map(_ENDS.fullmatch, _WORD.findall(said[groups[-1][-1].end() : mark.start()]))):
            groups[-1].append(mark)
        else:
            groups.append([mark])
    found: list[tuple[int, int]] = []
    for marks in groups:
        begin = _begin(text, said, found[-1][1] if found else 0, marks[0])
        end = _end(text, said, marks[-1].end(), capitals=text[begin].isupper() or text[begin].isdigit())
        if len(marks) >= _FEW and begin < marks[0].start():
            found.append((begin, end))
    return found


def _begin(text: str, said: str, least: int, mark: re.Match[str]) -> int:
    """Return the begin of the name before the first mark: "Barbaros" in "adresimi Barbaros Mah."."""
    begin, clause = mark.start(), max(least, *(said.rfind(stop, 0, mark.start()) + 1 for stop in ",;:"))
    for word in reversed(list(_WORD.finditer(said, clause, mark.start()))[-_MOST_NAMES:]):
        if _LEADS.fullmatch(word[0]) or (word[0][-1] in ".!?" and not word[0][:-1].isdigit()):
            break
        first, next_one = text[word.start()], text[begin]
        if begin < mark.start() and next_one.isupper() and not (first.isupper() or first.isdigit()):
            break
        begin = word.start()
    return begin


def _end(text: str, said: str, end: int, *, capitals: bool) -> int:
    """Return the end of the number and the places behind the last mark: "2 Beylikdüzü, İstanbul"."""
    for _ in range(_MOST_NAMES if capitals else _LEAST_NAMES):
        tail = _TAIL.match(said, end)
        if tail is None or _ENDS.fullmatch(tail["word"]):
            return end
        first = text[tail.start("word")]
        if not first.isdigit() and (capitals != first.isupper() or (not capitals and tail["mark"].strip())):
            return end
        end = tail.end("word")
        if tail["suffix"]:
            return end
    return end
