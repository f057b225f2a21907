"""Preparing the embedded model: the installed base weights, made small and fast once.

The base gives two things: the language model (all layers, as they are) and the trunk of the decision model (the lower
layers with an adapter of their own merged in). Both are smoothed and rounded to int8; they share the embedding, which
no adapter changes. Where the result is kept is the business of ``embedded``.
"""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, PreTrainedModel, PreTrainedTokenizerBase

from agent.errors import ModelUnusable
from agent.local.adapter import merge_adapter
from agent.local.base_weights import assemble_base
from agent.local.int8 import quantise_weight
from agent.local.smoothing import smooth
from agent.local.vocabulary import Vocabulary, build_tokenizer

Progress = Callable[[str, float], None]
"""Called with a stage's name and the fraction done, 0 to 1."""

MODEL_WEIGHTS, TRUNK_WEIGHTS, TRUNK_CONFIG = "model.safetensors", "trunk.safetensors", "trunk.json"
TRUNK_FILE = "trunk.json"
"""Beside the trunk's adapter: the number of layers, and whether attention is bidirectional."""


def write_prepared(folder: Path, vocabulary: Vocabulary, head: Path, progress: Progress) -> None:
    """Write the model, its trunk, the tokenizer and the configuration.

    Args:
        folder: The empty folder to fill.
        vocabulary: The tokens that are kept.
        head: Folder of the decision head, with the trunk's adapter.
        progress: Told what is being done.
    """
    base = float_model(vocabulary, progress, folder)
    tokenizer = build_tokenizer(vocabulary)
    progress("quantise", 0.0)
    trunk = lower_layers(base, head)
    merge_adapter(trunk, head)
    _store(trunk, tokenizer, folder / TRUNK_WEIGHTS, without=("lm_head", "model.embed_tokens"))
    (folder / TRUNK_CONFIG).write_text(json.dumps(trunk.config.to_dict()), encoding="utf-8")
    del trunk
    progress("quantise", 0.4)
    _store(base, tokenizer, folder / MODEL_WEIGHTS)
    base.config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    progress("quantise", 1.0)


def lower_layers(base: PreTrainedModel, head: Path) -> PreTrainedModel:
    """Copy the base's lower layers, which become the trunk; the embedding is shared.

    Args:
        base: The float model.
        head: Folder of the decision head, with ``trunk.json``.
    """
    shape = json.loads((head / TRUNK_FILE).read_text(encoding="utf-8"))
    source: Any = base
    kept, source.model.layers = source.model.layers, source.model.layers[: shape["layers"]]
    shared = {id(weight): weight for weight in (source.model.embed_tokens.weight, source.lm_head.weight)}
    trunk: Any = copy.deepcopy(source, shared)
    source.model.layers = kept
    trunk.config.num_hidden_layers = shape["layers"]
    trunk.config.layer_types = trunk.config.layer_types[: shape["layers"]]
    trunk.config.use_bidirectional_attention = shape["bidirectional"]
    for layer in trunk.model.layers:
        layer.self_attn.is_causal = not shape["bidirectional"]
    return trunk  # type: ignore[no-any-return]


def _store(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, file: Path, without: tuple[str, ...] = ()
) -> None:
    """Smooth, round and write a float model, except for some of its parts."""
    smooth(model, tokenizer)
    tensors: dict[str, Tensor] = {}
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear) and not name.startswith(without):
            tensors[f"{name}.weight"], tensors[f"{name}.scale"] = quantise_weight(module.weight.detach())
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if not name.startswith(without):
            tensors.setdefault(name, tensor.detach().contiguous())
    save_file(tensors, file)


def float_model(vocabulary: Vocabulary, progress: Progress, scratch: Path | None = None) -> PreTrainedModel:
    """Load the base in float32 with the kept rows only, the output layer apart from the embedding.

    Args:
        vocabulary: The tokens that are kept.
        progress: Told what is being done.
        scratch: Folder for the joined base file; default: the system's temporary folder.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as place:
        base = Path(place) / "base.gguf"
        assemble_base(base, lambda done: progress("check", done))
        progress("convert", 0.0)
        try:
            with redirect_stderr(StringIO()):  # transformers draws progress bars of its own
                model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
                    place, gguf_file=base.name, dtype=torch.float32
                )
        except (ImportError, ValueError) as error:
            raise ModelUnusable(
                f"The base weights could not be converted: {error} Nothing was stored; run `make setup` and try again."
            ) from error
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
    plain: Any = model  # its weights are plain numbers now, and may be saved
    del plain.config.quantization_config
    plain.hf_quantizer = None
    model.train(False)
    return model
