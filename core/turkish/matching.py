"""Names that customers type: finding the package or the region that they mean.

Letter case, diacritics, case suffixes and small typing errors are forgiven. The module knows no names of its own; the
caller gives the list to choose from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from core.turkish.text import fold

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
"""Suffixes that a word of a name may have of its own: Aile Paket-i."""
_SHORTEST_STEM = 3
_SUFFIX_ROUNDS = 3
"""Most suffixes taken off one typed word: paket-in-de-ki has three."""
_GENERIC = frozenset({"paket", "tarife"})
"""Words that customers exchange freely: "premium tarifesi" is "Premium Paket"."""
_PLAIN_STEM = 5
_PLAIN_STEMS = frozenset({"paket", "tarif", "inter", "konus", "dostu"})
"""First letters of words of a name that name nothing by themselves."""
_ENDING = 3
"""Letters of a case ending at most."""
_UNSAID_WORD = 0.02
"""Deducted from the score for each word of the name that was not typed."""
_UNKNOWN_WORD = 0.1
"""Deducted for each typed word that the name does not have."""


def best_match(query: str, names: Iterable[str], cutoff: float = 0.8) -> str | None:
    """Return the one name that a customer means, or None if no name or more than one name fits.

    Letter case, diacritics, case suffixes ("Kadıköy'de", "premium paketine"), small typing errors and words left out
    ("öğrenci tarifesi") are forgiven. A word that occurs in several names decides nothing.

    Args:
        query: The customer's words.
        names: The names to choose from.
        cutoff: The lowest similarity that counts, 0 to 1.
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
    """Return the ``limit`` names most like a query, best first, for "did you mean"."""
    wanted = _typed_words(query)

    def closeness(name: str) -> float:
        return max(_word_score(wanted, _name_words(name), 0.6), _joined_ratio(query, name))

    return sorted(names, key=closeness, reverse=True)[:limit]


def named_in(text: str, names: Iterable[str], cutoff: float = 0.85) -> list[str]:
    """Return the names that stand in a text with all their words, in the order of ``names``.

    "Beni süper konuşma'ya geçirin" names Süper Konuşma.

    Args:
        text: The customer's words.
        names: The names to look for.
        cutoff: The lowest similarity of two words that counts, 0 to 1.
    """
    typed = [_stems(word, _SUFFIXES, _SUFFIX_ROUNDS) for word in _bare_words(text)]
    found = []
    for name in names:
        offered = [_stems(word, _OWN_SUFFIXES, 1) for word in _bare_words(name)]
        starts = range(len(typed) - len(offered) + 1)
        if any(all(_likeness(typed[i + k], word) >= cutoff for k, word in enumerate(offered)) for i in starts):
            found.append(name)
    return found


def named_by_part(words: str, names: Sequence[str]) -> list[str]:
    """Return the names that a text states, in its order; a word that only one of them has stands for the whole name.

    Args:
        words: The customer's words.
        names: Names of packages.
    """
    said = fold(words).replace("'", " ").replace("’", " ").split()
    parts = {name: {word for word in fold(name).split() if word[:_PLAIN_STEM] not in _PLAIN_STEMS} for name in names}
    shared = Counter(word for own in parts.values() for word in own)
    found: dict[str, int] = {name: place for place, name in enumerate(named_in(words, names))}
    for name, own in parts.items():
        places = [place for place, word in enumerate(said) for part in own if _begins(word, part) and shared[part] == 1]
        if places:
            found[name] = min(places)
    return sorted(found, key=found.__getitem__)


@lru_cache(maxsize=1024)
def _typed_words(text: str) -> tuple[frozenset[str], ...]:
    return _words(text, _SUFFIXES, _SUFFIX_ROUNDS)


@lru_cache(maxsize=1024)
def _name_words(text: str) -> tuple[frozenset[str], ...]:
    # Names are not cut like typed words: two that were cut too far would meet in the middle.
    return _words(text, _OWN_SUFFIXES, 1)


def _words(text: str, suffixes: Sequence[str], rounds: int) -> tuple[frozenset[str], ...]:
    """Return the words that tell names apart, each as the set of its possible stems."""
    stems = [_stems(word, suffixes, rounds) for word in _bare_words(text)]
    return tuple([found for found in stems if not found & _GENERIC] or stems)


def _bare_words(text: str) -> list[str]:
    """Return the folded words; an apostrophe ends a word, because a suffix follows it."""
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
    """Return the mean likeness of the words that two names share, minus a deduction for every other word."""
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
    """Return 1 for the same word, slightly less after cutting suffixes, otherwise the similarity of the letters."""
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


def _begins(word: str, part: str) -> bool:
    """Tell whether a word is a part of a name with at most a case ending."""
    soft = f"{part[:-1]}g" if part.endswith("k") else part  # "ekonomiğe" of Ekonomik
    begins = word.startswith((part, soft))
    return word == part or (begins and len(word) - len(part) <= _ENDING and len(part) > _ENDING)
