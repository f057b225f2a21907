"""Rounding to int8, smoothing and fused layers: the model stays the model."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from transformers import DynamicCache

from agent.errors import ModelUnusable
from agent.local.adapter import adapter_digest, merge_adapter
from agent.local.fused import STEP_MASK, fuse
from agent.local.int8 import Int8Linear, quantise_weight
from agent.local.smoothing import smooth
from tests.agent.conftest import tiny_gemma, train_tokenizer

IDS = torch.tensor([[2, 17, 5, 99, 250, 31, 8, 44, 120, 77]])


def rounded(model: nn.Module) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    linear = [(name, part) for name, part in model.named_modules() if isinstance(part, nn.Linear)]
    return {name: quantise_weight(part.weight.detach()) for name, part in linear}


@pytest.mark.parametrize("rows", [1, 7])
def test_int8_layer_is_near_the_float_layer(rows: int) -> None:
    torch.manual_seed(1)
    layer = nn.Linear(64, 48, bias=False)
    values = torch.randn(1, rows, 64)
    values[:, 0] *= 300  # like the first token of a prompt
    exact, near = layer(values), Int8Linear(*quantise_weight(layer.weight.detach()))(values)
    for row in range(rows):
        assert torch.cosine_similarity(exact[0, row], near[0, row], dim=0) > 0.999


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


def test_smoothing_changes_weights_and_not_results() -> None:
    tokenizer = train_tokenizer()
    model = tiny_gemma(len(tokenizer))
    smoothed = copy.deepcopy(model)
    smooth(smoothed, tokenizer)
    assert not torch.equal(model.model.layers[0].mlp.down_proj.weight, smoothed.model.layers[0].mlp.down_proj.weight)
    with torch.inference_mode():
        torch.testing.assert_close(model(IDS).logits, smoothed(IDS).logits, rtol=1e-3, atol=1e-3)


def write_adapter(folder: Path, name: str = "model.layers.0.self_attn.q_proj") -> tuple[torch.Tensor, torch.Tensor]:
    folder.mkdir()
    down, up = torch.randn(4, 32), torch.randn(64, 4)
    key = f"base_model.model.{name}"
    save_file({f"{key}.lora_A.weight": down, f"{key}.lora_B.weight": up}, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": 4, "lora_alpha": 8}))
    return down, up


def test_merged_adapter_adds_its_product(tmp_path: Path) -> None:
    model = tiny_gemma()
    layer = model.model.layers[0].self_attn.q_proj
    before = layer.weight.detach().clone()
    down, up = write_adapter(tmp_path / "adapter")
    assert merge_adapter(model, tmp_path / "adapter") == 1
    torch.testing.assert_close(layer.weight, before + 2 * up @ down)


def test_adapter_of_another_model_is_refused(tmp_path: Path) -> None:
    write_adapter(tmp_path / "adapter", "model.layers.77.self_attn.q_proj")
    with pytest.raises(ModelUnusable, match="does not fit"):
        merge_adapter(tiny_gemma(), tmp_path / "adapter")


def test_incomplete_or_damaged_adapter_is_refused(tmp_path: Path) -> None:
    write_adapter(tmp_path / "adapter")
    assert adapter_digest(tmp_path / "adapter") != adapter_digest(None)
    (tmp_path / "adapter" / "adapter_model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(ModelUnusable, match="cannot be read"):
        merge_adapter(tiny_gemma(), tmp_path / "adapter")
    (tmp_path / "adapter" / "adapter_model.safetensors").unlink()
    with pytest.raises(ModelUnusable, match="missing"):
        adapter_digest(tmp_path / "adapter")
