"""The embedded model as plain folders of transformers: float weights, tokenizer, chat template, decision format.

The model that writes is a causal model with a chat template, for ``transformers serve``, vLLM or a converter. The one
that decides is a ``JevForDecision`` with ``decision.json`` and ``decision_template.jinja``: transformers'
``pipeline("decision", ...)`` and any ``/v1/systemone`` server can answer with it. It reads the question's own word
only; the mean states, the encoder, the letters and the argument tags are this service's own.
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
from agent.decision.model import default_head
from agent.local.adapter import merge_adapter
from agent.local.embedded import default_adapter
from agent.local.prepare import Progress, float_model, lower_layers
from agent.local.vocabulary import build_tokenizer, read_vocabulary

DECISION = "decision"
"""The folder of the model that decides, inside the one of the model that writes."""


def export_embedded(out: Path, progress: Progress = lambda stage, fraction: None) -> None:
    """Write both models.

    Args:
        out: Folder of the model that writes; the one that decides comes into ``decision`` below it.
        progress: Told what is being done.

    Raises:
        ModelError: The base or the head cannot be had.
        OSError: The folder cannot be written.
    """
    vocabulary = read_vocabulary()
    model: Any = float_model(vocabulary, progress)
    progress("write", 0.0)
    export_decider(default_head(), out / DECISION, base=model)
    progress("write", 0.6)
    if (adapter := default_adapter()) is not None:
        merge_adapter(model, adapter)
    model.lm_head.weight = model.model.embed_tokens.weight
    model.config.tie_word_embeddings = True
    tokenizer = build_tokenizer(vocabulary)
    tokenizer.chat_template = plain_template()
    out.mkdir(parents=True, exist_ok=True)
    model.to(torch.bfloat16).save_pretrained(out)
    tokenizer.save_pretrained(out)
    progress("write", 1.0)


def export_decider(decision: Path, out: Path, base: PreTrainedModel | None = None) -> None:
    """Write the model that decides.

    Args:
        decision: The head's folder with its adapter.
        out: Made; what lies there under the same names is replaced.
        base: The float model, where it was made already; it stays as it is.

    Raises:
        ModelError: The base or the head cannot be had.
        OSError: The folder cannot be written.
    """
    vocabulary = read_vocabulary()
    decider: Any = lower_layers(base or float_model(vocabulary, lambda stage, fraction: None), decision)
    merge_adapter(decider, decision)
    config = JevConfig(
        text_config=decider.config, hidden_size=decider.config.hidden_size, num_verbalizers=ROWS, offsets=OFFSETS
    )
    with torch.device("meta"):
        model: Any = JevForDecision(config)
    model.model = decider.model
    head = load_file(decision / HEAD_FILE)
    model.proj = torch.nn.Linear(decider.config.hidden_size, ROWS)
    model.proj.load_state_dict({"weight": head["proj.weight"], "bias": head["proj.bias"]})
    model.decision_config = DecisionConfig.from_pretrained(decision)
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(out)
    build_tokenizer(vocabulary).save_pretrained(out)
