"""Personal data by table: how a person's rows are found, and what erasing the person does to them.

Every table stands in ``ERASURE`` or in ``IMPERSONAL``; a test fills each with rows and fails where one is in neither or
where words of an erased person are left. The checkpoints of conversations are no tables of ours: ``service.personal``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table, delete, select, update

from database.admins import leaves_nobody
from database.enums import AccountRole, PaymentStatus
from database.former_colleagues import LOGINS, forget_logins, said_as_colleague
from database.receipts import erase_words_in
from database.session import Database
from database.tables import Account, AccountIdentity, Base, CustomerRow, IdempotencyRecord, Payment, Thread

ERASED_NAME = "(silinmiş müşteri)"


@dataclass(frozen=True)
class Blank:
    """Rows stay, since the law or other rows need them; these columns lose their values."""

    values: Mapping[str, Any]


DELETED: Literal["deleted"] = "deleted"
KEPT: Literal["kept"] = "kept"
Erasure = Blank | Literal["deleted", "kept"]

ERASURE: Mapping[str, Erasure] = {
    "customers": Blank({"name": ERASED_NAME, "email": "", "phone": "", "address": None, "region": "", "tier": ""}),
    "accounts": DELETED,
    "logins": DELETED,
    "account_identities": DELETED,
    "account_changes": Blank({"login": ""}),
    "lines": DELETED,
    "quotas": DELETED,
    "autopays": DELETED,
    "tickets": DELETED,
    "photos": DELETED,
    "handovers": DELETED,
    "chat_threads": DELETED,
    "chat_messages": DELETED,
    "chat_runs": DELETED,
    "chat_run_records": DELETED,
    "chat_run_tapes": DELETED,
    "replay_runs": DELETED,
    "replay_set_turns": DELETED,
    "replay_results": DELETED,
    "chat_turn_keys": DELETED,
    "idempotency_records": DELETED,
    "audit_entries": Blank({"before": None, "after": None}),
    # Commercial and tax law keeps what was billed and paid. Receipts lose the customer's words, see ``erase_person``.
    "bills": KEPT,
    "bill_items": KEPT,
    "payments": KEPT,
    "receipts": KEPT,
    "receipt_chains": KEPT,
}
"""What erasing a person does to the rows of each table that has any."""

IMPERSONAL = frozenset({
    "packages", "chat_prompt_texts", "text_versions", "text_labels", "text_rollouts", "rate_counters",
    "replay_sets", "replay_experiments",
})  # fmt: skip
"""Tables that hold nothing about a person."""

SECRET = frozenset({("accounts", "password_hash"), ("logins", "refresh_digest"), ("receipts", "salt")})
"""Columns that nobody gets, not even the person."""

AS_COLLEAGUE = "said_as_colleague"
"""What is no table in the data of a person: the words said to customers as one of the operator's own people."""


class CustomerNotFound(LookupError):
    """There is no such customer."""


class NobodyLeft(RuntimeError):
    """Nobody could manage accounts without the person's."""


class PaymentRuns(RuntimeError):
    """A payment of the customer is not settled yet, so that what the law keeps is not known."""


def rows_of_person(table: Table, customer_id: int) -> ColumnElement[bool] | None:
    """Return the condition for a person's rows of a table, along its foreign keys; None where no key leads there."""
    if table.name == CustomerRow.__tablename__:
        return table.c.id == customer_id
    if "customer_id" in table.c:
        return table.c.customer_id == customer_id
    for key in table.foreign_keys:
        parent = key.column.table
        found = None if parent.name in IMPERSONAL else rows_of_person(parent, customer_id)
        if found is not None:
            return key.parent.in_(select(key.column).where(found))
    return None


async def data_of_person(database: Database, customer_id: int) -> dict[str, Sequence[dict[str, Any]]]:
    """Return everything that the tables hold about a person, by table, without secrets.

    Raises:
        CustomerNotFound: There is no such customer.
    """
    found: dict[str, Sequence[dict[str, Any]]] = {}
    async with database.session() as session:
        if await session.get(CustomerRow, customer_id) is None:
            raise CustomerNotFound(str(customer_id))
        others = (Account.role != AccountRole.CUSTOMER) & (Account.customer_id != customer_id)
        colleagues = set(await session.scalars(select(Account.login).where(others)))
        for table in Base.metadata.sorted_tables:
            mine = None if table.name in IMPERSONAL else rows_of_person(table, customer_id)
            if mine is not None:
                columns = [column for column in table.c if (table.name, column.name) not in SECRET]
                query = select(*columns).where(mine).order_by(*table.primary_key.columns)
                rows = (await session.execute(query)).mappings()
                found[table.name] = [_without(colleagues, table, row) for row in rows]
        found[AS_COLLEAGUE] = await said_as_colleague(session, customer_id)
    return found


def _without(colleagues: Collection[str], table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row without the logins of the operator's own people, which are theirs and not the person's."""
    named = {column for name, column in LOGINS if name == table.name}
    return {name: "(a colleague)" if name in named and value in colleagues else value for name, value in row.items()}


async def threads_of_person(database: Database, customer_id: int) -> Sequence[str]:
    """Return the ids of a person's conversations, deleted ones as well."""
    async with database.session() as session:
        return list(await session.scalars(select(Thread.id).where(Thread.customer_id == customer_id)))


async def shut_out(database: Database, customer_id: int, now: datetime) -> None:
    """Delete a person's logins and mark the person as erased, so that no new turn begins.

    Raises:
        CustomerNotFound: There is no such customer.
        NobodyLeft: The person is the last admin.
        PaymentRuns: A payment is not settled yet.
    """
    async with database.write_session() as session:
        customer = await session.get(CustomerRow, customer_id, with_for_update=True)
        if customer is None:
            raise CustomerNotFound(str(customer_id))
        running = (Payment.customer_id == customer_id) & (Payment.status == PaymentStatus.PROCESSING)
        begun = (
            (IdempotencyRecord.customer_id == customer_id)
            & IdempotencyRecord.begun.is_not(None)
            & IdempotencyRecord.result.is_(None)
        )
        for unsettled in (select(Payment.at).where(running), select(IdempotencyRecord.created_at).where(begun)):
            if await session.scalar(unsettled.limit(1)) is not None:
                raise PaymentRuns(f"A payment of customer {customer_id} is not settled yet; try again in some minutes.")
        if await leaves_nobody(session, Account.customer_id == customer_id):
            raise NobodyLeft(f"Customer {customer_id} is the last admin: nobody could manage accounts any more.")
        customer.erased_at = customer.erased_at or now
        await forget_logins(session, customer_id, now)
        mine = select(Account.id).where(Account.customer_id == customer_id)
        await session.execute(delete(AccountIdentity).where(AccountIdentity.account_id.in_(mine)))
        await session.execute(delete(Account).where(Account.customer_id == customer_id))


async def erase_person(database: Database, customer_id: int, now: datetime) -> dict[str, int]:
    """Erase a person in all tables, in one transaction; what the law keeps stays without the words.

    Returns:
        The number of rows that were deleted or lost values, by table.
    """
    done: dict[str, int] = {}
    async with database.write_session() as session:
        done["receipts"] = await erase_words_in(session, customer_id, now)
        for table in reversed(Base.metadata.sorted_tables):
            mine, how = rows_of_person(table, customer_id), ERASURE.get(table.name, KEPT)
            if mine is None or how == KEPT:
                continue
            change = update(table).values(**how.values) if isinstance(how, Blank) else delete(table)
            changed = await session.execute(change.where(mine))
            done[table.name] = int(changed.rowcount)  # type: ignore[attr-defined]
    await _empty_log(database)
    return {name: count for name, count in sorted(done.items()) if count}


async def _empty_log(database: Database) -> None:
    """Empty SQLite's write-ahead log, in which deleted rows would stand until it is written over."""
    if database.is_sqlite:
        async with database.engine.connect() as connection:
            raw = await connection.get_raw_connection()
            assert raw.driver_connection is not None  # noqa: S101  an open connection has one
            await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
