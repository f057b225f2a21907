"""Turkish text in one place: letter case, matching of names that customers type, amounts, dates and numbers.

Knows nothing of telephones: what the names mean is the caller's business.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from rapidfuzz import fuzz

from core.clock import ISTANBUL

Language = Literal["tr", "en"]

_BABEL = {"tr": "tr_TR", "en": "en_US"}
_UPPER_I = str.maketrans({"İ": "i", "I": "ı"})
_APOSTROPHES = "'’‘´`ʼ"
_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)?")
_SUFFIXES = tuple(
    # Folded: no dots, so that each stands for its forms in i and ı, u and ü.
    """
    i u a e yi yu ya ye si su ni nu na ne in un nin nun im um
    da de ta te dan den tan ten nda nde ndan nden la le yla yle mi mu ki daki deki taki teki
    """.split()
)
_OWN_SUFFIXES = ("i", "u", "si", "su")
"""What the word of a name itself may end in: Aile Paket-i."""
_SHORTEST_STEM = 3
_SUFFIX_ROUNDS = 3
"""A typed word may carry several: paket-in-de-ki."""
_GENERIC = frozenset({"paket", "tarife"})
"""Words that customers exchange freely: "premium tarifesi" is "Premium Paket"."""
_UNSAID_WORD = 0.02
_UNKNOWN_WORD = 0.1


_UNITS = dict(zip("iki üç dört beş altı yedi sekiz dokuz".split(), range(2, 10), strict=True))
_TENS = dict(zip("on yirmi otuz kırk elli altmış yetmiş seksen doksan".split(), range(10, 100, 10), strict=True))


_JOINTS = re.compile(r"[,;.!?]+\s|\s(?:ve|hem de|hem|bir de|bi de|bide|ayrıca|sonra|and|also)\s", re.IGNORECASE)


def lower(text: str) -> str:
    """Lower case by Turkish rules: ``I`` becomes ``ı`` and ``İ`` becomes ``i``, without a combining dot."""
    # NFC first: a decomposed "İ" (I and a combining dot) would else come out as "ı" and a dot.
    composed = unicodedata.normalize("NFC", text).translate(_UPPER_I).lower()
    return composed.replace("i\u0307", "i")


def fold(text: str) -> str:
    """A key for comparing: lower case, no diacritics, single spaces ("IŞIK" and "isik" are the same)."""
    plain = unicodedata.normalize("NFKD", lower(text).replace("ı", "i"))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def best_match(query: str, names: Iterable[str], cutoff: float = 0.8) -> str | None:
    """The one name that a customer means, or None if it is none of them or could be several.

    Letter case, diacritics, case suffixes ("Kadıköy'de", "premium paketine"), small typos and words left out
    ("öğrenci tarifesi") are forgiven. A word that occurs in several names decides nothing.

    Args:
        query: what the customer typed.
        names: the names to choose from.
        cutoff: the lowest similarity that counts, 0 to 1.
    """
    candidates = list(names)
    exact = [name for name in candidates if fold(name) == fold(query)]
    if exact:
        return exact[0]
    wanted = _typed_words(query)
    by_words = [(_word_score(wanted, _name_words(name), cutoff), name) for name in candidates]
    if any(score >= cutoff for score, _ in by_words):
        return _only_best(by_words, cutoff)
    # Nothing by words: perhaps they were written as one ("megainternet").
    return _only_best([(_joined_ratio(query, name), name) for name in candidates], cutoff)


def nearest(query: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """The names most like a query, best first, for "did you mean"."""
    wanted = _typed_words(query)

    def closeness(name: str) -> float:
        return max(_word_score(wanted, _name_words(name), 0.6), _joined_ratio(query, name))

    return sorted(names, key=closeness, reverse=True)[:limit]


def named_in(text: str, names: Iterable[str], cutoff: float = 0.85) -> list[str]:
    """The names that stand in a text with all their words ("beni süper konuşma'ya geçirin"), in the order of ``names``.

    Args:
        text: what the customer typed.
        names: the names that there are.
        cutoff: the lowest similarity of two words that counts, 0 to 1.
    """
    typed = [_stems(word, _SUFFIXES, _SUFFIX_ROUNDS) for word in _bare_words(text)]
    found = []
    for name in names:
        offered = [_stems(word, _OWN_SUFFIXES, 1) for word in _bare_words(name)]
        starts = range(len(typed) - len(offered) + 1)
        if any(all(_likeness(typed[i + k], word) >= cutoff for k, word in enumerate(offered)) for i in starts):
            found.append(name)
    return found


def clauses(text: str) -> list[str]:
    """The parts of a message that may be wishes of their own: between marks and joining words, two words at least."""
    parts = _JOINTS.split(" ".join(text.split()))
    return [part.strip() for part in parts if len(part.split()) > 1]


def capitalised(text: str) -> str:
    """The text with a capital first letter: ``iptal`` is ``İptal``."""
    return {"i": "İ", "ı": "I"}.get(text[:1], text[:1].upper()) + text[1:]


def whole_numbers(text: str) -> list[int]:
    """The counts that a text states, in digits or in words: ``son on iki fatura`` is 12. "Bir" is an article."""
    found: list[int] = []
    tens = 0
    for word in lower(text).split():
        word = word.strip(".,;:!?'’()")
        if word in _TENS:
            tens = _TENS[word]
            found.append(tens)
            continue
        unit = _UNITS.get(word) or (1 if word == "bir" and tens else None)
        if unit is not None:
            if tens:
                found.pop()
            found.append(tens + unit)
        elif word.isdigit() and len(word) <= 3:
            found.append(int(word))
        tens = 0
    return found


def amount(value: Decimal, currency: str = "TRY", locale: Language = "tr") -> str:
    """Money as a customer reads it: ``1.234,56 TL``."""
    unit = "TL" if currency == "TRY" else currency
    return f"{format_decimal(value, format='#,##0.00', locale=_BABEL[locale])} {unit}"


def number(value: float | Decimal, locale: Language = "tr") -> str:
    """A number with at most two decimal places: ``12,5``."""
    return format_decimal(value, format="#,##0.##", locale=_BABEL[locale])


def date(value: dt.date | dt.datetime, locale: Language = "tr") -> str:
    """A day: ``15 Mart 2026``; of an aware time, the day it has in Istanbul."""
    if isinstance(value, dt.datetime):
        value = _in_istanbul(value).date()
    return format_date(value, "d MMMM yyyy", locale=_BABEL[locale])


def moment(value: dt.datetime, locale: Language = "tr") -> str:
    """A day and a time of day in Istanbul: ``15 Mart 2026 14:30``. A time without a zone is taken as Istanbul's."""
    return format_datetime(_in_istanbul(value), "d MMMM yyyy HH:mm", tzinfo=ISTANBUL, locale=_BABEL[locale])


def _in_istanbul(value: dt.datetime) -> dt.datetime:
    return value.astimezone(ISTANBUL) if value.tzinfo else value.replace(tzinfo=ISTANBUL)


@lru_cache(maxsize=1024)
def _typed_words(text: str) -> tuple[frozenset[str], ...]:
    return _words(text, _SUFFIXES, _SUFFIX_ROUNDS)


@lru_cache(maxsize=1024)
def _name_words(text: str) -> tuple[frozenset[str], ...]:
    # Names are not cut like typed words: two that were cut too far would meet in the middle.
    return _words(text, _OWN_SUFFIXES, 1)


def _words(text: str, suffixes: Sequence[str], rounds: int) -> tuple[frozenset[str], ...]:
    """The words that tell names apart, each as the stems it may have; an apostrophe shows where the suffix begins."""
    stems = [_stems(word, suffixes, rounds) for word in _bare_words(text)]
    return tuple([found for found in stems if not found & _GENERIC] or stems)


def _bare_words(text: str) -> list[str]:
    """The folded words, each without what follows an apostrophe."""
    return [re.split(f"[{_APOSTROPHES}]", word)[0] for word in _WORD.findall(fold(text))]


def _stems(word: str, suffixes: Sequence[str], rounds: int) -> frozenset[str]:
    found = {word}
    for _ in range(rounds):
        found |= {
            stem.removesuffix(suffix)
            for stem in found
            for suffix in suffixes
            if stem.endswith(suffix) and len(stem) - len(suffix) >= _SHORTEST_STEM
        }
    return frozenset(found)


def _word_score(wanted: Sequence[frozenset[str]], offered: Sequence[frozenset[str]], cutoff: float) -> float:
    """How well two names agree: the mean likeness of the words they share, less the words that only one has."""
    free = list(offered)
    shared: list[float] = []
    for stems in wanted:
        likeness, best = max(((_likeness(stems, other), other) for other in free), default=(0.0, None), key=_first)
        if best is not None and likeness >= cutoff:
            shared.append(likeness)
            free.remove(best)
    unknown = len(wanted) - len(shared)
    # Half-known is unknown: of "mega konuşma" each word is in another name.
    if not shared or (unknown and free):
        return 0.0
    return sum(shared) / len(shared) - _UNSAID_WORD * len(free) - _UNKNOWN_WORD * unknown


def _first(pair: tuple[float, object]) -> float:
    return pair[0]


@lru_cache(maxsize=65536)
def _likeness(typed: frozenset[str], name: frozenset[str]) -> float:
    """1 for the same word, a little less if a suffix had to go or a part was said, else how alike the letters are."""
    typed_word, name_word = max(typed, key=len), max(name, key=len)
    if typed_word == name_word:
        return 1.0
    if name_word in typed or typed_word in name:
        return 0.99
    if typed & name:
        return 0.98
    if min(len(typed_word), len(name_word)) <= _SHORTEST_STEM:
        # One letter of three makes another word.
        return 0.0
    stems = [stem for stem in typed if len(stem) > _SHORTEST_STEM]
    likeness = max(fuzz.ratio(stem, name_word) for stem in stems) / 100 * 0.98
    # Everyday short forms: "antep" for Gaziantep, "afyon" for Afyonkarahisar.
    is_part = any(name_word.startswith(stem) or name_word.endswith(stem) for stem in stems)
    return max(likeness, 0.9) if is_part else likeness


def _joined_ratio(query: str, name: str) -> float:
    return fuzz.ratio(fold(query).replace(" ", ""), fold(name).replace(" ", "")) / 100


def _only_best(scored: list[tuple[float, str]], cutoff: float) -> str | None:
    ranked = sorted(scored, key=_first, reverse=True)
    if not ranked or ranked[0][0] < cutoff:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < 1e-9:
        return None
    return ranked[0][1]
