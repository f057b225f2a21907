"""Adapters beside shared weights: the copy changes, the encoder does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from agent.decision.adapter import ADAPTED, Adapted, adapted_copy
from agent.decision.encoder import load_encoder, save_encoder
from agent.local.int8 import Int8Linear
from tests.agent.conftest import tiny_encoder
from tests.agent.decision.conftest import RANK, WIDTH, tiny_adapter

IDS = torch.tensor([[38, 5, 9, 12, 7, 2]])


def hidden(encoder: Any) -> tuple[Tensor, ...]:
    """The states below and above every layer."""
    states: tuple[Tensor, ...] = encoder(input_ids=IDS, output_hidden_states=True).hidden_states
    return states


@torch.inference_mode()
def test_adapter_of_zeros_changes_nothing() -> None:
    encoder, _ = tiny_encoder()
    twin = adapted_copy(encoder, tiny_adapter(encoder, up=0.0))
    torch.testing.assert_close(hidden(twin)[-1], hidden(encoder)[-1])


@torch.inference_mode()
def test_adapter_changes_its_copy_only() -> None:
    encoder, _ = tiny_encoder()
    before = hidden(encoder)[-1]
    twin = adapted_copy(encoder, tiny_adapter(encoder))
    assert not torch.allclose(hidden(twin)[-1], before, atol=1e-2)
    torch.testing.assert_close(hidden(encoder)[-1], before, atol=0, rtol=0)


def test_copy_shares_the_weights() -> None:
    encoder: Any = tiny_encoder()[0]
    tensors = tiny_adapter(encoder)
    twin: Any = adapted_copy(encoder, tensors)
    assert twin.encoder.layer[0].output.dense.linear is encoder.encoder.layer[0].output.dense
    own = {id(each) for each in encoder.parameters()}
    added = [each for each in twin.encoder.parameters() if id(each) not in own]
    assert sum(each.numel() for each in added) == sum(each.numel() for each in tensors.values())


def test_two_copies_do_not_share_their_adapters() -> None:
    encoder, _ = tiny_encoder()
    one, other = (adapted_copy(encoder, tiny_adapter(encoder, up=up)) for up in (0.1, 0.0))
    assert not torch.allclose(hidden(one)[-1], hidden(other)[-1], atol=1e-2)


def test_adapted_layer_adds_its_product() -> None:
    encoder: Any = tiny_encoder()[0]
    tensors = tiny_adapter(encoder)
    twin: Any = adapted_copy(encoder, tensors)
    values, name = torch.ones(1, WIDTH), "0.attention.self.query"
    plain = encoder.encoder.layer[0].attention.self.query(values)
    expected = plain + values @ tensors[f"{name}.down"] @ tensors[f"{name}.up"]
    torch.testing.assert_close(twin.encoder.layer[0].attention.self.query(values), expected)


def test_missing_matrix_is_an_error() -> None:
    encoder, _ = tiny_encoder()
    tensors = tiny_adapter(encoder)
    del tensors["2.output.dense.up"]
    with pytest.raises(KeyError, match=r"2\.output\.dense\.up"):
        adapted_copy(encoder, tensors)


@torch.inference_mode()
@pytest.mark.parametrize("first", [0, 1, 2])
def test_layers_below_the_first_adapted_one_stay_as_they_were(first: int) -> None:
    encoder, _ = tiny_encoder()
    twin: Any = adapted_copy(encoder, tiny_adapter(encoder, first=first))
    for number, layer in enumerate(twin.encoder.layer):
        assert {isinstance(layer.get_submodule(name), Adapted) for name in ADAPTED} == {number >= first}
    same = [torch.equal(one, other) for one, other in zip(hidden(twin), hidden(encoder), strict=True)]
    assert same == [place <= first for place in range(4)]


def test_encoder_of_integers_is_shared_as_well(tmp_path: Path) -> None:
    save_encoder(*tiny_encoder(), tmp_path)
    encoder: Any = load_encoder(tmp_path)[0]
    tensors = {name: tensor.half() for name, tensor in tiny_adapter(tiny_encoder()[0]).items()}
    twin: Any = adapted_copy(encoder, tensors)
    adapted = twin.encoder.layer[2].output.dense
    assert isinstance(adapted.linear, Int8Linear) and adapted.linear is encoder.encoder.layer[2].output.dense
    assert adapted.down.shape == (2 * WIDTH, RANK) and adapted.down.dtype == torch.float32
    assert not torch.allclose(hidden(twin)[-1], hidden(encoder)[-1], atol=1e-2)
