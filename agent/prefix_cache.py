"""Reuse of key-value states between prompts that begin alike.

Entries share their tensors with the caches made from them: transformers' dynamic layers never change a tensor in
place, they bind a longer one, so an entry stays as it was when it was stored. Layers of another kind are not stored.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

SHORTEST_PREFIX = 8
"""A shorter common start is not worth a look-up."""


@dataclass(frozen=True)
class _Entry:
    layers: list[Any]
    window: int | None  # states older than this were dropped; None where the layers hold everything

    def croppable(self, length: int) -> bool:
        """Whether states of the end can be removed without missing ones that were dropped at the start."""
        return self.window is None or length < self.window


class PrefixCache:
    """The states of the last few token sequences; the least recently used goes first.

    Args:
        config: The model's configuration, from which new caches are made.
        slots: Sequences that are kept.
    """

    def __init__(self, config: Any, slots: int = 6) -> None:
        self._config = config
        self._slots = slots
        self._entries: OrderedDict[tuple[int, ...], _Entry] = OrderedDict()

    def take(self, tokens: Sequence[int]) -> tuple[DynamicCache, int, int]:
        """Find the states of the longest known start of a prompt.

        Returns:
            A cache to go on with, how many tokens it holds (at most all but the last, whose logits are needed), and
            the place at which this prompt leaves a known one: states stored there would have served both.
        """
        wanted = tuple(tokens)[:-1]
        best: tuple[int, ...] | None = None
        held = fork = 0
        for known, entry in self._entries.items():
            common = _common(known, wanted)
            fork = max(fork, common)
            if common > held and (common == len(known) or entry.croppable(len(known))):
                best, held = known, common
        if best is None or held < SHORTEST_PREFIX:
            return DynamicCache(config=self._config), 0, fork if fork >= SHORTEST_PREFIX else 0
        self._entries.move_to_end(best)
        cache = DynamicCache(config=self._config)
        cache.layers = [copy.copy(layer) for layer in self._entries[best].layers]
        if held < len(best):  # beyond a sliding window even removing nothing is refused
            for layer in cache.layers:
                layer.crop(held - len(best))  # type: ignore[union-attr]
        return cache, held, fork

    def put(self, tokens: Sequence[int], cache: DynamicCache) -> None:
        """Keep the states of a sequence; the cache may be used and grown afterwards."""
        if not all(type(layer) in (DynamicLayer, DynamicSlidingWindowLayer) for layer in cache.layers):
            return
        windows = [layer.sliding_window for layer in cache.layers if isinstance(layer, DynamicSlidingWindowLayer)]
        entry = _Entry([copy.copy(layer) for layer in cache.layers], min(windows) if windows else None)
        key = tuple(tokens)
        self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > self._slots:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()


def _common(left: tuple[int, ...], right: tuple[int, ...]) -> int:
    length = min(len(left), len(right))
    if left[:length] == right[:length]:
        return length
    return next(index for index in range(length) if left[index] != right[index])
