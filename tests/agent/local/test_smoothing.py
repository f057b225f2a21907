"""Smoothing changes weights, not results."""

from __future__ import annotations

import copy

import torch

from agent.local.smoothing import smooth
from tests.agent.conftest import tiny_gemma, train_tokenizer

IDS = torch.tensor([[2, 17, 5, 99, 250, 31, 8, 44, 120, 77]])


def test_smoothing_changes_weights_and_not_results() -> None:
    tokenizer = train_tokenizer()
    model = tiny_gemma(len(tokenizer))
    smoothed = copy.deepcopy(model)
    smooth(smoothed, tokenizer)
    assert not torch.equal(model.model.layers[0].mlp.down_proj.weight, smoothed.model.layers[0].mlp.down_proj.weight)
    with torch.inference_mode():
        torch.testing.assert_close(model(IDS).logits, smoothed(IDS).logits, rtol=1e-3, atol=1e-3)
