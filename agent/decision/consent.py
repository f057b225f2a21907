"""The second reading of a consent: does a reply plainly agree, judged from its words beside the question's?

A linear model on n-grams, independent of the decision model: it has no part of the trunk or of the encoder, other
features and other training rows (replies with their questions only). It reads the letters of the reply, and its words
aligned with the question: a word or number that the question states is marked as such, and the things that code found
unasked (``marks``) are words of their own. A change runs only if this reading agrees with the first one, so it stays
when the decision model is changed. It decides nothing else and knows no operations.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping
from importlib import resources
from pathlib import Path
from typing import Protocol
from zlib import crc32

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from agent.decision.characters import grams
from agent.errors import ModelFilesMissing, ModelUnusable
from core.patterns import digits_of
from core.turkish import fold

CONSENT_FILE = Path(str(resources.files("agent").joinpath("weights", "consent.safetensors")))
"""The committed model."""

_WORD = re.compile(r"\w+|[?!]")
_SHORTEST_STATED = 4
"""Letters of a word that can be looked for in the question; shorter ones stand in any sentence."""
_STEM = 5


class SecondReading(Protocol):
    """Judges consent independently of the decision model."""

    def plain_consent(self, reply: str, asked: str, marks: Collection[str]) -> float:
        """Return the probability that a reply plainly consents to the question, now and to nothing else.

        Args:
            reply: The customer's words.
            asked: The question.
            marks: Kinds of the things that the reply names and the question does not state.
        """


def aligned_words(reply: str, asked: str, marks: Collection[str]) -> list[str]:
    """Return the words of a reply, those that the question states marked, and the marks as words of their own."""
    question = fold(asked)
    numbers = {digits_of(number) for number in re.findall(r"[\d.,]+", question)}
    stems = {word[:_STEM] for word in _WORD.findall(question) if len(word) >= _SHORTEST_STATED}
    words = []
    for word in _WORD.findall(fold(reply)):
        if digits := digits_of(word):
            words.append("=number" if any(digits in number for number in numbers) else "≠number")
        else:
            stated = len(word) >= _SHORTEST_STATED and word[:_STEM] in stems
            words.append(f"={word}" if stated else word)
    return [*words, *(f"+{mark}" for mark in sorted(marks))]


def features(reply: str, asked: str, marks: Collection[str]) -> tuple[Counter[int], Counter[int]]:
    """Count the features of a reply by their 32-bit checksums: letters, and aligned words with their pairs."""
    words = aligned_words(reply, asked, marks)
    pairs = [f"{first} {second}" for first, second in zip(words, words[1:], strict=False)]
    return grams(reply), Counter(crc32(f"word:{each}".encode()) for each in (*words, *pairs))


def vector(counted: tuple[Counter[int], Counter[int]], places: Mapping[int, int], idf: Tensor) -> tuple[Tensor, Tensor]:
    """Return the rows and values of the known features; letters and words are scaled to length 1 each.

    Args:
        counted: As ``features`` counts them.
        places: Row of each feature.
        idf: Inverse document frequency by row.
    """
    rows, values = [], []
    for group in counted:
        known = {places[gram]: count for gram, count in group.items() if gram in places}
        found = torch.tensor(list(known), dtype=torch.long)
        damped = torch.tensor([1.0 + math.log(count) for count in known.values()]) * idf[found]
        rows.append(found)
        values.append(damped / damped.norm().clamp(min=1e-9))
    return torch.cat(rows), torch.cat(values)


class ConsentModel:
    """Logistic regression on the features of a reply.

    Args:
        tensors: ``features`` (the checksums), ``idf`` and ``weight``, each of shape (features,), and ``bias`` of
            shape (1,).
    """

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._places = {feature: row for row, feature in enumerate(tensors["features"].tolist())}
        self._idf, self._weight = tensors["idf"].float(), tensors["weight"].float()
        self._bias = float(tensors["bias"])

    @classmethod
    def from_file(cls, path: Path) -> ConsentModel:
        """Read a model that ``save_consent_model`` wrote.

        Raises:
            ModelFilesMissing: There is no such file.
            ModelUnusable: The file is damaged.
        """
        if not path.is_file():
            raise ModelFilesMissing(f"{path} is missing: no change could be confirmed. Reinstall the package.")
        try:
            return cls(load_file(path))
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelUnusable(f"{path} cannot be read: {error}") from error

    def plain_consent(self, reply: str, asked: str, marks: Collection[str]) -> float:
        """Return the probability of plain consent; see ``SecondReading``."""
        rows, values = vector(features(reply, asked, marks), self._places, self._idf)
        return 1 / (1 + math.exp(-(float(values @ self._weight[rows]) + self._bias)))


def load_consent_model() -> ConsentModel:
    """Load the committed model.

    Raises:
        ModelError: The file is missing or damaged.
    """
    return ConsentModel.from_file(CONSENT_FILE)


def save_consent_model(tensors: Mapping[str, Tensor], path: Path) -> None:
    """Write the tensors of a ``ConsentModel`` in half precision."""
    halved = {name: tensor.half().contiguous() for name, tensor in tensors.items() if name != "features"}
    save_file({"features": tensors["features"], **halved}, path)
