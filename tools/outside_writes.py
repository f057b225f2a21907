"""A change in an outside system: once for its key, and never forgotten when the answer is lost.

As a payment (``payment.py``), such a change has three steps. What it will be is noted with its key and the customer's
consent, in one transaction. Then the system is asked under that key, with no transaction open. Its answer is noted in
another transaction with audit row and receipt.

Where no answer comes it is unknown whether the change was made. The customer is told so; the same key asks the system
first what became of it, and ``settle_begun`` does the same for everything that nobody came back for.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.channels import Channel
from core.clock import is_recent
from database.tables import IdempotencyRecord
from ports.errors import SystemUnavailable
from ports.outcome import ChangeMade, ChangingPort, KeyStatus
from tools.caller import Caller, Context
from tools.errors import OutsideSystemFailed, ToolError
from tools.errors.systems import outcome_unknown
from tools.receipts import add_done_receipt, begin_receipt, end_receipts, refusals_receipted
from tools.schema import Result
from tools.writes import (
    Change,
    Plan,
    Planned,
    ResultT,
    Write,
    add_audit,
    answered,
    claim_key,
    lock_customer,
    numbered,
)

WRITE_LEASE = timedelta(minutes=2)
"""Time after which no request of a change can be on its way any more; longer than the limits of ``ports.guard``."""

_log = logging.getLogger(__name__)


class _NotedResult(Result, extra="allow"):
    """The result of a change as it was noted; its type was checked when it was."""


async def write_outside(context: Context, write: Write[ResultT], plan: Plan[ResultT]) -> ResultT:
    """Make a change of an outside system exactly once for the caller's key.

    Args:
        context: The parts to work with.
        write: What is wanted.
        plan: Checks the guards and says what the change will be.

    Raises:
        IdempotencyConflict: the key was used for something else.
        ToolError: the refusal; nothing is changed then.
        ToolTimeout: there was no answer; it is not known yet whether the change was made.
    """
    caller, key = write.caller, write.key
    async with refusals_receipted(context, caller, key, write.operation, write.arguments):
        record = await answered(context, write)
        if record is not None and record.result is not None:
            return write.answer.model_validate(record.result)
        if record is not None and record.begun is not None:
            finding = await _found(context, write.port, caller.customer_id, key)
            if finding.state == "done":
                noted = await _complete(context, caller, key, record.begun, ChangeMade(finding.reference))
                return write.answer.model_validate(noted)
        planned = await plan()
        begun = await _begin(context, write, planned)
        if isinstance(begun, Result):
            return begun
    try:
        done = await planned.made(key)
    except SystemUnavailable as silence:
        raise outcome_unknown(silence, write.port) from silence
    except ToolError as refusal:
        await _release(context, caller, key, refusal)
        raise
    return write.answer.model_validate(await _complete(context, caller, key, begun, done, write))


async def _found(context: Context, port: str, customer_id: int, key: str) -> KeyStatus:
    """Ask what became of a key.

    Raises:
        ToolTimeout: That is still unknown.
    """
    system: ChangingPort = context.ports.by_name()[port]
    try:
        return await system.find(key=key, customer_id=customer_id)
    except SystemUnavailable as silence:
        raise outcome_unknown(silence, port) from silence


async def _begin(context: Context, write: Write[ResultT], planned: Planned[ResultT]) -> dict[str, Any] | ResultT:
    """Note a change that is about to be asked for; return the note, or the answer if it was made meanwhile."""
    caller, key = write.caller, write.key
    async with context.database.write_session() as session:
        record = await claim_key(session, context, caller, key, write.operation, write.arguments)
        if record.result is not None:
            return write.answer.model_validate(record.result)
        record.begun = {
            "port": write.port, "at": context.now().isoformat(), "numbered": planned.numbered,
            "result": planned.change.result.model_dump(mode="json"),
            "before": planned.change.before, "after": planned.change.after,
        }  # fmt: skip
        await begin_receipt(session, context, caller, key, write.operation, write.arguments)
        return dict(record.begun)


async def _complete(
    context: Context, caller: Caller, key: str, begun: dict[str, Any], done: ChangeMade, write: Write[Any] | None = None
) -> dict[str, Any]:
    """Note that the change was made and return its result; several may bring the same answer, the first one counts.

    Args:
        context: The parts to work with.
        caller: Who notes it.
        key: The key of the change.
        begun: What was noted before it was asked for.
        done: The system's answer.
        write: The write, where its caller brings the answer himself: it may come after the note was given up.
    """
    async with context.database.write_session() as session:
        record = await _record(session, context, caller, key, write)
        given_up = record.begun is None
        if record.result is None:
            noted = Change(_NotedResult.model_validate(begun["result"]), begun["before"], begun["after"])
            change = numbered(noted, begun["numbered"], done)
            record.result, record.begun = change.result.model_dump(mode="json"), None
            add_audit(session, context, caller, key, record.operation, change)
            await end_receipts(session, context, caller.customer_id, {key}, change.result)
            if given_up and write is not None:  # the receipts state that nothing was done; this one corrects them
                await add_done_receipt(session, context, caller, key, write.operation, write.arguments, change.result)
        return dict(record.result)


async def _record(
    session: AsyncSession, context: Context, caller: Caller, key: str, write: Write[Any] | None
) -> IdempotencyRecord:
    if write is not None:
        return await claim_key(session, context, caller, key, write.operation, write.arguments)
    await lock_customer(session, caller)
    return await session.get_one(IdempotencyRecord, (caller.customer_id, key))


async def _release(context: Context, caller: Caller, key: str, refusal: ToolError, begun_at: str | None = None) -> bool:
    """Note that the change was not made; the key is free again. False where somebody else was faster.

    Args:
        context: The parts to work with.
        caller: Who notes it.
        key: The key.
        refusal: Why it was not made; the outcome on the receipts.
        begun_at: The time of the note that was looked at; one that was renewed since then stays.
    """
    async with context.database.write_session() as session:
        await lock_customer(session, caller)
        record = await session.get(IdempotencyRecord, (caller.customer_id, key))
        if record is None or record.result is not None or record.begun is None:
            return False
        if begun_at is not None and record.begun["at"] != begun_at:
            return False
        await session.delete(record)
        await end_receipts(session, context, caller.customer_id, {key}, refusal)
        return True


async def settle_begun(context: Context) -> int:
    """Settle the changes whose end was never noted, as the outside systems say.

    One that was made is noted at once. One that was not is given up after ``WRITE_LEASE``, when no request can still
    be on its way. Where a system does not answer, its changes stay as they are for the next time.

    Returns:
        The number of changes that were settled.
    """
    unfinished = select(IdempotencyRecord).where(
        IdempotencyRecord.result.is_(None), IdempotencyRecord.begun.is_not(None)
    )
    async with context.database.session() as session:
        records = (await session.scalars(unfinished)).all()
    settled = 0
    for record in records:
        try:
            settled += await _settle(context, record, record.begun or {})
        except ToolError as unknown:
            _log.warning("%s of customer %s is not settled yet: %s", record.operation, record.customer_id, unknown)
    return settled


async def _settle(context: Context, record: IdempotencyRecord, begun: dict[str, Any]) -> bool:
    caller = Caller(record.customer_id, channel=Channel.SERVICE)
    finding = await _found(context, begun["port"], record.customer_id, record.key)
    if finding.state == "done":
        await _complete(context, caller, record.key, begun, ChangeMade(finding.reference))
        return True
    begun_at = datetime.fromisoformat(begun["at"])
    if finding.state == "unknown" and is_recent(begun_at, context.now(), WRITE_LEASE):
        return False
    unheard = OutsideSystemFailed(system=f"{begun['port']}_system")
    return await _release(context, caller, record.key, unheard, begun["at"])
