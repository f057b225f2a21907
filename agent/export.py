"""Exports the embedded model as plain folders of transformers: float weights, tokenizer, template, decision format.

The chat model is a causal model with a chat template, for ``transformers serve``, vLLM or a converter. The decision
model is a ``JevForDecision`` with ``decision.json`` and ``decision_template.jinja``: transformers'
``pipeline("decision", ...)`` and any ``/v1/systemone`` server can answer with it. It reads the query word of each
question only; the other ensemble members and the argument tags exist in this service alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from transformers import JevConfig, JevForDecision, PreTrainedModel
from transformers.decision.configuration_utils import DecisionConfig

from agent.chat.chat_prompt import plain_template
from agent.decision.format import OFFSETS, ROWS
from agent.decision.head import HEAD_FILE
from agent.local.adapter import merge_adapter
from agent.local.prepare import Progress, float_model, lower_layers
from agent.local.storage import default_head
from agent.local.vocabulary import build_tokenizer, read_vocabulary

DECISION = "decision"
"""Folder of the decision model, inside the folder of the chat model."""


def export_embedded(out: Path, progress: Progress = lambda stage, fraction: None) -> None:
    """Write both models.

    Args:
        out: Folder of the chat model; the decision model goes into ``decision`` below it.
        progress: Told what is being done.

    Raises:
        ModelError: The base or the head cannot be had.
        OSError: The folder cannot be written.
    """
    vocabulary = read_vocabulary()
    model: Any = float_model(vocabulary, progress)
    progress("write", 0.0)
    export_decision_model(default_head(), out / DECISION, base=model)
    progress("write", 0.6)
    model.lm_head.weight = model.model.embed_tokens.weight
    model.config.tie_word_embeddings = True
    tokenizer = build_tokenizer(vocabulary)
    tokenizer.chat_template = plain_template()
    out.mkdir(parents=True, exist_ok=True)
    model.to(torch.bfloat16).save_pretrained(out)
    tokenizer.save_pretrained(out)
    progress("write", 1.0)


def export_decision_model(decision: Path, out: Path, base: PreTrainedModel | None = None) -> None:
    """Write the decision model.

    Args:
        decision: Folder of the head with its adapter.
        out: The folder to write; files of the same names are replaced.
        base: The float model, where it is in memory already; it is not changed.

    Raises:
        ModelError: The base or the head cannot be had.
        OSError: The folder cannot be written.
    """
    vocabulary = read_vocabulary()
    trunk: Any = lower_layers(base or float_model(vocabulary, lambda stage, fraction: None), decision)
    merge_adapter(trunk, decision)
    config = JevConfig(
        text_config=trunk.config, hidden_size=trunk.config.hidden_size, num_verbalizers=ROWS, offsets=OFFSETS
    )
    with torch.device("meta"):
        model: Any = JevForDecision(config)
    model.model = trunk.model
    head = load_file(decision / HEAD_FILE)
    model.proj = torch.nn.Linear(trunk.config.hidden_size, ROWS)
    model.proj.load_state_dict({"weight": head["proj.weight"], "bias": head["proj.bias"]})
    model.decision_config = DecisionConfig.from_pretrained(decision)
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(out)
    build_tokenizer(vocabulary).save_pretrained(out)
