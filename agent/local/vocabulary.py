"""The reduced vocabulary of the embedded model: the kept tokens of Gemma, and the tokenizer made of them.

Gemma's embedding has 262,144 rows; customers' Turkish and English needs a few thousand. The kept list is a committed
file that ``training.vocabulary`` makes; this module only reads it and builds the tokenizer. A kept token's merges are
kept too, so a text whose Gemma tokens are all kept is cut exactly as Gemma cuts it; anything else falls back to
shorter tokens and at last to bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from importlib import resources

from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE
from transformers import PreTrainedTokenizerFast

SPACE = "▁"
"""The space in Gemma's tokens."""

CONTROL_TOKENS = 494
"""Gemma's first ids: specials, turn marks, runs of white space, HTML tags and the 256 bytes. All of them are kept."""

_SPECIALS = {"pad_token": "<pad>", "eos_token": "<eos>", "bos_token": "<bos>", "unk_token": "<unk>"}
_MARKUP = range(107, 238)  # white space runs and HTML tags: control tokens that are ordinary text


@dataclass(frozen=True)
class Vocabulary:
    """The kept tokens: Gemma's ids in ascending order and each one's text; the new id is the position."""

    ids: tuple[int, ...]
    tokens: tuple[str, ...]

    def digest(self) -> str:
        """Return the SHA-256 of the whole list, for the key of the prepared model."""
        return hashlib.sha256(encode_vocabulary(self)).hexdigest()


def encode_vocabulary(vocabulary: Vocabulary) -> bytes:
    """Encode the list as JSON, the same bytes each time."""
    content = {"ids": vocabulary.ids, "tokens": vocabulary.tokens}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def read_vocabulary() -> Vocabulary:
    """Read the committed list of kept tokens."""
    data = resources.files("agent").joinpath("weights/vocabulary.json.gz").read_bytes()
    content = json.loads(gzip.decompress(data))
    return Vocabulary(tuple(content["ids"]), tuple(content["tokens"]))


def merges_of(tokens: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return Gemma's merge rules between kept tokens, in Gemma's order.

    A rule's rank is the rank of the token it makes, which is the token's position; of several rules for one token the
    one with the longer left part comes first, as in the conversion of transformers.
    """
    known = set(tokens)
    rules: list[tuple[str, str]] = []
    for position, token in enumerate(tokens):
        if len(token) < 2 or (position < CONTROL_TOKENS and position not in _MARKUP):
            continue
        parts = ((token[:cut], token[cut:]) for cut in range(len(token) - 1, 0, -1))
        rules.extend((left, right) for left, right in parts if left in known and right in known)
    return rules


def build_tokenizer(vocabulary: Vocabulary) -> PreTrainedTokenizerFast:
    """Build the reduced tokenizer: Gemma's own rules over the kept tokens, with byte fallback."""
    ids = {token: position for position, token in enumerate(vocabulary.tokens)}
    inner = Tokenizer(
        BPE(
            vocab=ids,
            merges=merges_of(vocabulary.tokens),
            unk_token=_SPECIALS["unk_token"],
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    inner.normalizer = normalizers.Replace(" ", SPACE)
    inner.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    inner.post_processor = processors.TemplateProcessing(
        single="<bos> $A", pair="<bos> $A <bos> $B", special_tokens=[("<bos>", ids["<bos>"])]
    )
    inner.decoder = decoders.Sequence([decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()])
    special = [token for token in vocabulary.tokens[: _MARKUP.start] if token.startswith("<")]
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=inner,
        additional_special_tokens=[token for token in special if token not in _SPECIALS.values()],
        **_SPECIALS,
    )
