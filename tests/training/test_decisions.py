"""Training goes on from what is stored: the next run begins with the weights that the last one wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import Gemma3TextConfig, Gemma3TextModel

from agent.decision.encoder import load_float_encoder
from agent.decision.format import QUERIES
from tests.agent.conftest import tiny_encoder, train_tokenizer
from training.decisions import load_encoder_layers, save_encoder_net
from training.encoder_net import EncoderNet, EncoderRecipe

OPTIONS = {name: ("true", "false") if name in ("conditional", "described") else ("a", "b", "c") for name in QUERIES}


def changed(net: Any) -> Any:
    """The same net as if it had learned something."""
    torch.manual_seed(5)
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.requires_grad:
                parameter += 0.05 * torch.randn_like(parameter)
    return net


def test_encoder_goes_on_from_its_files(tmp_path: Path) -> None:
    encoder, tokenizer = tiny_encoder()
    learned = changed(EncoderNet(encoder, tokenizer, OPTIONS, EncoderRecipe()))
    save_encoder_net(learned, tokenizer, tmp_path)
    again = EncoderNet(*load_float_encoder(tmp_path), OPTIONS, EncoderRecipe())
    load_encoder_layers(again, tmp_path)
    for name, value in learned.state_dict().items():
        size = float(value.abs().max())
        torch.testing.assert_close(again.state_dict()[name], value, atol=0.02 * size, rtol=0)  # stored as integers


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")  # peft still asks for the old name
def test_trunk_goes_on_from_its_files(tmp_path: Path) -> None:
    pytest.importorskip("peft", reason="training needs the extra `train`")
    from training.decisions import load_trunk, save_trunk
    from training.trunk_net import TrunkNet, TrunkRecipe

    tokenizer = train_tokenizer()

    def fresh() -> TrunkNet:
        torch.manual_seed(2)
        config = Gemma3TextConfig(
            vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=12,
            num_attention_heads=4, num_key_value_heads=1, head_dim=16,
        )  # fmt: skip
        return TrunkNet(Gemma3TextModel(config), tokenizer, OPTIONS, TrunkRecipe(rank=4))

    learned = changed(fresh())
    save_trunk(learned, TrunkRecipe(rank=4), tmp_path)
    again = fresh()
    load_trunk(again, tmp_path)
    for name, value in learned.learned().items():
        torch.testing.assert_close(again.learned()[name], value, atol=1e-3, rtol=1e-3)  # stored in half precision
