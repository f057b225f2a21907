"""Rounding to int8 keeps a layer's results."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from agent.local.int8 import Int8Linear, quantise_weight


@pytest.mark.parametrize("rows", [1, 7])
def test_int8_layer_is_near_the_float_layer(rows: int) -> None:
    torch.manual_seed(1)
    layer = nn.Linear(64, 48, bias=False)
    values = torch.randn(1, rows, 64)
    values[:, 0] *= 300  # like the first token of a prompt
    exact, near = layer(values), Int8Linear(*quantise_weight(layer.weight.detach()))(values)
    for row in range(rows):
        assert torch.cosine_similarity(exact[0, row], near[0, row], dim=0) > 0.999
