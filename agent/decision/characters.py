"""The character n-gram model: an ensemble member that reads spelling alone, one linear layer a question.

Character n-grams survive typing errors, lost diacritics and glued words, which confuse a tokenizer. The model therefore
errs on other messages than the trunk, and the ensemble errs less than either. N-grams are taken inside words with a
blank at each edge; their counts are damped, weighted by inverse document frequency and scaled to length 1 (Joachims
1998).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from core import turkish

_SHORTEST, _LONGEST = 2, 5


def grams(text: str) -> Counter[int]:
    """Count the n-grams of a text by their 32-bit checksums, case and diacritics folded."""
    counts: Counter[int] = Counter()
    for word in turkish.fold(text).split():
        padded = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            if size >= len(padded):
                counts[crc32(padded.encode())] += 1
                break
            for start in range(len(padded) - size + 1):
                counts[crc32(padded[start : start + size].encode())] += 1
    return counts


def vector(text: str, places: Mapping[int, int], idf: Tensor) -> tuple[Tensor, Tensor]:
    """Return the rows and values of a text's known n-grams, a vector of length 1.

    Args:
        text: A message.
        places: Row of each n-gram.
        idf: Inverse document frequency by row.
    """
    counts = {places[gram]: count for gram, count in grams(text).items() if gram in places}
    rows = torch.tensor(list(counts), dtype=torch.long)
    values = torch.tensor([1.0 + math.log(count) for count in counts.values()]) * idf[rows]
    return rows, values / values.norm().clamp(min=1e-9)


class CharacterModel:
    """Linear scores of every option from the character n-grams of a message.

    Args:
        tensors: ``grams`` (the checksums) and ``idf``, each of shape (grams,), and by question ``<name>.weight`` of
            shape (grams, options) and ``<name>.bias`` of shape (options,).
    """

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._tensors = dict(tensors)
        self._places = {gram: row for row, gram in enumerate(tensors["grams"].tolist())}
        self._idf = tensors["idf"].float()

    @classmethod
    def from_file(cls, path: Path) -> CharacterModel:
        """Read a model that ``save`` wrote."""
        return cls(load_file(path))

    def save(self, path: Path) -> None:
        """Write the weights in half precision."""
        halved = {name: tensor.half().contiguous() for name, tensor in self._tensors.items() if name != "grams"}
        save_file({"grams": self._tensors["grams"], **halved}, path)

    @property
    def questions(self) -> set[str]:
        """Names of the questions that the model answers."""
        return {name.removesuffix(".bias") for name in self._tensors if name.endswith(".bias")}

    def scores(self, text: str) -> dict[str, Tensor]:
        """Return the scores of the options of every question, each of shape (options,)."""
        rows, values = vector(text, self._places, self._idf)
        return {
            name: values @ self._tensors[f"{name}.weight"][rows].float() + self._tensors[f"{name}.bias"].float()
            for name in self.questions
        }
