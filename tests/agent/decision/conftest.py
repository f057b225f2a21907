"""A decision head of random weights over tiny models, and adapters for the tiny encoder."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from agent.decision.adapter import ADAPTED
from agent.decision.characters import CharacterModel
from agent.decision.encoder_reader import EncoderLayers, EncoderReader
from agent.decision.format import QUERIES
from agent.decision.head import Calibration, DecisionHead
from agent.decision.layers import DecisionLayers
from tests.agent.conftest import tiny_encoder, tiny_gemma

OPTIONS = {name: ("true", "false") if name in ("conditional", "described") else ("a", "b", "c") for name in QUERIES}
WIDTH, RANK = 32, 2


def tiny_adapter(encoder: Any, *, up: float = 0.1, first: int = 0) -> dict[str, Tensor]:
    """Random matrices for every adapted layer from ``first`` on; ``up`` 0 leaves the encoder as it is."""
    torch.manual_seed(3)
    tensors = {}
    for number, layer in enumerate(encoder.encoder.layer):
        for name in ADAPTED if number >= first else ():
            linear = layer.get_submodule(name)
            tensors[f"{number}.{name}.down"] = torch.randn(linear.in_features, RANK)
            tensors[f"{number}.{name}.up"] = up * torch.randn(RANK, linear.out_features)
    return tensors


@pytest.fixture
def head(tokenizer: PreTrainedTokenizerFast) -> DecisionHead:
    trunk = tiny_gemma(len(tokenizer), window=512).model
    torch.manual_seed(1)
    layers = DecisionLayers(32, OPTIONS, pooled_layers=(1, 2, 3))
    characters = CharacterModel({"grams": torch.tensor([1]), "idf": torch.ones(1)})
    weights = {"query": 1.0, "pooled": 0.5, "encoder": 0.7}
    calibration = {name: Calibration(options, weights) for name, options in OPTIONS.items()}
    encoder = EncoderReader(*tiny_encoder(), EncoderLayers(32, OPTIONS))
    return DecisionHead(trunk, tokenizer, layers, calibration, encoder, characters)
