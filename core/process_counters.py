"""Counters in the memory of one process, for what every request is counted by.

The library's own store in memory looks through all of its keys with each count; here a count costs the same however
many strangers are known.
"""

from __future__ import annotations

import time
from typing import Any

from limits.aio.storage import Storage

_PURGE_EVERY = 4096
"""New keys between two purges of those whose window has ended."""


class ProcessCounters(Storage):
    """A storage of ``limits`` that forgets with the process."""

    STORAGE_SCHEME = None

    def __init__(self, now: Any = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._counts: dict[str, tuple[int, float]] = {}
        """Count and end of the window, by key."""
        self._until_purge = _PURGE_EVERY

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """The errors of the store: none."""
        return ()

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and return the count of the window; the window begins with the first."""
        now = self._now()
        count, ends = self._counts.get(key, (0, 0.0))
        if ends <= now:
            count, ends = 0, now + expiry
            self._purge(now)
        self._counts[key] = (count + amount, ends)
        return count + amount

    async def get(self, key: str) -> int:
        """Return the count of the window; 0 where none runs."""
        count, ends = self._counts.get(key, (0, 0.0))
        return count if ends > self._now() else 0

    async def get_expiry(self, key: str) -> float:
        """Return when the window ends; the present where none runs."""
        now: float = self._now()
        return max(now, self._counts.get(key, (0, now))[1])

    async def check(self) -> bool:
        """Memory is always there."""
        return True

    async def reset(self) -> int | None:
        """Forget everything."""
        count = len(self._counts)
        self._counts.clear()
        return count

    async def clear(self, key: str) -> None:
        """Forget a key."""
        self._counts.pop(key, None)

    def _purge(self, now: float) -> None:
        self._until_purge -= 1
        if self._until_purge <= 0:
            self._counts = {key: each for key, each in self._counts.items() if each[1] > now}
            self._until_purge = max(_PURGE_EVERY, len(self._counts))
