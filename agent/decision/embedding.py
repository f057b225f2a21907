"""Sentence vectors for search: the sum of trained word-piece vectors, scaled to length 1.

The pieces are those of the small encoder; their vectors began as its word embeddings (multilingual E5: Wang et al.
2024) and were trained so that askings of the same entry lie side by side (``training/meaning.py``). There are no
layers: the states of the served encoder were trained to tell operations apart and no longer place sentences by meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from agent.decision.encoder import TOKENIZER_FILE
from agent.errors import ModelFilesMissing, ModelUnusable
from agent.local.int8 import quantise_weight
from agent.local.storage import default_head
from core import turkish

MEANING_FILE = Path(str(default_head())).parent / "meaning.safetensors"


class PieceEmbedder:
    """Embeds texts by their word pieces.

    Args:
        rows: int8, one row a piece.
        scale: One value a row.
        tokenizer: Its ids are the rows.
    """

    def __init__(self, rows: Tensor, scale: Tensor, tokenizer: Tokenizer) -> None:
        self._rows, self._scale = rows, scale.float()
        self._tokenizer = tokenizer

    @classmethod
    def from_files(cls, file: Path = MEANING_FILE, head: Path | None = None) -> PieceEmbedder:
        """Load the vectors.

        Args:
            file: The vectors.
            head: Folder of the decision head, whose tokenizer they belong to; default: the committed one.

        Raises:
            ModelFilesMissing: A file is missing.
            ModelUnusable: The files cannot be read or do not belong together.
        """
        words = (head or default_head()) / TOKENIZER_FILE
        for path in (file, words):
            if not path.is_file():
                raise ModelFilesMissing(f"{path} is missing. Reinstall the package.")
        try:
            tensors = load_file(file)
            rows, scale = tensors["rows"], tensors["scale"]
        except (SafetensorError, OSError, KeyError) as error:
            raise ModelUnusable(f"{file} cannot be read: {error}") from error
        tokenizer = Tokenizer.from_file(str(words))
        if tokenizer.get_vocab_size() != len(rows):
            raise ModelUnusable(f"{file} does not belong to {words}: train it anew (telekom train meaning)")
        return cls(rows, scale, tokenizer)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a vector of length 1 for each text, shape (texts, width); zeros for a text without pieces."""
        found = torch.zeros(len(texts), self._rows.shape[1])
        for place, ids in enumerate(piece_ids(self._tokenizer, texts)):
            if ids:
                found[place] = (self._rows[ids].float() * self._scale[ids][:, None]).sum(0)
        unit: NDArray[np.float32] = torch.nn.functional.normalize(found, dim=-1).numpy()
        return unit


def piece_ids(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """Return the pieces of each text in small letters, without control tokens."""
    plain: Any = tokenizer.encode_batch([turkish.lower(text) for text in texts], add_special_tokens=False)
    return [each.ids for each in plain]


def save_pieces(rows: Tensor, file: Path) -> None:
    """Round and write trained vectors.

    Args:
        rows: In float, one row a piece.
        file: Where.
    """
    integers, scale = quantise_weight(rows)
    save_file({"rows": integers, "scale": scale.half()}, file)
