"""Idempotency keys of turns: claim one, keep it while its turn runs, store its answer, give it up.

A key whose turn is running is held for a few seconds at a time, so that one whose process has died is free again soon,
whichever process is asked. That nothing is changed twice is not this module's work: each change has a key of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from database.session import Database
from database.tables import CustomerRow, Run, TurnKey

HELD = timedelta(seconds=4)
"""Time for which a key is held; its turn renews it earlier. A client whose process died waits no longer than this."""


class TurnKeyError(Exception):
    """A turn was refused because of its key; nothing was done.

    - ``TurnKeyConflict``: the key was used for another request
    - ``TurnKeyInUse``: the turn of the key is still running
    """


class TurnKeyConflict(TurnKeyError):
    """The key was used before, for another request."""


class TurnKeyInUse(TurnKeyError):
    """The turn of the key is still running, or its process died a moment ago.

    Args:
        retry_after: Seconds after which to try again.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True)
class HeldKey:
    """A claimed key.

    Attributes:
        customer_id: The customer.
        key: The key.
        holder: Names the attempt.
        thread_id: The conversation of the first attempt.
        result: The answer, as it was stored with the key; None where the turn has to be taken.
        run: The recorded turn of an attempt that ended but could not store its answer with the key.
    """

    customer_id: int
    key: str
    holder: str
    thread_id: str
    result: dict[str, Any] | None = None
    run: Run | None = None


class TurnKeys:
    """The keys of all customers.

    Args:
        database: The database.
        clock: Returns the present time.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, customer_id: int, key: str, request_hash: str, thread_id: str, run_id: str) -> HeldKey:
        """Take a key for a turn, or find the answer that its turn gave.

        Args:
            customer_id: The customer.
            key: The client's key.
            request_hash: The request, of which the first one counts.
            thread_id: The conversation; that of the first attempt stays.
            run_id: The run of this attempt.

        Raises:
            TurnKeyConflict: The key belongs to another request.
            TurnKeyInUse: Its turn is running.
        """
        now, holder = self._clock(), str(uuid4())
        async with self._database.write_session() as session:
            # PostgreSQL: two claims of a new key wait for each other here; SQLite has locked already.
            await session.scalar(select(CustomerRow.id).where(CustomerRow.id == customer_id).with_for_update())
            row = await session.get(TurnKey, (customer_id, key))
            if row is None:
                row = TurnKey(
                    customer_id=customer_id, key=key, request_hash=request_hash, thread_id=thread_id, run_id=run_id,
                    holder=holder, held_until=now + HELD, created_at=now, result=None,
                )  # fmt: skip
                session.add(row)
                return HeldKey(customer_id, key, holder, thread_id)
            if row.request_hash != request_hash:
                raise TurnKeyConflict(key)
            if row.result is not None:
                return HeldKey(customer_id, key, holder, row.thread_id, result=row.result)
            if now < row.held_until <= now + HELD:  # further ahead: noted by a clock that was put right since then
                raise TurnKeyInUse(max(1, math.ceil((row.held_until - now).total_seconds())))
            run = await session.get(Run, row.run_id)
            if run is not None and run.answer is not None:
                return HeldKey(customer_id, key, holder, row.thread_id, run=run)
            row.run_id, row.holder, row.held_until = run_id, holder, now + HELD
            return HeldKey(customer_id, key, holder, row.thread_id)

    async def renew(self, held: HeldKey) -> None:
        """Hold a key for some more time."""
        await self._change(held, {"held_until": self._clock() + HELD})

    async def finish(self, held: HeldKey, result: Mapping[str, Any]) -> None:
        """Store the answer of the turn; every repetition gets it."""
        await self._change(held, {"result": dict(result)})

    async def release(self, held: HeldKey) -> None:
        """Give up a key whose turn ended without an answer: the same request may be tried again at once."""
        await self._change(held, {"held_until": self._clock()})

    async def forget(self, held: HeldKey) -> None:
        """Forget a key whose turn was refused: nothing was done under it."""
        async with self._database.write_session() as session:
            await session.execute(delete(TurnKey).where(*_mine(held)))

    async def _change(self, held: HeldKey, values: Mapping[str, Any]) -> None:
        async with self._database.write_session() as session:
            await session.execute(update(TurnKey).where(*_mine(held)).values(**values))


async def forget_keys_of(session: AsyncSession, thread_id: str) -> None:
    """Forget the keys of a conversation that is deleted, with the answers that they keep."""
    await session.execute(delete(TurnKey).where(TurnKey.thread_id == thread_id))


def _mine(held: HeldKey) -> tuple[Any, ...]:
    return (
        TurnKey.customer_id == held.customer_id, TurnKey.key == held.key, TurnKey.holder == held.holder,
        TurnKey.result.is_(None),
    )  # fmt: skip
