"""What trained adapters share: batches, new adapters, their tensors, and the weights of two readings."""

from __future__ import annotations

from random import Random

import torch
from torch import Tensor
from torch.nn import functional

from agent.decision.adapter import ADAPTED, adapted_copy
from tests.agent.conftest import tiny_encoder
from training.adapters import adapter_tensors, batches, fitted_weights, half, new_adapter

IDS = torch.tensor([[38, 5, 9, 12, 7, 2]])


def messages(*lengths: int) -> list[str]:
    return ["a" * length for length in lengths]


def readings(rows: int) -> tuple[Tensor, Tensor]:
    """Two readings of three options that know nothing of each other."""
    torch.manual_seed(7)
    first, second = 2 * torch.randn(2, rows, 3)
    return first.log_softmax(-1), second.log_softmax(-1)


def test_batches_are_whole_and_hold_no_message_twice() -> None:
    found = batches(messages(*range(1, 26)), 4, Random(0), len)
    assert [len(batch) for batch in found] == [4] * 6  # 25 messages; the one that is left waits for the next pass
    texts = [text for batch in found for text in batch]
    assert len(set(texts)) == len(texts) == 24


def test_batch_has_messages_of_about_one_length() -> None:
    found = batches(messages(*range(1, 25)), 4, Random(1), len)
    assert [max(map(len, batch)) - min(map(len, batch)) for batch in found] == [3] * 6


def test_order_of_batches_is_random_and_repeatable() -> None:
    known = messages(*range(1, 25))
    found = batches(known, 4, Random(2), len)
    assert found == batches(known, 4, Random(2), len)
    lengths = [len(batch[0]) for batch in found]
    assert sorted(lengths) == [1, 5, 9, 13, 17, 21]
    assert lengths != sorted(lengths)
    assert known == messages(*range(1, 25))  # they are left in their order


def test_fewer_messages_than_a_batch_make_none() -> None:
    assert batches(messages(1, 2, 3), 4, Random(0), len) == []


@torch.inference_mode()
def test_new_adapter_changes_nothing() -> None:
    encoder, _ = tiny_encoder()
    twin = adapted_copy(encoder, dict(new_adapter(encoder, 2)))
    torch.testing.assert_close(twin(input_ids=IDS).last_hidden_state, encoder(input_ids=IDS).last_hidden_state)


def test_new_adapter_can_learn() -> None:
    encoder, _ = tiny_encoder()
    twin = adapted_copy(encoder.requires_grad_(False), dict(new_adapter(encoder, 2)))
    twin(input_ids=IDS).last_hidden_state.square().sum().backward()
    raised = [each for name, each in twin.named_parameters() if name.endswith(".up")]
    assert len(raised) == 3 * len(ADAPTED)
    assert all(each.grad is not None and each.grad.abs().sum() > 0 for each in raised)


def test_new_adapter_has_its_rank_and_begins_at_its_first_layer() -> None:
    tensors = dict(new_adapter(tiny_encoder()[0], 3, first=2))
    assert set(tensors) == {f"2.{name}.{part}" for name in ADAPTED for part in ("down", "up")}
    assert tensors["2.output.dense.down"].shape == (64, 3)
    assert tensors["2.output.dense.up"].shape == (3, 32)


def test_tensors_of_an_adapter_are_those_it_was_made_of() -> None:
    encoder, _ = tiny_encoder()
    tensors = {name: torch.rand_like(tensor) for name, tensor in new_adapter(encoder, 2, first=1)}
    torch.testing.assert_close(adapter_tensors(adapted_copy(encoder, tensors)), tensors, atol=0, rtol=0)
    assert adapter_tensors(encoder) == {}


def test_stored_tensors_are_halves_without_gradients() -> None:
    tensor = torch.rand(3, 4, requires_grad=True).T
    [stored] = half({"x": tensor}).values()
    assert stored.dtype == torch.float16 and stored.is_contiguous() and not stored.requires_grad
    torch.testing.assert_close(stored.float(), tensor.detach(), atol=1e-3, rtol=1e-3)


def test_fitted_weights_are_those_that_the_answers_were_drawn_with() -> None:
    first, second = readings(20_000)
    wanted = (0.9 * first + 0.4 * second).softmax(-1).multinomial(1)[:, 0]
    weights = torch.tensor(fitted_weights(first, second, wanted))
    torch.testing.assert_close(weights, torch.tensor([0.9, 0.4]), atol=0.05, rtol=0)


def test_no_other_weights_make_the_answers_likelier() -> None:
    first, second = readings(200)
    wanted = (first + 0.5 * second).softmax(-1).multinomial(1)[:, 0]
    one, other = fitted_weights(first, second, wanted)
    best = functional.cross_entropy(one * first + other * second, wanted)
    for near, far in ((0.1, 0.0), (-0.1, 0.0), (0.0, 0.1), (0.0, -0.1)):
        assert functional.cross_entropy((one + near) * first + (other + far) * second, wanted) > best


def test_reading_that_is_mostly_wrong_has_no_weight() -> None:
    first, second = readings(500)
    wanted = (first - second).softmax(-1).multinomial(1)[:, 0]
    one, other = fitted_weights(first, second, wanted)
    assert one > 0.5 and other == 0.0
