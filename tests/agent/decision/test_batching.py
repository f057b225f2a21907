"""Micro-batching: waiting requests share a batch."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from agent.decision.batching import MicroBatcher


def test_waiting_requests_share_a_batch_in_order_and_cancelled_ones_are_left_out() -> None:
    begun, go_on = threading.Event(), threading.Event()
    seen: list[list[int]] = []

    def answer(batch: Sequence[int]) -> list[int]:
        seen.append(list(batch))
        begun.set()
        go_on.wait(10)
        return [10 * number for number in batch]

    batches = MicroBatcher(answer, most=3, name="test")
    first = batches.submit(0)
    begun.wait(10)
    rest = [batches.submit(number) for number in range(1, 6)]
    rest[1].cancel()
    go_on.set()
    batches.close()
    assert first.result() == 0
    assert [future.result() for future in rest if not future.cancelled()] == [10, 30, 40, 50]
    assert seen == [[0], [1, 3], [4, 5]]


def test_a_failed_batch_fails_its_requests_and_the_next_one_is_answered() -> None:
    def answer(batch: Sequence[int]) -> list[int]:
        if 0 in batch:
            raise RuntimeError("no memory")
        return list(batch)

    batches = MicroBatcher(answer, most=1, name="test")
    with pytest.raises(RuntimeError, match="no memory"):
        batches.submit(0).result(10)
    assert batches.submit(1).result(10) == 1
    batches.close()
