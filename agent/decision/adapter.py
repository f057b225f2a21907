"""Low-rank adapters (LoRA: Hu et al. 2021) by which members of the decision model share one small encoder.

The encoder's weights are shared, not copied; each member adds its own low-rank products to the linear layers that it
was trained with.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from agent.local.int8 import Int8Embedding, Int8Linear

ADAPTED = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip
"""The linear layers of each encoder layer that the adapter changes."""


class Adapted(nn.Module):
    """A linear layer with a low-rank product beside it.

    Args:
        linear: The shared layer.
        down: Shape (inputs, rank).
        up: Shape (rank, outputs), with the adapter's factor in it.
    """

    def __init__(self, linear: nn.Module, down: Tensor, up: Tensor) -> None:
        super().__init__()
        self.linear = linear
        self.down, self.up = nn.Parameter(down), nn.Parameter(up)

    def forward(self, values: Tensor) -> Tensor:
        """Multiply, and add the adapter's share."""
        product: Tensor = self.linear(values)
        return product + (values @ self.down) @ self.up


def adapted_copy(encoder: nn.Module, tensors: Mapping[str, Tensor]) -> nn.Module:
    """Return an encoder that shares the weights of another one and has an adapter.

    Args:
        encoder: A ``BertModel``, in int8 or float.
        tensors: ``<layer>.<name>.down`` and ``.up``; a layer that has none stays as it is.

    Raises:
        KeyError: A tensor of an adapted layer is missing.
    """
    leaves = [
        each for each in encoder.modules() if isinstance(each, Int8Linear | Int8Embedding | nn.Linear | nn.LayerNorm)
    ]
    twin = copy.deepcopy(encoder, {id(leaf): leaf for leaf in leaves})
    layers: Any = twin.get_submodule("encoder.layer")
    for number, layer in enumerate(layers):
        for name in ADAPTED if any(each.startswith(f"{number}.") for each in tensors) else ():
            parent, _, last = name.rpartition(".")
            key = f"{number}.{name}"
            adapted = Adapted(layer.get_submodule(name), tensors[f"{key}.down"].float(), tensors[f"{key}.up"].float())
            setattr(layer.get_submodule(parent), last, adapted)
    return twin
