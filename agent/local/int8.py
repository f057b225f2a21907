"""Linear layers in int8 for the CPU, with torch's own kernels.

Weights are symmetric integers per output row, activations are quantised while running, one scale a token: torch's
kernel takes one scale for the whole input, and the first token of a prompt has values a hundred times those of the
others, so each row is brought to the same range first. What this module does not do: training, GPUs.
"""

from __future__ import annotations

import warnings

import torch
from torch import Tensor, nn

LARGEST = 63
"""Weights use 7 bits. The AVX2 kernel adds two products of 8 bits in 16: either weights or activations must give up a
bit, and activations need it more (mean divergence from float32 on Turkish text 0.07 instead of 0.18)."""


_MULTIPLY = torch.ops.quantized.linear_dynamic.default


class Int8Linear(nn.Module):
    """A linear layer whose weight is packed int8.

    Args:
        weight: int8, one row an output feature.
        scale: float32, one value a row.
        bias: float32, one value an output feature, where there is one.
    """

    def __init__(self, weight: Tensor, scale: Tensor, bias: Tensor | None = None) -> None:
        super().__init__()
        self.bias = None if bias is None else nn.Parameter(bias, requires_grad=False)
        self.out_features, self.in_features = weight.shape
        zero_points = torch.zeros(len(scale), dtype=torch.int64)
        with warnings.catch_warnings():
            # torch announces the end of its quantised tensors; the kernel that needs them is the fastest it has.
            warnings.filterwarnings("ignore", message=".*quantized tensor creation functions.*", category=UserWarning)
            quantised = torch._make_per_channel_quantized_tensor(weight, scale.double(), zero_points, 0)
            self._packed = torch.ops.quantized.linear_prepack(quantised, None)

    def forward(self, values: Tensor) -> Tensor:
        """Multiply; float32 in, float32 out."""
        if values.numel() == self.in_features:
            alone: Tensor = _MULTIPLY(values, self._packed, False)
            return alone if self.bias is None else alone.add_(self.bias)
        size = values.abs().amax(-1, keepdim=True).clamp_(min=1e-9)
        product: Tensor = _MULTIPLY(values / size, self._packed, False)
        return product.mul_(size) if self.bias is None else torch.addcmul(self.bias, product, size)


class Int8Embedding(nn.Module):
    """An embedding whose rows are int8.

    Args:
        weight: int8, one row a token.
        scale: float32, one value a row.
    """

    def __init__(self, weight: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.register_buffer("_rows", weight, persistent=False)
        self.register_buffer("_scale", scale[:, None], persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        """The rows of the ids in float32."""
        rows: Tensor = self._rows[ids].float()  # type: ignore[index]
        return rows.mul_(self._scale[ids])  # type: ignore[index]


def quantise_weight(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Round a weight to signed integers with one scale a row; returns the integers and the scales."""
    scale = weight.abs().amax(1).clamp(min=1e-9) / LARGEST
    return (weight / scale[:, None]).round().clamp(-LARGEST, LARGEST).to(torch.int8), scale
