"""Forgets with time: the course of old turns, and conversations that nobody uses, as the settings say."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from core.clock import Clock
from core.settings import Settings
from database.rate_counters import DatabaseCounters
from database.runs import Runs
from database.session import Database
from database.thread_locks import ThreadLocks, ThreadTaken
from database.threads import ThreadNotFound, Threads
from identity.logins import forget_ended_logins
from service.checkpoints import forget_threads, lost_threads

NOT_FORGOTTEN = "old turns and conversations were not forgotten"
"""What the log says of a failure."""

_log = logging.getLogger(__name__)


async def forget_old(
    settings: Settings, database: Database, runs: Runs, checkpointer: BaseCheckpointSaver[Any], locks: ThreadLocks,
    clock: Clock,
) -> int:  # fmt: skip
    """Forget what the settings no longer keep.

    Returns:
        The number of conversations that were deleted; one that is being used now is left for the next time.
    """
    await DatabaseCounters(database, clock).purge()
    await forget_ended_logins(database)
    await runs.purge(clock() - timedelta(days=settings.run_retention_days))
    await forget_threads(checkpointer, await lost_threads(checkpointer, database))
    if settings.conversation_retention_days is None:
        return 0
    threads, deleted = Threads(database, clock), []
    for thread_id, customer_id in await threads.unused_since(
        clock() - timedelta(days=settings.conversation_retention_days)
    ):
        with suppress(ThreadTaken, ThreadNotFound):
            async with locks.hold(thread_id, 0):
                await threads.delete(thread_id, customer_id)
                await checkpointer.adelete_thread(thread_id)
            deleted.append(thread_id)
    if deleted:
        await forget_threads(checkpointer, ())
        _log.info("%d conversations that nobody used were deleted", len(deleted))
    return len(deleted)
