"""Counts of what goes on at once, for each of those who do it and in all, in one process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from core.rate_limits import LimitReached

FULL = "full"
"""Name of the limit of all together."""
_RETRY_SECONDS = 2


class Slots:
    """Room for things that go on.

    Args:
        name: The limit of each, for the refusal.
        each: As many as one may have at once; None for any number.
        all_together: As many as there may be at once; None for any number.
    """

    def __init__(self, name: str, each: int | None = None, all_together: int | None = None) -> None:
        self._name = name
        self._each = each
        self._all = all_together
        self._held: Counter[Hashable] = Counter()

    def check(self, who: Hashable) -> None:
        """Refuse one more.

        Raises:
            LimitReached: There is no room for it.
        """
        if self._each is not None and self._held[who] >= self._each:
            raise LimitReached(self._name, _RETRY_SECONDS)
        if self._all is not None and self._held.total() >= self._all:
            raise LimitReached(FULL, _RETRY_SECONDS)

    @contextmanager
    def hold(self, who: Hashable) -> Iterator[None]:
        """Count one while the block runs; ``check`` first where it may be refused."""
        self._held[who] += 1
        try:
            yield
        finally:
            self._held[who] -= 1
            if not self._held[who]:
                del self._held[who]
