"""One transaction for every write: look up the key, make the change, store audit row, receipt and answer.

A write that has happened answers again what it answered first; the same key for anything else is refused. A write
that is refused leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from database.tables import AuditEntry, Customer, IdempotencyRecord
from tools.caller import Caller, Context
from tools.errors import IdempotencyConflict, ValidationFailed
from tools.receipts import add_done_receipt, refusals_receipted
from tools.schema import Arguments, Result

MAX_KEY_LENGTH = 200

ResultT = TypeVar("ResultT", bound=Result)


@dataclass(frozen=True)
class Change(Generic[ResultT]):
    """The effect of a write.

    Attributes:
        result: The answer.
        before: The changed values as they were, for the audit row; JSON values only.
        after: The changed values as they are.
    """

    result: ResultT
    before: dict[str, Any]
    after: dict[str, Any]


async def write_once(
    context: Context,
    caller: Caller,
    operation: str,
    arguments: Arguments,
    answer: type[ResultT],
    change: Callable[[AsyncSession], Awaitable[Change[ResultT]]],
) -> ResultT:
    """Make a change exactly once for the caller's key.

    Args:
        context: The parts to work with.
        caller: Who writes, and under which key.
        operation: The name of the operation.
        arguments: What it was asked; belongs to the key.
        answer: The type of its answer.
        change: Checks the guards and makes the change, inside the transaction.

    Raises:
        IdempotencyConflict: the key was used for something else.
        ToolError: whatever a guard of ``change`` raises; nothing is changed then.
    """
    key = key_of(caller)
    async with (
        refusals_receipted(context, caller, key, operation, arguments),
        context.database.write_session() as session,
    ):
        record = await claim_key(session, context, caller, key, operation, arguments)
        if record.result is not None:
            return answer.model_validate(record.result)
        done = await change(session)
        record.result = done.result.model_dump(mode="json")
        add_audit(session, context, caller, key, operation, done)
        await add_done_receipt(session, context, caller, key, operation, arguments, done.result)
    return done.result


def key_of(caller: Caller) -> str:
    """Return the caller's key; without one a new key, so that the write stands alone.

    Raises:
        ValidationFailed: the key is empty or too long.
    """
    key = caller.idempotency_key
    if key is None:
        return str(uuid4())
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise ValidationFailed(message=f"İşlem anahtarı 1 ile {MAX_KEY_LENGTH} karakter arasında olmalıdır.")
    return key


async def claim_key(
    session: AsyncSession, context: Context, caller: Caller, key: str, operation: str, arguments: Arguments
) -> IdempotencyRecord:
    """Return the key's record, made if it is new; its ``result`` is None while the write is unfinished.

    Raises:
        IdempotencyConflict: the key was used for something else.
    """
    record = IdempotencyRecord(
        customer_id=caller.customer_id,
        key=key,
        operation=operation,
        arguments_hash=_fingerprint(operation, arguments),
        result=None,
        created_at=context.now(),
    )
    await lock_customer(session, caller)
    found = await session.get(IdempotencyRecord, (caller.customer_id, key))
    if found is None:
        session.add(record)
        return record
    if found.arguments_hash != record.arguments_hash:
        raise IdempotencyConflict
    return found


async def lock_customer(session: AsyncSession, caller: Caller) -> None:
    """Make one customer's writes happen one after another, so that no guard is passed by two of them at once.

    SQLite has taken its write lock already; PostgreSQL waits here for another write of the same customer.
    """
    await session.scalar(select(Customer.id).where(Customer.id == caller.customer_id).with_for_update())


def add_audit(
    session: AsyncSession, context: Context, caller: Caller, key: str, operation: str, change: Change[ResultT]
) -> None:
    """Add the audit row in the transaction of the change."""
    session.add(
        AuditEntry(
            at=context.now(),
            customer_id=caller.customer_id,
            run_id=caller.run_id,
            channel=caller.channel,
            operation=operation,
            before=change.before,
            after=change.after,
            idempotency_key=key,
        )
    )


def _fingerprint(operation: str, arguments: Arguments) -> str:
    text = json.dumps([operation, arguments.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
