"""Every write happens once for its key, and leaves its audit row, receipt and answer with it.

Where the systems that it concerns are our own tables, all of it is one transaction: look up the key, make the change,
store audit row, receipt and answer. A change in an outside system is the work of ``outside_writes``.

A write that has happened answers again what it answered first; the same key for anything else is refused. A write
that is refused leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from database.tables import AuditEntry, CustomerRow, IdempotencyRecord
from ports import joins_transaction
from ports.errors import RequestRefused
from ports.outcome import ChangeMade
from tools.caller import Caller, Context
from tools.errors import IdempotencyConflict, ValidationFailed
from tools.errors.systems import refused
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


@dataclass(frozen=True)
class Planned(Generic[ResultT]):
    """A write whose guards have been passed.

    Attributes:
        change: Its effect once it is made.
        make: Makes the change by a port, under the key that it is given; None where nothing has to change.
        numbered: The field of the result that states the number which the system gives; None where there is none.
        details: What is known of the request, for the text of a refusal.
    """

    change: Change[ResultT]
    make: Callable[[str], Awaitable[ChangeMade]] | None
    numbered: str | None = None
    details: dict[str, Any] = field(default_factory=dict)

    async def made(self, key: str) -> ChangeMade:
        """Make the change.

        Raises:
            ToolError: The system said no.
            SystemUnavailable: It gave no answer.
        """
        try:
            return await self.make(key) if self.make is not None else ChangeMade()
        except RequestRefused as refusal:
            raise refused(refusal, self.details) from refusal


Plan = Callable[[], Awaitable[Planned[ResultT]]]
"""Checks the guards of a write and says what it will be; raises the refusal."""


@dataclass(frozen=True)
class Write(Generic[ResultT]):
    """A write that a caller wants.

    Attributes:
        caller: Who writes.
        key: The key that makes it happen once.
        operation: The name of the operation.
        arguments: What it was asked; belongs to the key.
        answer: The type of its answer.
        port: The port that makes the change.
    """

    caller: Caller
    key: str
    operation: str
    arguments: Arguments
    answer: type[ResultT]
    port: str


def numbered(change: Change[ResultT], name: str | None, done: ChangeMade) -> Change[ResultT]:
    """Return a change with the number that the outside system gave it, in the field of this name."""
    if name is None or done.reference is None:
        return change
    after = change.after | ({name: done.reference} if name in change.after else {})
    return replace(change, result=change.result.model_copy(update={name: done.reference}), after=after)


async def write_in_our_transaction(
    context: Context, write: Write[ResultT], plan: Plan[ResultT], *, reads: tuple[str, ...]
) -> ResultT:
    """Make a change of our own tables exactly once for the caller's key.

    Args:
        context: The parts to work with.
        write: What is wanted.
        plan: Checks the guards, in the transaction where all that it reads is our own.
        reads: The ports that ``plan`` reads; an outside one is not waited for while the transaction is open.

    Raises:
        IdempotencyConflict: the key was used for something else.
        ToolError: whatever a guard of ``plan`` raises; nothing is changed then.
    """
    caller, key = write.caller, write.key
    ports = context.ports.by_name()
    async with refusals_receipted(context, caller, key, write.operation, write.arguments):
        planned = None
        if not all(joins_transaction(ports[name]) for name in reads) and await answered(context, write) is None:
            planned = await plan()
        async with context.database.write_session() as session:
            record = await claim_key(session, context, caller, key, write.operation, write.arguments)
            if record.result is not None:
                return write.answer.model_validate(record.result)
            planned = planned or await plan()
            change = numbered(planned.change, planned.numbered, await planned.made(key))
            record.result = change.result.model_dump(mode="json")
            add_audit(session, context, caller, key, write.operation, change)
            await add_done_receipt(session, context, caller, key, write.operation, write.arguments, change.result)
    return change.result


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


async def answered(context: Context, write: Write[ResultT]) -> IdempotencyRecord | None:
    """Return the record of a key that came before, without waiting for anybody; None for a new key.

    Raises:
        IdempotencyConflict: the key was used for something else.
    """
    async with context.database.session() as session:
        found = await session.get(IdempotencyRecord, (write.caller.customer_id, write.key))
    if found is not None and found.arguments_hash != _fingerprint(write.operation, write.arguments):
        raise IdempotencyConflict
    return found


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
        begun=None,
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
    await session.scalar(select(CustomerRow.id).where(CustomerRow.id == caller.customer_id).with_for_update())


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
