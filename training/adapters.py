"""Helpers of all trained adapters of the small encoder: new ones, their tensors, batches, weights of two readings."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, TypeVar

import torch
from torch import Tensor
from torch.nn import functional

from agent.decision.adapter import ADAPTED, Adapted

Row = TypeVar("Row")

Report = Callable[[int, int, float], None]
"""Called with the step, the number of steps and the loss."""


def new_adapter(encoder: Any, rank: int, first: int = 0) -> Iterator[tuple[str, Tensor]]:
    """Make the tensors of an adapter that changes nothing yet.

    Args:
        encoder: In float.
        rank: Of every product.
        first: Number of the lowest layer that gets one.
    """
    for number, layer in enumerate(encoder.encoder.layer):
        for name in ADAPTED if number >= first else ():
            linear = layer.get_submodule(name)
            yield f"{number}.{name}.down", torch.randn(linear.in_features, rank) / math.sqrt(linear.in_features)
            yield f"{number}.{name}.up", torch.zeros(rank, linear.out_features)


def adapter_tensors(encoder: Any) -> dict[str, Tensor]:
    """Return the tensors of an encoder's adapter."""
    stored: dict[str, Tensor] = {}
    for number, layer in enumerate(encoder.get_submodule("encoder.layer")):
        for name in ADAPTED:
            adapted = layer.get_submodule(name)
            if isinstance(adapted, Adapted):
                stored[f"{number}.{name}.down"], stored[f"{number}.{name}.up"] = adapted.down, adapted.up
    return stored


def half(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return tensors as they are stored, in half precision."""
    return {name: tensor.detach().half().contiguous() for name, tensor in tensors.items()}


def batches(rows: Sequence[Row], size: int, rng: Random, length: Callable[[Row], int]) -> list[list[Row]]:
    """Return batches of rows of about the same length, in a random order."""
    mixed = list(rows)
    rng.shuffle(mixed)
    found: list[list[Row]] = []
    for start in range(0, len(mixed), 20 * size):
        some = sorted(mixed[start : start + 20 * size], key=length)
        found += [some[place : place + size] for place in range(0, len(some) - size + 1, size)]
    rng.shuffle(found)
    return found


def fitted_weights(first: Tensor, second: Tensor, wanted: Tensor) -> tuple[float, float]:
    """Return the two factors of two readings that make the right answers likeliest.

    Args:
        first: Logarithms of probabilities, shape (rows, options).
        second: The same of the other reading.
        wanted: The right option of each row.
    """
    factors = torch.tensor([0.7, 0.3], requires_grad=True)
    optimizer = torch.optim.LBFGS([factors], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = functional.cross_entropy(factors[0] * first + factors[1] * second, wanted)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    one, other = factors.detach().clamp(min=0.0).tolist()
    return round(one, 4), round(other, 4)
