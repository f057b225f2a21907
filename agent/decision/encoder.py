"""The weights of the small encoder: a BERT whose linear layers and embedding are int8.

The stored weights are the served weights: integers with one scale a row, everything else in half precision.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from agent.errors import ModelFilesMissing, ModelUnusable
from agent.local.int8 import Int8Embedding, Int8Linear, quantise_weight

CONFIG_FILE, WEIGHTS_FILE, TOKENIZER_FILE = "encoder.json", "encoder.safetensors", "tokenizer.json"
BEGIN, END = "<s>", "</s>"
"""Control tokens: before everything, and after the context and after the message."""

_SCALE = ".scale"


def save_encoder(encoder: BertModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Round and write an encoder.

    Args:
        encoder: In float.
        tokenizer: Whose ids are the rows of its embedding.
        folder: Must exist.
    """
    tensors: dict[str, Tensor] = {}
    for name, tensor in encoder.state_dict().items():
        if _is_rounded(name):
            tensors[name], tensors[name + _SCALE] = quantise_weight(tensor)
        elif tensor.is_floating_point():
            tensors[name] = tensor.half().contiguous()
    save_file(tensors, folder / WEIGHTS_FILE)
    config = json.dumps(encoder.config.to_diff_dict(), indent=2, ensure_ascii=False)
    (folder / CONFIG_FILE).write_text(config + "\n", encoding="utf-8")
    tokenizer.save(str(folder / TOKENIZER_FILE))


def load_encoder(folder: Path) -> tuple[BertModel, Tokenizer]:
    """Load the int8 encoder, as it is served.

    Raises:
        ModelFilesMissing: The folder holds no encoder.
        ModelUnusable: Its files do not fit together.
    """
    encoder, tensors, tokenizer = _read(folder)
    for name in [name.removesuffix(".weight") for name in tensors if _is_rounded(name)]:
        integers, scale = tensors.pop(f"{name}.weight"), tensors.pop(f"{name}.weight{_SCALE}")
        parent, _, last = name.rpartition(".")
        bias = tensors.get(f"{name}.bias")
        layer = (
            Int8Embedding(integers, scale)
            if last == "word_embeddings"
            else Int8Linear(integers, scale, None if bias is None else bias.float())
        )
        setattr(encoder.get_submodule(parent), last, layer)
    return _filled(encoder, tensors, folder), tokenizer


def load_float_encoder(folder: Path) -> tuple[BertModel, Tokenizer]:
    """Load the encoder in float, for further training; errors as in ``load_encoder``."""
    encoder, tensors, tokenizer = _read(folder)
    for name in [name for name in tensors if name + _SCALE in tensors]:
        tensors[name] = tensors[name].float() * tensors.pop(name + _SCALE).float()[:, None]
    return _filled(encoder, tensors, folder).requires_grad_(True), tokenizer


def _is_rounded(name: str) -> bool:
    """Return True for a tensor that is stored as integers: linear layers and word rows, not positions and norms."""
    if not name.endswith(".weight"):
        return False
    return "word_embeddings" in name or (".layer." in name and "LayerNorm" not in name)


def _read(folder: Path) -> tuple[BertModel, dict[str, Tensor], Tokenizer]:
    if not (folder / WEIGHTS_FILE).is_file():
        raise ModelFilesMissing(f"{folder} holds no encoder ({WEIGHTS_FILE}). Reinstall the package.")
    try:
        config = BertConfig(**json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8")))
        tensors = load_file(folder / WEIGHTS_FILE)
        words = (folder / TOKENIZER_FILE).read_text(encoding="utf-8")
        json.loads(words)  # finds a damaged file: the tokenizer raises no exception that can be named
        tokenizer = Tokenizer.from_str(words)
        with torch.device("meta"):
            encoder = BertModel(config, add_pooling_layer=False)
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise ModelUnusable(f"The encoder in {folder} cannot be read: {error}") from error
    return encoder, tensors, tokenizer


def _filled(encoder: BertModel, tensors: Mapping[str, Tensor], folder: Path) -> BertModel:
    """Assign the float tensors; create the two index buffers anew."""
    owned = {name: tensor.float() for name, tensor in tensors.items()}
    embeddings: Any = encoder.embeddings
    length = encoder.config.max_position_embeddings
    embeddings.position_ids = torch.arange(length)[None]
    embeddings.token_type_ids = torch.zeros(1, length, dtype=torch.long)
    try:
        missing = encoder.load_state_dict(owned, strict=False, assign=True)
    except RuntimeError as error:
        raise ModelUnusable(f"The encoder in {folder} does not fit its configuration: {error}") from error
    lost = [name for name in missing.missing_keys if "_ids" not in name] + missing.unexpected_keys
    if lost or any(isinstance(each, nn.Parameter) and each.is_meta for each in encoder.parameters()):
        raise ModelUnusable(f"The encoder in {folder} does not fit its configuration: {', '.join(lost[:3])}")
    encoder.requires_grad_(False)
    encoder.train(False)
    return encoder
