"""Gemma's layers with fewer and larger operations: the same results, less time between them.

One product for queries, keys and values, one for both halves of the feed-forward layer, torch's own normalisation,
rotations from a table. The modules keep the interface of transformers, so caches, hidden states and masks work as
before. For the prepared int8 model only.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import Cache

from agent.local.int8 import Int8Linear

_SHORTEST = 1e-6

STEP_MASK: dict[str, None] = {"full_attention": None, "sliding_attention": None}
"""The masks of one new token: it may look at everything that the cache gives out."""


def normalise(values: Tensor, weight: Tensor) -> Tensor:
    """Divide the last dimension by its length and multiply.

    On the CPU torch's `rms_norm` is ten small operations; these are three. Only a vector of zeros needs the limit.
    """
    length = torch.linalg.vector_norm(values, dim=-1, keepdim=True).clamp_min_(_SHORTEST)
    normal: Tensor = (values / length).mul_(weight)
    return normal


class FusedNorm(nn.Module):
    """Gemma's normalisation, whose weight counts from 1, with fewer operations."""

    def __init__(self, norm: Any) -> None:
        super().__init__()
        width = norm.weight.shape[0]
        self.weight = nn.Parameter((1.0 + norm.weight.detach()) * math.sqrt(width), requires_grad=False)

    def forward(self, values: Tensor) -> Tensor:
        """Normalise the last dimension."""
        return normalise(values, self.weight)


class HalfEmbedding(nn.Module):
    """Gemma's scaled embedding with its rows in half precision: half the memory, the same words.

    Args:
        embedding: Gemma's own, filled.
    """

    def __init__(self, embedding: Any) -> None:
        super().__init__()
        self.weight = nn.Parameter(embedding.weight.detach().half(), requires_grad=False)
        self._scale: float = embedding.scalar_embed_scale

    def forward(self, ids: Tensor) -> Tensor:
        """The rows of the ids in float32, as long as Gemma wants them."""
        return functional.embedding(ids, self.weight).float().mul_(self._scale)


class RotationTable(nn.Module):
    """Cosines and signed sines by position, computed once a length.

    Args:
        rotary: Gemma's own rotary embedding, which computes the table.
    """

    def __init__(self, rotary: nn.Module) -> None:
        super().__init__()
        self.rotary = rotary
        self._tables: dict[str, tuple[Tensor, Tensor]] = {}

    def forward(self, values: Tensor, positions: Tensor, layer_type: str) -> tuple[Tensor, Tensor]:
        """The rotation of each position; the sine's first half is negated (see `rotate`)."""
        table = self._tables.get(layer_type)
        needed = int(positions.max()) + 1
        if table is None or len(table[0]) < needed:
            length = max(512, 1 << (needed - 1).bit_length())
            cosine, sine = self.rotary(values, torch.arange(length)[None], layer_type)
            half = sine.shape[-1] // 2
            table = (cosine[0].clone(), torch.cat((-sine[0, :, :half], sine[0, :, half:]), -1))
            self._tables[layer_type] = table
        return table[0][positions], table[1][positions]


def rotate(values: Tensor, cosine: Tensor, signed_sine: Tensor) -> Tensor:
    """Rotate each pair of halves; with the sine's sign in the table this is two products and a roll."""
    turned = values.roll(values.shape[-1] // 2, -1)
    return torch.addcmul(values * cosine, turned, signed_sine)


class FusedAttention(nn.Module):
    """Gemma's attention with one product for queries, keys and values.

    Args:
        attention: Gemma's module, for its shape and its norms.
        qkv: The three projections on top of each other.
        out: The projection back.
    """

    def __init__(self, attention: Any, qkv: Int8Linear, out: Int8Linear) -> None:
        super().__init__()
        self.layer_idx: int = attention.layer_idx
        self.head_dim: int = attention.head_dim
        self.shared: int = attention.config.num_key_value_heads
        self.heads: int = attention.config.num_attention_heads
        queries = (1.0 + attention.q_norm.weight.detach()) * attention.scaling
        keys = 1.0 + attention.k_norm.weight.detach()
        weight = torch.stack([queries] * self.heads + [keys] * self.shared)
        self.norm_weight = nn.Parameter(weight * math.sqrt(self.head_dim), requires_grad=False)
        self.causal = not attention.config.use_bidirectional_attention
        self.qkv, self.out = qkv, out

    def forward(
        self,
        hidden_states: Tensor,
        position_embeddings: tuple[Tensor, Tensor],
        attention_mask: Tensor | None = None,
        past_key_values: Cache | None = None,
        **_: Any,
    ) -> tuple[Tensor, None]:
        """Attend; the interface of `Gemma3Attention`."""
        batch, length, _width = hidden_states.shape
        states = self.qkv(hidden_states).view(batch, length, self.heads + 2 * self.shared, self.head_dim)
        turned = normalise(states[:, :, : -self.shared], self.norm_weight)
        cosine, sine = position_embeddings
        turned = rotate(turned, cosine.unsqueeze(2), sine.unsqueeze(2)).transpose(1, 2)
        query, key = turned[:, : self.heads], turned[:, self.heads :]
        value = states[:, :, -self.shared :].transpose(1, 2)
        if past_key_values is not None:
            key, value = past_key_values.update(key, value, self.layer_idx)
        if length == 1:  # the heads that share a key become rows: one product instead of one a head
            query = query.reshape(batch, self.shared, self.heads // self.shared, self.head_dim)
            seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=attention_mask, scale=1.0)
        else:
            groups = (batch, self.shared, self.heads // self.shared, key.shape[2], self.head_dim)
            whole = (batch, self.heads, key.shape[2], self.head_dim)
            key = key.unsqueeze(2).expand(groups).reshape(whole)
            value = value.unsqueeze(2).expand(groups).reshape(whole)
            seen = functional.scaled_dot_product_attention(
                query, key, value, attn_mask=attention_mask, is_causal=self.causal and attention_mask is None, scale=1.0
            ).transpose(1, 2)
        return self.out(seen.reshape(batch, length, -1)), None


class FusedFeedForward(nn.Module):
    """Gemma's feed-forward layer with one product for gate and value."""

    def __init__(self, gate_up: Int8Linear, down: Int8Linear) -> None:
        super().__init__()
        self.gate_up, self.down = gate_up, down

    def forward(self, values: Tensor) -> Tensor:
        """Apply the layer."""
        gate, up = self.gate_up(values).chunk(2, -1)
        result: Tensor = self.down(functional.gelu(gate, approximate="tanh") * up)
        return result


def fuse(trunk: Any, packed: dict[str, tuple[Tensor, Tensor]]) -> None:
    """Replace the layers of a Gemma 3 trunk whose other weights are in place.

    Args:
        trunk: The decoder without its head; changed.
        packed: Integers and scales of every linear layer, by its name.
    """

    def joined(*names: str) -> Int8Linear:
        parts = [packed[name] for name in names]
        return Int8Linear(torch.cat([integers for integers, _ in parts]), torch.cat([scales for _, scales in parts]))

    norms = ("input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm")
    for index, layer in enumerate(trunk.layers):
        name = f"model.layers.{index}"
        attention = f"{name}.self_attn"
        qkv = joined(*(f"{attention}.{part}_proj" for part in "qkv"))
        layer.self_attn = FusedAttention(layer.self_attn, qkv, joined(f"{attention}.o_proj"))
        gate_up = joined(f"{name}.mlp.gate_proj", f"{name}.mlp.up_proj")
        layer.mlp = FusedFeedForward(gate_up, joined(f"{name}.mlp.down_proj"))
        for norm in norms:
            setattr(layer, norm, FusedNorm(getattr(layer, norm)))
    trunk.norm = FusedNorm(trunk.norm)
    trunk.rotary_emb = RotationTable(trunk.rotary_emb)
