"""LoRA adapters are merged, or refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from agent.errors import ModelUnusable
from agent.local.adapter import adapter_digest, merge_adapter
from tests.agent.conftest import tiny_gemma


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


def test_digest_tells_adapters_apart(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_adapter(tmp_path / name)
    assert adapter_digest(tmp_path / "one") == adapter_digest(tmp_path / "one") != adapter_digest(tmp_path / "other")


def test_adapter_of_another_model_is_refused(tmp_path: Path) -> None:
    write_adapter(tmp_path / "adapter", "model.layers.77.self_attn.q_proj")
    with pytest.raises(ModelUnusable, match="does not fit"):
        merge_adapter(tiny_gemma(), tmp_path / "adapter")


def test_incomplete_or_damaged_adapter_is_refused(tmp_path: Path) -> None:
    write_adapter(tmp_path / "adapter")
    (tmp_path / "adapter" / "adapter_model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(ModelUnusable, match="cannot be read"):
        merge_adapter(tiny_gemma(), tmp_path / "adapter")
    (tmp_path / "adapter" / "adapter_model.safetensors").unlink()
    with pytest.raises(ModelUnusable, match="missing"):
        adapter_digest(tmp_path / "adapter")
