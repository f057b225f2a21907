"""Work that the service does again and again by itself, as long as it runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

_log = logging.getLogger(__name__)


@asynccontextmanager
async def repeated(work: Callable[[], Awaitable[object]], *, every: float, failure: str) -> AsyncIterator[None]:
    """Do something at intervals until the block ends; the first time after one interval.

    Args:
        work: May fail where the database or a disk is away; it is tried again at the next interval.
        every: The interval, seconds.
        failure: What the log says of a failure.
    """

    async def repeat() -> None:
        while True:
            await asyncio.sleep(every)
            await attempted(work, failure)

    task = asyncio.create_task(repeat())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def attempted(work: Callable[[], Awaitable[object]], failure: str, *, limit: float | None = None) -> None:
    """Do something once; a failure or a passed time limit (seconds) is logged and no more."""
    try:
        await asyncio.wait_for(work(), limit)
    except (SQLAlchemyError, OSError):  # a passed limit is an OSError, too
        _log.exception(failure)
