"""Everything that was begun in an outside system and whose end was never noted, settled by the service itself."""

from __future__ import annotations

from tools.caller import Context
from tools.outside_writes import settle_begun
from tools.settlement import book_untold, settle_interrupted


async def settle_unfinished(context: Context) -> int:
    """Settle payments, tell the billing system of those it has not heard of, and settle other changes.

    Returns:
        The number of things that were settled.
    """
    return await settle_interrupted(context) + await book_untold(context) + await settle_begun(context)
