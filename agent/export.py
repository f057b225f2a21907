"""The decider as a plain folder of transformers: float weights, tokenizer, decision format.

What comes out is a ``JevForDecision`` with ``decision.json`` and ``decision_template.jinja``: transformers'
``pipeline("decision", ...)`` and any ``/v1/systemone`` server can answer with it. It reads the question's own word
only; the mean states, the letters and the argument tags are this service's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from transformers import JevConfig, JevForDecision
from transformers.decision.configuration_utils import DecisionConfig

from agent.adapter import merge_adapter
from agent.decision_format import OFFSETS, ROWS
from agent.decision_head import HEAD_FILE
from agent.prepare import Progress, float_model, lower_layers
from agent.vocabulary import build_tokenizer, read_vocabulary


def export_decider(decision: Path, out: Path, progress: Progress = lambda stage, fraction: None) -> None:
    """Write the folder.

    Args:
        decision: The head's folder with its adapter.
        out: Made; what lies there under the same names is replaced.
        progress: Told what is being done.

    Raises:
        ModelError: The base or the head cannot be had.
        OSError: The folder cannot be written.
    """
    vocabulary = read_vocabulary()
    decider: Any = lower_layers(float_model(vocabulary, progress), decision)
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
