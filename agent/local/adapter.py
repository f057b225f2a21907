"""Merging a LoRA adapter (a folder in peft's format) into float weights.

Only linear layers can be adapted; an adapter with anything else is refused.
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from agent.errors import ModelUnusable

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
_PREFIX = "base_model.model."


def adapter_digest(folder: Path) -> str:
    """Return the SHA-256 of the adapter's files, in hex."""
    digest = hashlib.sha256()
    for name in (CONFIG, WEIGHTS):
        digest.update(_existing(folder / name).read_bytes())
    return digest.hexdigest()


def merge_adapter(model: nn.Module, folder: Path) -> int:
    """Add the adapter's low-rank products to the model's weights; returns how many layers were changed.

    Raises:
        ModelUnusable: The folder is not a LoRA adapter of this model.
    """
    config = json.loads(_existing(folder / CONFIG).read_text(encoding="utf-8"))
    try:
        tensors = load_file(_existing(folder / WEIGHTS))
    except SafetensorError as error:
        raise ModelUnusable(
            f"{folder / WEIGHTS} cannot be read ({error}). Take the adapter from the repository."
        ) from error
    rank = int(config["r"])
    scale = float(config["lora_alpha"]) / (math.sqrt(rank) if config.get("use_rslora") else rank)
    layers = dict(model.named_modules())
    unknown = [key for key in tensors if not key.endswith((".lora_A.weight", ".lora_B.weight"))]
    down = {key.removeprefix(_PREFIX).removesuffix(".lora_A.weight"): key for key in tensors if ".lora_A." in key}
    unknown += [name for name in down if not isinstance(layers.get(name), nn.Linear)]
    if unknown or 2 * len(down) != len(tensors):
        raise ModelUnusable(f"The adapter in {folder} does not fit this model: {', '.join(unknown[:3]) or 'odd keys'}.")
    with torch.no_grad():
        for name, key in down.items():
            product = tensors[key.replace(".lora_A.", ".lora_B.")].float() @ tensors[key].float()
            layer = layers[name]
            assert isinstance(layer, nn.Linear)  # noqa: S101  checked above; for the type checker
            layer.weight += (product * scale).to(layer.weight.dtype)
    return len(down)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise ModelUnusable(f"The adapter's file {path} is missing. Take it from the repository or remove the folder.")
    return path
