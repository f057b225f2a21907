"""Reuse of key-value states between prompts that begin alike.

A prompt is read in the same portions whether its beginning is known or not, and states are kept at the ends of portions
only: int8 products of a portion depend on what else is in it, so a text would else come out one way on the first time
and another way on the second.

Entries share their tensors with the caches made from them: transformers' dynamic layers never change a tensor in
place, they bind a longer one, so an entry stays as it was when it was stored. Layers of another kind are not stored.
"""

from __future__ import annotations

import copy
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

_REMEMBERED = 16
"""Prompts whose tokens are remembered, to see where a new one leaves them."""


@dataclass(frozen=True)
class Start:
    """The cached beginning of a prompt.

    Attributes:
        cache: The states to continue with.
        held: Number of tokens whose states the cache holds.
        keep: Ends of portions whose states will serve other prompts.
    """

    cache: DynamicCache
    held: int
    keep: frozenset[int]


class PrefixCache:
    """The states of the last few beginnings; the least recently used goes first.

    Args:
        config: The model's configuration, from which new caches are made.
        slots: Beginnings that are kept.
    """

    def __init__(self, config: Any, slots: int = 6) -> None:
        self._config = config
        self._slots = slots
        self._entries: OrderedDict[tuple[int, ...], list[Any]] = OrderedDict()
        self._prompts: deque[tuple[int, ...]] = deque(maxlen=_REMEMBERED)

    def take(self, tokens: Sequence[int], cuts: Sequence[int]) -> Start:
        """Find the states of the longest known beginning of a prompt.

        Args:
            tokens: The prompt.
            cuts: Ends of its portions, in order; the last one is its own end.
        """
        prompt, inner = tuple(tokens), cuts[:-1]
        shared = max((_common(known, prompt) for known in self._prompts), default=0)
        self._prompts.append(prompt)
        # The last inner cut stands before what is the prompt's own; another may be where it leaves an earlier prompt.
        keep = {*inner[-1:], *[cut for cut in inner if cut <= shared][-1:]}
        cache = DynamicCache(config=self._config)
        for cut in reversed(inner):
            if (layers := self._entries.get(prompt[:cut])) is not None:
                self._entries.move_to_end(prompt[:cut])
                cache.layers = [copy.copy(layer) for layer in layers]
                return Start(cache, cut, frozenset(keep))
        return Start(cache, 0, frozenset(keep))

    def put(self, tokens: Sequence[int], cache: DynamicCache) -> None:
        """Keep the states of a beginning; the cache may be used and grown afterwards."""
        if not all(type(layer) in (DynamicLayer, DynamicSlidingWindowLayer) for layer in cache.layers):
            return
        key = tuple(tokens)
        self._entries[key] = [copy.copy(layer) for layer in cache.layers]
        self._entries.move_to_end(key)
        while len(self._entries) > self._slots:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._prompts.clear()


def _common(left: tuple[int, ...], right: tuple[int, ...]) -> int:
    length = min(len(left), len(right))
    if left[:length] == right[:length]:
        return length
    return next(index for index in range(length) if left[index] != right[index])
