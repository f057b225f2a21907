"""Fused layers: the model stays the model."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from transformers import DynamicCache

from agent.local.fused import STEP_MASK, fuse
from agent.local.int8 import Int8Linear, quantise_weight
from tests.agent.conftest import tiny_gemma

IDS = torch.tensor([[2, 17, 5, 99, 250, 31, 8, 44, 120, 77]])


def rounded(model: nn.Module) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    linear = [(name, part) for name, part in model.named_modules() if isinstance(part, nn.Linear)]
    return {name: quantise_weight(part.weight.detach()) for name, part in linear}


def put_together(model: Any, packed: dict[str, tuple[torch.Tensor, torch.Tensor]]) -> None:
    """Make a model int8 as the embedded one is."""
    fuse(model.model, packed)
    model.lm_head = Int8Linear(*packed["lm_head"])


def test_fused_layers_give_what_plain_layers_give() -> None:
    plain = tiny_gemma()
    fused = copy.deepcopy(plain)
    packed = rounded(plain)
    with torch.inference_mode():
        for name, (integers, scale) in packed.items():
            plain.get_submodule(name).weight = nn.Parameter(integers * scale[:, None])
        put_together(fused, packed)
        expected, found = plain(IDS).logits, fused(IDS).logits
    assert torch.cosine_similarity(expected, found, dim=-1).min() > 0.995


def test_fused_steps_give_what_one_pass_gives() -> None:
    model = tiny_gemma(window=6)
    put_together(model, rounded(model))
    cache = DynamicCache(config=model.config)
    with torch.inference_mode():
        whole = model(IDS).logits[0]
        steps = [
            model(IDS[:, i : i + 1], attention_mask=dict(STEP_MASK), past_key_values=cache).logits[0, 0]
            for i in range(IDS.shape[1])
        ]
    for expected, found in zip(whole, steps, strict=True):
        assert torch.cosine_similarity(expected, found, dim=0) > 0.99


def test_fused_model_gives_hidden_states_of_every_layer() -> None:
    model = tiny_gemma()
    put_together(model, rounded(model))
    with torch.inference_mode():
        answer = model.model(IDS, output_hidden_states=True)
    assert len(answer.hidden_states) == 4 and answer.last_hidden_state.shape == (1, 10, 32)
