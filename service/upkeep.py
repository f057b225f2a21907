"""What the service does by itself while it runs: it forgets what is old and settles what was interrupted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from core.settings import Settings
from service.background import attempted, repeated
from service.retention import NOT_FORGOTTEN, forget_old
from service.stores import Stores
from tools.caller import Context
from tools.unfinished import settle_unfinished

_DAY_SECONDS = 24 * 60 * 60
_SETTLE_SECONDS = 60
_SETTLE_AT_START_SECONDS = 5.0
"""A silent payment system delays a start by no more than this."""


async def begin_upkeep(stack: AsyncExitStack, settings: Settings, stores: Stores, context: Context) -> None:
    """Forget and settle now, and from now on until the stack is closed.

    Args:
        stack: Ends what is begun here.
        settings: How long what is kept.
        stores: What is stored.
        context: What the operations work on.
    """
    forget = partial(
        forget_old, settings, stores.database, stores.runs, stores.checkpointer, stores.locks, context.clock
    )
    await forget()
    await stack.enter_async_context(repeated(forget, every=_DAY_SECONDS, failure=NOT_FORGOTTEN))
    await stack.enter_async_context(_settlement(context))


@asynccontextmanager
async def _settlement(context: Context) -> AsyncIterator[None]:
    """Settle payments and changes that were interrupted: now, and every minute until the block ends."""
    settle, failure = partial(settle_unfinished, context), "interrupted payments were not settled"
    await attempted(settle, failure, limit=_SETTLE_AT_START_SECONDS)
    async with repeated(settle, every=_SETTLE_SECONDS, failure=failure):
        yield
