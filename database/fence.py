"""The fence of a thread's lock on PostgreSQL: nothing is written under a lock that was lost.

A process that was cut off from its lock (its machine stood still, its session was ended) does not know it at once, and
another process may hold the lock by then. So every transaction of a turn first asks the database whether the session
that holds the turn's lock still lives, and keeps the thread's gate until it commits. The next holder passes the gate
before it begins: what was written before is there, and nothing follows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

# The gate first: the other way round, the lock could be lost between question and gate. Only CASE promises an order.
_QUESTION = (
    "SELECT CASE WHEN pg_advisory_xact_lock_shared(%(gate)s) IS NULL THEN true "
    "ELSE pg_try_advisory_xact_lock_shared(%(life)s) END AS lost"
)

_standing: ContextVar[tuple[Fence, ...]] = ContextVar("standing", default=())
"""The fences of the locks that the running task holds."""


class ThreadLockLost(ConnectionError):
    """The database ended the session that held the thread's lock; another process may hold it now."""


@dataclass(frozen=True)
class Fence:
    """The numbers of the advisory locks by which a lock's loss is seen.

    Attributes:
        gate: Of the thread: shared by the transactions of its turn, taken for a moment by the next holder.
        life: Of the session that holds the thread's lock; the server frees it when that session ends.
    """

    gate: int
    life: int

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Let every transaction of the block ask for this fence."""
        before = _standing.get()
        _standing.set((*before, self))
        try:
            yield
        finally:
            _standing.set(before)


async def refuse_lost(ask: Callable[[str, Mapping[str, int]], Awaitable[object]]) -> None:
    """Refuse to go on in a transaction whose task has lost a lock; for its first statement.

    Args:
        ask: Runs a query of psycopg in the transaction and returns its one value.

    Raises:
        ThreadLockLost: A lock is lost.
    """
    for fence in _standing.get():
        if await ask(_QUESTION, {"gate": fence.gate, "life": fence.life}):
            raise ThreadLockLost("the session that held the thread's lock has ended; nothing is written after it")
