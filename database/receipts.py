"""Receipts: proof of each change that a customer said yes to, chained by hash for each customer.

An entry is added in the transaction of what it proves, under the customer's lock, so that none is lost and two never
take the same place. ``database.receipt_chain`` finds what was changed afterwards. The customer's reply, the question,
and where an operation takes words of the customer's own its arguments, facts and outcome are in the chain as salted
digests only, so erasing them leaves it verifiable.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from database.receipt_chain import (
    ERASABLE,
    FIRST,
    canonical_json,
    digests_of,
    receipt_hash,
    text_digest,
    words_digest,
)
from database.session import Database
from database.tables import CustomerRow, Receipt, ReceiptChain

DONE, REFUSED, BEGUN, ERASED = "done", "refused", "begun", "erased"


class ReceiptNotFound(LookupError):
    """No receipt has this id, or several begin with it."""


@dataclass(frozen=True)
class ConsentEvidence:
    """The consent to one change: what was asked, what the customer replied, and how the reply was read.

    Attributes:
        question: The text of the question.
        facts: The facts of the preview, which the question states.
        words: The customer's reply; None where a button was pressed.
        reading: The probabilities of the reply's readings; ``{"button": true}`` for a button.
        versions: Hashes of policy and prompts, and the models that read and wrote.
    """

    question: str
    facts: Mapping[str, Any]
    words: str | None
    reading: Mapping[str, Any]
    versions: Mapping[str, Any]


@dataclass(frozen=True)
class ReceiptSubject:
    """The change that an entry is about.

    Attributes:
        customer_id: The customer.
        operation: Name of the operation.
        key: The idempotency key of the change.
        run_id: The recorded turn.
        channel: Where the reply came from.
        arguments: The arguments of the operation.
        free_text: Arguments, facts or outcome may hold the customer's own words, and can be erased.
    """

    customer_id: int
    operation: str
    key: str | None
    run_id: str | None
    channel: str
    arguments: Mapping[str, Any]
    free_text: bool = True


async def add_receipt(
    session: AsyncSession,
    kind: str,
    subject: ReceiptSubject,
    evidence: ConsentEvidence,
    outcome: Mapping[str, Any] | None,
    now: datetime,
) -> Receipt:
    """Add the entry of a change in the transaction of the change.

    Args:
        session: The transaction of the change.
        kind: ``DONE``, ``REFUSED`` or ``BEGUN``; the outcome of the last follows by ``close_receipts``.
        subject: The change.
        evidence: The consent to it.
        outcome: ``{"result": …}`` or ``{"error": …}``; None while it is open.
        now: The present time.
    """
    salt = secrets.token_hex(16)
    row = Receipt(
        kind=kind,
        operation=subject.operation,
        idempotency_key=subject.key,
        run_id=subject.run_id,
        channel=str(subject.channel),
        arguments=canonical_json(subject.arguments),
        question=evidence.question,
        facts=canonical_json(evidence.facts),
        reading=canonical_json(evidence.reading),
        versions=canonical_json(evidence.versions),
        outcome=None if outcome is None else canonical_json(outcome),
        words=evidence.words,
        salt=salt,
        words_digest=None if evidence.words is None else words_digest(salt, evidence.words),
    )
    row.digests = canonical_json(
        {name: text_digest(salt, name, getattr(row, name)) for name in _erasable(row, subject.free_text)}
    )
    return await _append(session, subject.customer_id, row, now)


async def open_receipts(session: AsyncSession, customer_id: int, keys: Collection[str]) -> Sequence[Receipt]:
    """Return the customer's begun changes with these idempotency keys whose outcome is not stated yet."""
    mine = (Receipt.customer_id == customer_id) & Receipt.idempotency_key.in_(keys)
    rows = list(await session.scalars(select(Receipt).where(mine).order_by(Receipt.number)))
    closed = {row.about for row in rows}
    return [row for row in rows if row.kind == BEGUN and row.id not in closed]


async def close_receipts(
    session: AsyncSession, customer_id: int, keys: Collection[str], kind: str, outcome: Mapping[str, Any], now: datetime
) -> None:
    """State the outcome of the customer's begun changes with these keys; nothing where none is open.

    Args:
        session: The transaction in which the outcome is booked.
        customer_id: The customer.
        keys: Idempotency keys.
        kind: ``DONE`` or ``REFUSED``.
        outcome: ``{"result": …}`` or ``{"error": …}``.
        now: The present time.
    """
    for begun in await open_receipts(session, customer_id, keys):
        row = Receipt(
            kind=kind, about=begun.id, operation=begun.operation, idempotency_key=begun.idempotency_key,
            run_id=begun.run_id, channel=begun.channel, outcome=canonical_json(outcome),
        )  # fmt: skip
        await _append(session, customer_id, row, now)


async def erase_words(database: Database, customer_id: int, now: datetime, ids: Collection[str] | None = None) -> int:
    """Erase the customer's words from his receipts; the chain stays verifiable.

    Args:
        database: The database.
        customer_id: The customer.
        now: The present time.
        ids: Only of these receipts; None for all of the customer's.

    Returns:
        The number of receipts whose words were erased.
    """
    async with database.write_session() as session:
        return await erase_words_in(session, customer_id, now, ids)


async def erase_words_in(
    session: AsyncSession, customer_id: int, now: datetime, ids: Collection[str] | None = None
) -> int:
    """Erase the customer's words in a transaction of the caller's; see ``erase_words``."""
    await _lock(session, customer_id)
    # Of an entry from before there were digests the texts go whole, where they begin with the question.
    older = Receipt.digests.is_(None) & Receipt.question.is_not(None)
    wanted = (Receipt.customer_id == customer_id) & (Receipt.salt.is_not(None) | older)
    if ids is not None:
        wanted &= Receipt.id.in_(ids)
    rows = list(await session.scalars(select(Receipt).where(wanted).order_by(Receipt.number)))
    for row in rows:
        for name in digests_of(row) if row.digests is not None else ERASABLE:
            setattr(row, name, None)
        row.words = row.salt = None
        erasure = Receipt(kind=ERASED, about=row.id, operation=row.operation, channel=row.channel)
        await _append(session, customer_id, erasure, now)
    return len(rows)


async def find_receipt(database: Database, id: str) -> Sequence[Receipt]:
    """Return the receipt with this id, or the beginning of it, and the later entries about it.

    Raises:
        ReceiptNotFound: There is none, or there are several.
    """
    async with database.session() as session:
        found = list(await session.scalars(select(Receipt).where(Receipt.id.startswith(id, autoescape=True)).limit(2)))
        if len(found) != 1:
            raise ReceiptNotFound(id)
        first = found[0]
        if first.about is not None:
            first = await session.get(Receipt, first.about) or first
        later = select(Receipt).where(Receipt.about == first.id, Receipt.customer_id == first.customer_id)
        return [first, *await session.scalars(later.order_by(Receipt.number))]


async def receipts_of(database: Database, customer_id: int) -> Sequence[Receipt]:
    """Return all entries of a customer's chain, in order."""
    async with database.session() as session:
        mine = select(Receipt).where(Receipt.customer_id == customer_id).order_by(Receipt.number)
        return list(await session.scalars(mine))


def _erasable(row: Receipt, free_text: bool) -> Sequence[str]:
    """Return the columns of a new entry that may hold the customer's own words."""
    # A refusal names what the customer wanted; one question can be about several changes.
    kept = () if free_text else ("arguments", "facts") if row.kind == REFUSED else ("arguments", "facts", "outcome")
    return [name for name in ERASABLE if name not in kept and getattr(row, name) is not None]


async def _append(session: AsyncSession, customer_id: int, row: Receipt, now: datetime) -> Receipt:
    """Give a row the next place in the customer's chain and add it."""
    await _lock(session, customer_id)
    chain = await session.get(ReceiptChain, customer_id, with_for_update=True, populate_existing=True)
    if chain is None:
        chain = ReceiptChain(customer_id=customer_id, length=0, head=FIRST)
        session.add(chain)
    row.id = str(uuid4())
    row.customer_id = customer_id
    row.number = chain.length + 1
    row.at = now.astimezone(UTC).isoformat(timespec="microseconds")
    row.previous = chain.head
    row.hash = receipt_hash(row)
    session.add(row)
    chain.length, chain.head = row.number, row.hash
    await session.flush()
    return row


async def _lock(session: AsyncSession, customer_id: int) -> None:
    """Make one customer's entries come one after another; SQLite has taken its write lock already."""
    await session.scalar(select(CustomerRow.id).where(CustomerRow.id == customer_id).with_for_update())
