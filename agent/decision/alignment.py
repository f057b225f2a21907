"""Compares the words of a sentence with the words of its evidence, without a model: roots, polarity, modality, names.

A word counts as stated where the evidence has a word of the same root. Roots are a short list of stems of telecom
customer service, with the forms that share no beginning ("kapalı", "kapatıldı") and plain synonyms; any other word is
compared by its first letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from agent.decision.word_tables import ROOTS, SHAPES
from core.turkish import fold

_TOKEN = re.compile(r"\{[a-z_]+\}|[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*|[.,;:!?()]")
_STEM = 5
_SHORT = 3
_BEFORE, _AFTER = 4, 3
"""Words before and after a name that tell what it is."""

_ROOTS: Mapping[str, str] = {prefix: root for root, prefixes in ROOTS.items() for prefix in prefixes}
_WHOLE = frozenset(
    "var az ay en su hat sur son can use run runs new all day pay fix sum we you now like left past late last most hak "
    "gun biz siz bit yok end sent more less our acik ilk same line work plan data cost".split()
)
"""Roots that are taken for a word only as a whole, or with an ending of inflection."""
_ENDING = re.compile(
    r"(?:i|u|in|un|im|um|a|e|ya|ye|da|de|ta|te|dan|den|tan|ten|lar|ler|si|su|niz|nuz|iniz|unuz|imiz|umuz|dir|tir|dur|"
    r"inizi|unuzu|inize|unuza|inizin|unuzun|inda|inde|iniza|s|siniz|sunuz|larin|lerin|lari|leri|lariniz|leriniz|ki|lik|luk)?"
)
_OPPOSITES = [
    {"open", "close"}, {"cheap", "dear"}, {"remain", "use"}, {"end", "begin"}, {"open", "freeze"},
    {"end", "continue"}, {"past", "begin"}, {"open", "solve"}, {"remain", "end"},
]  # fmt: skip

_NEGATED = re.compile(
    r"[a-z]{2,}(?:m[ae](?:d[iu]|mis|z(?!lik)|yacak|yecek|yin|yan|yen|sin|mali|meli)|m[iu]yor|[ae]mez|[ae]maz)"
    r"|[a-z]{4,}s[iu]z(?:dir|lik|ca)?$"
)
_NOT_NEGATED = re.compile(r"temmuz|namaz|henuz|domuz|temiz|yalniz|kalmaz$(?<!mi)|siz$(?<=siniz)")
_NEGATIONS = frozenset(
    "yok yoktur degil degildir hayir hic hicbir asla no not never none nothing without neither".split()
)

_SHAPES: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (name, re.compile("|".join(patterns))) for name, patterns in SHAPES.items()
)
_FUNCTION = frozenset(
    "ve ile bu o bir de da ki mi mu ise ya yani icin olarak gibi olan olup oldugu ancak ama fakat the a an of to and "
    "or on in at by for with it its is are was were be been has have had that this as from so but will i evet hayir "
    "yes no gorunuyor gorunmekte idi imis dir olmus edilmis yapilmis lutfen".split()
)


@dataclass(frozen=True)
class Word:
    """One word of a text.

    Attributes:
        text: Folded; a name of a fact with its braces.
        root: What it is compared by.
        negated: Whether it says that something is not so.
        counts: False for words of grammar.
        ends: Whether a mark of punctuation follows.
    """

    text: str
    root: str
    negated: bool
    counts: bool
    ends: bool = False

    @property
    def is_name(self) -> bool:
        """True for the name of a fact."""
        return self.text.startswith("{")


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a text, its marks of punctuation left out."""
    found: list[Word] = []
    for token in _TOKEN.findall(text):
        if token.startswith("{") or token[0].isalnum():
            found.append(_word(token))
        elif found:
            found[-1] = replace(found[-1], ends=True)
    return tuple(found)


def _word(token: str) -> Word:
    if token.startswith("{"):
        return Word(token, token, False, False)
    folded = "not" if "n't" in token.lower() else re.split("['’]", fold(token))[0]
    return Word(folded, root_of(folded), is_negated(folded), folded not in _FUNCTION)


@lru_cache(maxsize=8192)
def root_of(folded: str) -> str:
    """Return the root of a folded word: of the list, else its first letters."""
    for length in range(min(len(folded), 9), 1, -1):
        root = _ROOTS.get(folded[:length])
        if root is not None and (folded[:length] not in _WHOLE or _ENDING.fullmatch(folded[length:])):
            return root
    return folded[:_STEM]


def is_negated(folded: str) -> bool:
    """Tell whether a folded word says that something is not so."""
    return folded in _NEGATIONS or bool(_NEGATED.match(folded) and not _NOT_NEGATED.match(folded))


def shapes_of(words: Sequence[Word]) -> dict[str, list[Word]]:
    """Return the words of each modality: future, cause, advice, apology, and so on."""
    found: dict[str, list[Word]] = {}
    for word in words:
        for name, pattern in _SHAPES:
            if not word.is_name and pattern.fullmatch(word.text):
                found.setdefault(name, []).append(word)
    return found


def contexts(words: Sequence[Word]) -> dict[str, list[tuple[set[str], str]]]:
    """Return for each name of a fact the roots around each place where it stands, and the root that follows it."""
    found: dict[str, list[tuple[set[str], str]]] = {}
    for place, word in enumerate(words):
        if word.is_name:
            before: list[Word] = []
            for each in reversed(words[max(0, place - _BEFORE) : place]):
                if each.is_name or each.ends:
                    break
                before.append(each)
            after: list[Word] = []
            for each in () if word.ends else words[place + 1 : place + 1 + _AFTER]:
                if each.is_name:
                    break
                after.append(each)
                if each.ends:
                    break
            around = {each.root for each in (*before, *after) if each.counts}
            found.setdefault(word.text, []).append((around, after[0].root if after else ""))
    return found


def clauses(words: Sequence[Word]) -> list[list[Word]]:
    """Return the words between marks of punctuation."""
    found: list[list[Word]] = [[]]
    for word in words:
        found[-1].append(word)
        if word.ends:
            found.append([])
    return [clause for clause in found if clause]


def opposed(root: str, stated: set[str]) -> bool:
    """Tell whether the evidence states the opposite of a root and not the root itself."""
    return root not in stated and any(root in pair and (pair - {root}) & stated for pair in _OPPOSITES)


def is_stated(word: Word, stated: set[str]) -> bool:
    """Tell whether the evidence has a word of the same root."""
    if word.root in stated:
        return True
    shortest = word.root if len(word.root) >= _SHORT else ""
    return bool(shortest) and word.root not in _ROOTS.values() and any(
        len(root) > _SHORT and (root.startswith(shortest) or shortest.startswith(root)) for root in stated
    )  # fmt: skip
