"""Receipts of the writes that a customer said yes to; a write without a consent (a program's own call) leaves none.

Nothing is lost: a change and its receipt are one transaction. A payment, which asks the bank between two transactions,
leaves the consent in the first one (``begin_receipt``) and its outcome in the one that books it, whoever does that.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from database.receipts import BEGUN, DONE, REFUSED, ReceiptSubject, add_receipt, close_receipts, open_receipts
from ports.errors import SystemUnavailable
from tools.caller import Caller, Context
from tools.errors import ToolError
from tools.errors.systems import unreached
from tools.schema import Arguments, Result


async def add_done_receipt(
    session: AsyncSession, context: Context, caller: Caller, key: str, operation: str, arguments: Arguments,
    result: Result,
) -> None:  # fmt: skip
    """Add the receipt of a change in the transaction of the change."""
    if caller.consent is not None:
        subject = _subject(caller, key, operation, arguments)
        await add_receipt(session, DONE, subject, caller.consent, _result(result), context.now())


async def begin_receipt(
    session: AsyncSession, context: Context, caller: Caller, key: str, operation: str, arguments: Arguments
) -> None:
    """Add the consent of a change whose outcome comes in a later transaction; once while it is open."""
    if caller.consent is not None and not await open_receipts(session, caller.customer_id, {key}):
        subject = _subject(caller, key, operation, arguments)
        await add_receipt(session, BEGUN, subject, caller.consent, None, context.now())


async def end_receipts(
    session: AsyncSession, context: Context, customer_id: int, keys: Collection[str | None], outcome: Result | ToolError
) -> None:
    """State the outcome of begun changes, in the transaction that books it; nothing where none is open.

    Args:
        session: The transaction.
        context: The parts to work with.
        customer_id: The customer.
        keys: Idempotency keys of the change; None is nobody's.
        outcome: The result, or the refusal.
    """
    known = {key for key in keys if key is not None}
    kind, told = (REFUSED, _error(outcome)) if isinstance(outcome, ToolError) else (DONE, _result(outcome))
    await close_receipts(session, customer_id, known, kind, told, context.now())


@asynccontextmanager
async def refusals_receipted(
    context: Context, caller: Caller, key: str, operation: str, arguments: Arguments
) -> AsyncIterator[None]:
    """Add a receipt for a refusal of the block, whose own transaction has been rolled back; a silent system is one.

    A crash before that loses no change: nothing was changed.
    """
    try:
        yield
    except (ToolError, SystemUnavailable) as error:
        refusal = error if isinstance(error, ToolError) else unreached(error)
        if caller.consent is not None:
            subject = _subject(caller, key, operation, arguments)
            async with context.database.write_session() as session:
                await add_receipt(session, REFUSED, subject, caller.consent, _error(refusal), context.now())
        raise refusal from error.__cause__


def _subject(caller: Caller, key: str, operation: str, arguments: Arguments) -> ReceiptSubject:
    return ReceiptSubject(
        customer_id=caller.customer_id, operation=operation, key=key, run_id=caller.run_id, channel=caller.channel,
        arguments=arguments.model_dump(mode="json"), free_text=arguments.free_text,
    )  # fmt: skip


def _result(result: Result) -> dict[str, Any]:
    return {"result": result.model_dump(mode="json")}


def _error(error: ToolError) -> dict[str, Any]:
    return {"error": {"code": error.code, "message": error.message, "details": error.details}}
