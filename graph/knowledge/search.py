"""Finds the entries that answer a question: by letters and by meaning.

Letters: n-grams of letters inside folded words, weighted by their rarity (tf-idf), compared with every title, asking
and text of an entry by itself and with the entry as a whole. A question that shares a rare stem with one asking and
common words with the others is found by either. Meaning: the cosine of the embedder's vectors, the nearest of an
entry's.

Whether the best entry fits at all is a probability (logistic regression) of three things: its likeness as a whole, its
nearness in meaning, and the share of the question's words that begin like a word of any entry. Every number below was
chosen on ``evaluation/data/knowledge_tuning.jsonl``; ``telekom eval knowledge`` measures on other questions.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core import turkish
from core.languages import Language
from graph.knowledge.pages import LANGUAGES, Entry, Page

Vector = NDArray[np.float32]

_SHORTEST, _LONGEST = 2, 4
_BEGIN = 3
"""Longest n-grams at the begin of a word that make it known."""

_WORD = re.compile(r"\w+")
_WHOLE = 0.65
"""Share of the entry as a whole in the comparison by letters; the rest is the nearest single text."""

_MEANING = 0.25
"""Share of meaning in the order of entries."""

_FIT_WHOLE, _FIT_MEANING, _FIT_KNOWN, _FIT_CONSTANT = 15.0, 5.0, 6.6, -10.1
"""Logistic regression: an entry fits."""

THRESHOLD = 0.75
"""Below this probability of the best entry nothing fits; the lowest that refuses nine in ten of the tuning file's
questions about other things."""


class Embedder(Protocol):
    """Turns texts into vectors whose cosine tells how near their meanings are."""

    def embed(self, texts: Sequence[str]) -> Vector:
        """Return one vector a text, shape (texts, width)."""

    def __hash__(self) -> int:
        """Tell one embedder from another: their vectors of the same pages are kept apart."""


@dataclass(frozen=True)
class Hit:
    """An entry that was found.

    Attributes:
        entry: The entry.
        score: The probability that it fits, 0 to 1.
    """

    entry: Entry
    score: float


class KnowledgeBase:
    """The operator's entries, ready for search.

    Args:
        pages: All pages.
        embedder: Finds by meaning.
        threshold: Below this score of the best entry nothing fits.
    """

    def __init__(self, pages: Iterable[Page], embedder: Embedder, threshold: float = THRESHOLD) -> None:
        self.pages = tuple(pages)
        self.entries = tuple(entry for page in self.pages for entry in page.entries)
        self._by_id = {entry.id: entry for entry in self.entries}
        self._threshold = threshold
        texts = tuple(tuple(texts_of(entry)) for entry in self.entries)
        self._letters = _letters_of(texts)
        self._meaning = _meaning_of(texts, embedder)

    def entry(self, name: str) -> Entry | None:
        """Return the entry with this id, or None."""
        return self._by_id.get(name)

    def text(self, entry: str, language: Language) -> str | None:
        """Return the text of an entry; None where there is no such entry."""
        found = self.entry(entry)
        return None if found is None else found.text(language)

    def search(self, query: str, language: Language = "tr", limit: int = 3, *, least: float | None = None) -> list[Hit]:
        """Return the entries that may answer a question, the best first; none where nothing fits.

        Args:
            query: The question, in either language.
            language: The language of the conversation; titles and askings of both are searched.
            limit: The most entries to return.
            least: Score that the best entry needs; None: the base's own threshold.
        """
        hits = self.ranked(query, limit)
        return hits if hits and hits[0].score >= (self._threshold if least is None else least) else []

    def ranked(self, query: str, limit: int = 3) -> list[Hit]:
        """Return the nearest entries, the best first, whether or not they fit."""
        if not self.entries or not query.strip():
            return []
        nearest, whole, known = self._letters.compared(query)
        meaning = self._meaning.scores(query)
        order = (1 - _MEANING) * ((1 - _WHOLE) * nearest + _WHOLE * whole) + _MEANING * meaning
        fit = _FIT_WHOLE * whole + _FIT_MEANING * meaning + _FIT_KNOWN * known + _FIT_CONSTANT
        best = np.argsort(-order, kind="stable")[:limit]
        return [Hit(self.entries[place], 1 / (1 + math.exp(-float(fit[place])))) for place in best]


@lru_cache(maxsize=2)
def _letters_of(texts: tuple[tuple[str, ...], ...]) -> _Letters:
    """Make the index once for the same pages: evaluation, re-runs and tests open many services in one process."""
    return _Letters(texts)


@lru_cache(maxsize=2)
def _meaning_of(texts: tuple[tuple[str, ...], ...], embedder: Embedder) -> _Meaning:
    return _Meaning(texts, embedder)


class _Letters:
    """Tf-idf of letter n-grams, in sparse columns: by n-gram the texts that hold it and its weight in each."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        singles = [(owner, _grams(text)) for owner, group in enumerate(texts) for text in group]
        spread = Counter(gram for _, grams in singles for gram in grams)
        self._rarity = {gram: math.log((len(singles) + 1) / (count + 1)) + 1 for gram, count in spread.items()}
        self._unknown = math.log(len(singles) + 1) + 1
        owners = [owner for owner, _ in singles]
        self._starts = np.array([owners.index(owner) for owner in range(len(texts))], dtype=np.intp)
        self._singles = _Columns([self._weights(grams) for _, grams in singles])
        self._wholes = _Columns([self._weights(_grams(" ".join(group))) for group in texts])

    def compared(self, query: str) -> tuple[Vector, Vector, float]:
        """Return the likeness to every entry's nearest text, to the entry as a whole, and the share of known words."""
        weights = self._weights(_grams(query))
        nearest: Vector = np.maximum.reduceat(self._singles.products(weights), self._starts)
        words = _WORD.findall(turkish.fold(query))
        known = sum(self._begins_known(word) for word in words) / max(1, len(words))
        return nearest, self._wholes.products(weights), known

    def _begins_known(self, word: str) -> bool:
        begins = range(max(1, min(len(word) - 2, _BEGIN)))
        return all(f" {word}"[start : start + _LONGEST] in self._rarity for start in begins)

    def _weights(self, grams: Counter[str]) -> dict[str, float]:
        raw = {gram: (1 + math.log(count)) * self._rarity.get(gram, self._unknown) for gram, count in grams.items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {gram: weight / length for gram, weight in raw.items()}


class _Columns:
    """Sparse vectors, stored by n-gram."""

    def __init__(self, vectors: Sequence[dict[str, float]]) -> None:
        places: defaultdict[str, list[int]] = defaultdict(list)
        weights: defaultdict[str, list[float]] = defaultdict(list)
        for place, vector in enumerate(vectors):
            for gram, weight in vector.items():
                places[gram].append(place)
                weights[gram].append(weight)
        self._size = len(vectors)
        self._columns = {
            gram: (np.array(found, dtype=np.int32), np.array(weights[gram], dtype=np.float32))
            for gram, found in places.items()
        }

    def products(self, vector: dict[str, float]) -> Vector:
        """Return the product of a vector with every stored one."""
        result = np.zeros(self._size, dtype=np.float32)
        for gram, weight in vector.items():
            column = self._columns.get(gram)
            if column is not None:
                result[column[0]] += weight * column[1]
        return result


class _Meaning:
    """Vectors of every text; they are centred, because vectors of one encoder share a direction that tells nothing."""

    def __init__(self, texts: Sequence[Sequence[str]], embedder: Embedder) -> None:
        flat = [text for group in texts for text in group]
        self._starts = np.cumsum([0, *(len(group) for group in texts)])[:-1]
        self._embed = lru_cache(maxsize=256)(lambda text: embedder.embed([text])[0])
        vectors = np.asarray(embedder.embed(flat), dtype=np.float32)
        self._centre = vectors.mean(0)
        self._vectors = _unit(vectors - self._centre)

    def scores(self, query: str) -> Vector:
        """Return the cosine of a question and the nearest text of every entry."""
        vector = _unit(np.asarray(self._embed(query), dtype=np.float32) - self._centre)
        scores: Vector = np.maximum.reduceat(self._vectors @ vector, self._starts)
        return scores


def _unit(vectors: Vector) -> Vector:
    unit: Vector = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return unit


def texts_of(entry: Entry) -> list[str]:
    """Return every text by which an entry is found: titles, askings and answers in both languages."""
    return [
        text
        for language in LANGUAGES
        for text in (entry.titles[language], *entry.askings[language], entry.texts[language])
    ]


def _grams(text: str) -> Counter[str]:
    """Return the n-grams of each folded word, with a blank at its begin and end."""
    found: Counter[str] = Counter()
    for word in _WORD.findall(turkish.fold(text)):
        padded = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            found.update(padded[start : start + size] for start in range(max(1, len(padded) - size + 1)))
    return found
