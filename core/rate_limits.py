"""Counting how often a thing is done against rates such as ``5/minute;20/day``, and the refusal beyond them.

The rates and the windows are those of the library ``limits``: a window begins with the first thing that is counted in
it. Which store counts is chosen by the caller; a store that several processes share counts exactly for all of them.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

from limits import RateLimitItem, parse_many
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter


class LimitReached(Exception):
    """Somebody does a thing too often, or does too many at once; nothing was done.

    Args:
        name: The limit.
        retry_after: Seconds after which to try again.
    """

    def __init__(self, name: str, retry_after: int) -> None:
        super().__init__(f"the limit of {name} is reached; try again in {retry_after} s")
        self.name = name
        self.retry_after = retry_after


def parsed_rates(text: str) -> tuple[RateLimitItem, ...]:
    """Return the rates of a setting, the shortest window first; none for an empty text.

    Raises:
        ValueError: The text is no list of rates.
    """
    items = parse_many(text) if text.strip() else []
    return tuple(sorted(items, key=lambda item: item.get_expiry()))


class RateLimits:
    """Counts what is done against the rates of its names.

    Who does it is kept as a keyed digest only: the store of the counters holds neither addresses nor logins.

    Args:
        storage: Where it is counted.
        rates: The rates of each name, as ``parsed_rates`` reads them.
        secret: The key of the digests.
        now: Returns the present, in the seconds that the storage tells.
    """

    def __init__(self, storage: Storage, rates: Mapping[str, str], secret: bytes, now: Callable[[], float]) -> None:
        self.storage = storage
        self._rates = {name: parsed_rates(text) for name, text in rates.items()}
        self._counter = FixedWindowRateLimiter(storage)
        self._secret = secret
        self._now = now

    def together(self) -> AbstractAsyncContextManager[Any]:
        """Return the block in which everything that is counted is one transaction, where the storage knows them."""
        found: AbstractAsyncContextManager[Any] | None = getattr(self.storage, "together", nullcontext)()
        return found or nullcontext()

    async def take(self, name: str, *who: object) -> None:
        """Count one more for somebody, the shortest window first; what is refused by one is not counted in the next.

        Raises:
            LimitReached: There were enough.
        """
        digest = self.digest(name, *who)
        for item in self._rates[name]:
            if not await self._counter.hit(item, digest):
                raise LimitReached(name, await self._wait(name, digest))

    async def _wait(self, name: str, digest: str) -> int:
        """Return the seconds until every window that is full has ended."""
        keys = [(item.key_for(digest), item.amount) for item in self._rates[name]]
        full = [key for key, amount in keys if await self.storage.get(key) >= amount]
        ends = max([await self.storage.get_expiry(key) for key in full], default=0.0)
        return max(1, math.ceil(ends - self._now()))

    async def give_back(self, name: str, *who: object) -> None:
        """Count one less for somebody."""
        digest = self.digest(name, *who)
        for item in self._rates[name]:
            await self.storage.incr(item.key_for(digest), item.get_expiry(), -1)

    async def clear(self, name: str, *who: object) -> None:
        """Forget what was counted for somebody."""
        digest = self.digest(name, *who)
        for item in self._rates[name]:
            await self.storage.clear(item.key_for(digest))

    def digest(self, *parts: object) -> str:
        """Return the name under which something is counted, which tells nothing."""
        return hmac.new(self._secret, "\0".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()[:32]
