"""Makes a float model easier to round: a part of the activations' spread moves into the weights.

Some channels of Gemma's activations are a hundred times larger than the rest, and with one scale a token the rest is
lost. Each input channel of a linear layer is divided by a factor and its weights are multiplied by it; the division is
put into the layer before (a norm, the values of the attention, the upper half of the feed-forward layer), so the model
computes the same and costs the same. The factors come from a few sentences (SmoothQuant, Xiao et al. 2022).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

SENTENCES = (
    "Merhaba, bu ayki faturam ne kadar ve son ödeme tarihi ne zaman? Geçen ay 249,90 TL ödemiştim.",
    "Müşteri: internetim iki gündür çok yavaş, modemi kapatıp açtım ama düzelmedi\nTemsilci: Arıza kaydınızı açıyorum.",
    '{"arac_adi": "pay_bill", "parametreler": {"bill_id": "F-2026-11-0001", "method": "credit_card"}}',
    "yurt disina cikiyorum roaming acilsin lutfen, paketimde kac gb kaldi onu da soyleyin",
    "Your current package includes 20 GB of data and 1000 minutes. Would you like to change it?",
    "Hattınız 15 Mart 2026 tarihinde dondurulmuştur; yeniden açmak için onayınız gerekiyor. Onaylıyor musunuz?",
    "Türkiye'nin en kalabalık şehri İstanbul'dur; onu Ankara, İzmir ve Bursa izler.",
)
"""The text on which the factors are measured; it resembles the model's later input."""

STRENGTH = 0.65
"""Share of the spread that moves. Mean divergence from float32 after rounding: none 0.077, 0.5 0.066, 0.65 0.052, 0.8
0.064 (four sentences that are not above)."""


@torch.no_grad()
def smooth(model: Any, tokenizer: PreTrainedTokenizerBase) -> None:
    """Change a float Gemma 3 model so that it rounds better and computes the same."""
    spread = _spreads(model, tokenizer)
    for index, layer in enumerate(model.model.layers):
        name = f"model.layers.{index}"
        attention, forward = layer.self_attn, layer.mlp
        readers = [attention.q_proj, attention.k_proj, attention.v_proj]
        _into_norm(layer.input_layernorm, readers, spread[f"{name}.self_attn.q_proj"])
        halves = [forward.gate_proj, forward.up_proj]
        _into_norm(layer.pre_feedforward_layernorm, halves, spread[f"{name}.mlp.gate_proj"])
        factors = _factors(spread[f"{name}.mlp.down_proj"], [forward.down_proj])
        forward.up_proj.weight /= factors[:, None]
        forward.down_proj.weight *= factors
        _into_values(attention, spread[f"{name}.self_attn.o_proj"])


def _spreads(model: Any, tokenizer: PreTrainedTokenizerBase) -> dict[str, Tensor]:
    """For each linear layer and input channel: the largest share of a token's largest value."""
    largest: defaultdict[str, Tensor] = defaultdict(lambda: torch.tensor(0.0))
    hooks = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):

            def watch(_: nn.Module, values: tuple[Tensor, ...], name: str = name) -> None:
                size = values[0].abs()
                share = size / size.amax(-1, keepdim=True).clamp(min=1e-9)
                largest[name] = torch.maximum(largest[name], share.flatten(0, -2).amax(0))

            hooks.append(module.register_forward_pre_hook(watch))
    for sentence in SENTENCES:
        model(tokenizer(sentence, return_tensors="pt")["input_ids"])
    for hook in hooks:
        hook.remove()
    return dict(largest)


def _factors(spread: Tensor, readers: list[Any]) -> Tensor:
    weights = torch.stack([reader.weight.abs().amax(0) for reader in readers]).amax(0)
    factors = spread.clamp(min=1e-5) ** STRENGTH / weights.clamp(min=1e-5) ** (1 - STRENGTH)
    return factors / factors.log().mean().exp()


def _into_norm(norm: Any, readers: list[Any], spread: Tensor) -> None:
    factors = _factors(spread, readers)
    norm.weight.copy_((1.0 + norm.weight) / factors - 1.0)  # Gemma's norm multiplies by 1 + weight
    for reader in readers:
        reader.weight *= factors


def _into_values(attention: Any, spread: Tensor) -> None:
    """Heads that share values share factors, so the largest of them counts."""
    config = attention.config
    shape = (config.num_key_value_heads, -1, attention.head_dim)
    weights = attention.o_proj.weight.abs().amax(0).view(shape).amax(1)
    shared = spread.view(shape).amax(1)
    factors = shared.clamp(min=1e-5) ** STRENGTH / weights.clamp(min=1e-5) ** (1 - STRENGTH)
    factors = factors / factors.log().mean().exp()
    attention.v_proj.weight /= factors.flatten()[:, None]
    groups = config.num_attention_heads // config.num_key_value_heads
    attention.o_proj.weight *= factors[:, None].expand(-1, groups, -1).flatten()
