"""Micro-batching: requests that wait when the model becomes free are answered in one forward pass.

A request never waits for others to come.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class MicroBatcher(Generic[Asked, Answered]):
    """Collects requests in the order in which they come and answers them in batches.

    A lone request is answered at once. A request whose future was cancelled before its turn is left out.

    Args:
        answer: Answers a batch; returns one answer for each request, in their order.
        most: The most requests in one batch.
        name: Name of the worker thread.
    """

    def __init__(self, answer: Callable[[Sequence[Asked]], Sequence[Answered]], most: int, name: str) -> None:
        self._answer = answer
        self._most = most
        self._waiting: queue.SimpleQueue[tuple[Asked, Future[Answered]] | None] = queue.SimpleQueue()
        self._worker = threading.Thread(target=self._work, name=name, daemon=True)
        self._worker.start()

    def submit(self, request: Asked) -> Future[Answered]:
        """Queue a request and return the future of its answer."""
        future: Future[Answered] = Future()
        self._waiting.put((request, future))
        return future

    def close(self) -> None:
        """Answer the waiting requests, then stop the worker."""
        self._waiting.put(None)
        self._worker.join()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, closing = [first], False
            while len(batch) < self._most and not closing:
                try:
                    following = self._waiting.get_nowait()
                except queue.Empty:
                    break
                closing = following is None
                if following is not None:
                    batch.append(following)
            self._settle([(request, future) for request, future in batch if future.set_running_or_notify_cancel()])
            if closing:
                return

    def _settle(self, batch: Sequence[tuple[Asked, Future[Answered]]]) -> None:
        if not batch:
            return
        try:
            answers = self._answer([request for request, _ in batch])
        except Exception as error:
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            future.set_result(answer)
