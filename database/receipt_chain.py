"""The chain of a customer's receipts: how an entry is hashed, and which entries do not hold.

A hash is the SHA-256 of the canonical JSON of every stored value except the words, their salt and the hash itself;
values that are NULL are left out. Of a column named in ``digests`` it covers the salted digest instead of the text, so
that a text with the customer's own words can be erased.

Someone who may write the database could forge a whole chain together with its end;
``seal_of_chains`` gives one digest over all ends that an operator can note elsewhere against that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from database.session import Database
from database.tables import Receipt, ReceiptChain

FIRST = "0" * 64
_NOT_HASHED = frozenset({"words", "salt", "hash"})
ERASABLE = ("question", "arguments", "facts", "outcome")
"""Columns that may hold the customer's own words; which of them do in an entry, its ``digests`` say."""
HASHED = tuple(column.name for column in Receipt.__table__.columns if column.name not in _NOT_HASHED)


@dataclass(frozen=True)
class BrokenReceipt:
    """A place where a chain does not hold.

    Attributes:
        customer_id: The customer of the chain.
        number: Place of the entry, from 1; None for the chain's end.
        id: Id of the entry, where it can be read.
        reason: What does not hold.
    """

    customer_id: int
    number: int | None
    id: str | None
    reason: str


@dataclass(frozen=True)
class Unreadable:
    """An entry that the database cannot give back."""

    number: int


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys and no blanks; what JSON does not know becomes a string."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def words_digest(salt: str, words: str) -> str:
    """Return the SHA-256 of the salt and the customer's words, in hex."""
    return hashlib.sha256(f"{salt}\n{words}".encode("utf-8", "surrogatepass")).hexdigest()


def text_digest(salt: str, column: str, text: str) -> str:
    """Return the SHA-256 of the salt and the text of a column, in hex."""
    return words_digest(salt, f"{column}\n{text}")


def digests_of(row: Receipt) -> dict[str, str]:
    """Return the digests of the columns that an entry's hash does not cover themselves; none that are damaged."""
    try:
        found = json.loads(row.digests or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) and set(found) <= set(ERASABLE) else {}


def receipt_hash(row: Receipt) -> str:
    """Return the SHA-256 that an entry must have, in hex."""
    apart = digests_of(row)
    stored = {name: getattr(row, name) for name in HASHED if name not in apart}
    text = canonical_json({name: value for name, value in stored.items() if value is not None})
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def broken_receipts(
    customer_id: int, rows: Sequence[Receipt | Unreadable], chain: ReceiptChain | None
) -> Iterator[BrokenReceipt]:
    """Yield the places where one customer's chain does not hold.

    Args:
        customer_id: The customer.
        rows: The entries, by number.
        chain: The stored end of the chain.
    """
    erased = {row.about for row in rows if isinstance(row, Receipt) and row.kind == "erased"}
    expected, possible = 1, frozenset({FIRST})
    for row in rows:
        while isinstance(row.number, int) and expected < row.number:
            yield BrokenReceipt(customer_id, expected, None, "is missing")
            expected, possible = expected + 1, frozenset()
        if isinstance(row, Unreadable):
            yield BrokenReceipt(customer_id, row.number, None, "cannot be read")
            possible = frozenset()
        else:
            yield from _faults_of(customer_id, row, possible, erased)
            # A changed hash is that row's own fault: the next one is not named for it.
            possible = frozenset({row.hash, receipt_hash(row)})
        expected += 1
    if chain is None and rows:
        yield BrokenReceipt(customer_id, None, None, "the end of the chain is missing")
    elif chain is not None and (chain.length != expected - 1 or (possible and chain.head not in possible)):
        yield BrokenReceipt(
            customer_id,
            None,
            None,
            f"the chain ends with entry {expected - 1}, not with the noted entry {chain.length}",
        )


def _faults_of(
    customer_id: int, row: Receipt, possible: Collection[str], erased: Collection[str | None]
) -> Iterator[BrokenReceipt]:
    if receipt_hash(row) != row.hash and not (row.id in erased and emptied_whole(row)):
        yield BrokenReceipt(customer_id, row.number, row.id, "its content does not match its hash")
    elif possible and row.previous not in possible:
        yield BrokenReceipt(customer_id, row.number, row.id, "it does not follow the entry before it")
    texts = {name: getattr(row, name) for name in digests_of(row)}
    if row.words is None and row.salt is None and not any(text is not None for text in texts.values()):
        if (row.words_digest is not None or texts) and row.id not in erased:
            yield BrokenReceipt(customer_id, row.number, row.id, "the customer's words are gone without an erasure")
    elif not _words_match(row, bool(texts)):
        yield BrokenReceipt(customer_id, row.number, row.id, "the customer's words are not those that were stored")
    elif not _texts_match(row, texts):
        yield BrokenReceipt(customer_id, row.number, row.id, "its content does not match its hash")


def emptied_whole(row: Receipt) -> bool:
    """Return True for an entry from before there were digests whose texts were erased.

    Its own hash covered them and cannot be made again; the hash and the links on both sides still hold it in its place.
    """
    return row.digests is None and all(getattr(row, name) is None for name in ERASABLE)


def _words_match(row: Receipt, has_texts: bool) -> bool:
    if not isinstance(row.salt, str) or (row.words is None and not has_texts):
        return False
    digest = None if row.words is None else words_digest(row.salt, str(row.words))
    return digest == row.words_digest


def _texts_match(row: Receipt, texts: Mapping[str, Any]) -> bool:
    digests = digests_of(row)
    return all(
        isinstance(text, str) and text_digest(str(row.salt), name, text) == digests[name]
        for name, text in texts.items()
    )


@dataclass(frozen=True)
class Verification:
    """The outcome of checking chains.

    Attributes:
        receipts: Entries that were checked.
        customers: Chains that were checked.
        broken: The places that do not hold.
        seal: One digest over the ends of all checked chains; while it equals an earlier note, nothing was replaced.
    """

    receipts: int
    customers: int
    broken: Sequence[BrokenReceipt]
    seal: str


async def verify_receipts(database: Database, customer_id: int | None = None) -> Verification:
    """Check every chain, or one customer's.

    Args:
        database: The database, only read.
        customer_id: None for all.
    """
    broken: list[BrokenReceipt] = []
    ends: list[tuple[int, int, str]] = []
    total = 0
    async for owner, rows, chain in _chains(database, customer_id):
        total += len(rows)
        broken.extend(broken_receipts(owner, rows, chain))
        if chain is not None:
            ends.append((owner, chain.length, chain.head))
    seal = hashlib.sha256(canonical_json(ends).encode()).hexdigest()
    return Verification(total, len(ends), broken, seal)


async def _chains(
    database: Database, customer_id: int | None
) -> AsyncIterator[tuple[int, Sequence[Receipt | Unreadable], ReceiptChain | None]]:
    async with database.session() as session:
        owners = select(Receipt.customer_id).union(select(ReceiptChain.customer_id))
        found = [customer_id] if customer_id is not None else sorted(await session.scalars(owners))
        for owner in found:
            rows = await _entries(session, owner)
            end = select(ReceiptChain).where(ReceiptChain.customer_id == owner)
            yield owner, rows, await session.scalar(end)
            session.expunge_all()


async def _entries(session: AsyncSession, customer_id: int) -> Sequence[Receipt | Unreadable]:
    mine = Receipt.customer_id == customer_id
    try:
        return list(await session.scalars(select(Receipt).where(mine).order_by(Receipt.number)))
    except DBAPIError:  # bytes that are no text: SQLite refuses the whole answer, so each entry is asked for
        pass
    rows: list[Receipt | Unreadable] = []
    for number in await session.scalars(select(Receipt.number).where(mine).order_by(Receipt.number)):
        try:
            rows.extend(await session.scalars(select(Receipt).where(mine, Receipt.number == number)))
        except DBAPIError:
            rows.append(Unreadable(number))
    return rows
