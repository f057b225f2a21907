"""The kinds of records: which table each stands in, by which key it is known, and what it refers to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from database.enums import LineStatus
from database.exchange.records import (
    BillRecord,
    CustomerRecord,
    ItemRecord,
    LineRecord,
    PackageRecord,
    Record,
    TicketRecord,
    UsageRecord,
)
from database.tables import Base, BillItemRow, BillRow, CustomerRow, LineRow, PackageRow, Quota, TicketRow

Key = tuple[Any, ...]
Ids = Mapping[str, Mapping[Any, int]]
"""The id of what a field names, by field and value."""

AT_ONCE = 400
"""Values of one statement; SQLite takes some thousand."""

T = TypeVar("T")


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Return values in parts that one statement takes."""
    for begin in range(0, len(values), AT_ONCE):
        yield values[begin : begin + AT_ONCE]


@dataclass(frozen=True)
class Reference:
    """A field that names a row of another table.

    Attributes:
        named: The column that holds the name.
        id: The id that is stored.
        column: The column that stores it.
        what: The thing, for the operator.
        where: Which rows count.
    """

    named: InstrumentedAttribute[Any]
    id: InstrumentedAttribute[Any]
    column: str
    what: str
    where: ColumnElement[bool] | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of records.

    Attributes:
        name: As the operator types it.
        record: The fields.
        table: The table.
        key: The fields by which a record is known.
        query: All stored records; a column for each field, under its name.
        first: The column of the query that holds the first field of the key.
        references: The fields that name rows of other tables.
        exported: Which rows an export has; None for all.
    """

    name: str
    record: type[Record]
    table: type[Base]
    key: tuple[str, ...]
    query: Select[Any]
    first: InstrumentedAttribute[Any]
    references: Mapping[str, Reference] = field(default_factory=dict)
    exported: ColumnElement[bool] | None = None

    def key_of(self, record: Record) -> Key:
        """Return the key of a record."""
        return tuple(getattr(record, name) for name in self.key)

    async def stored(self, session: AsyncSession, keys: Collection[Key] | None = None) -> dict[Key, Record]:
        """Return the records to export by key, in order; with ``keys``, at least the stored ones of these."""
        ordered = self.query.order_by(*(self.query.selected_columns[name] for name in self.key))
        if keys is None:
            ordered = ordered if self.exported is None else ordered.where(self.exported)
            rows = (await session.execute(ordered)).mappings().all()
        else:
            rows = []
            for part in parts(sorted({key[0] for key in keys})):
                rows += (await session.execute(ordered.where(self.first.in_(part)))).mappings().all()
        items = await self._items(session, [row["id"] for row in rows]) if self.table is BillRow else {}
        found: dict[Key, Record] = {}
        for row in rows:
            values: dict[str, Any] = dict(row)
            if self.table is BillRow:
                values["items"] = items[row["id"]]
            record = self.record.model_construct(None, **values)
            found[self.key_of(record)] = record
        return found

    async def ids(self, session: AsyncSession, records: Collection[Record]) -> Ids:
        """Return the ids of everything that these records name and that there is."""
        found: dict[str, dict[Any, int]] = {}
        for name, reference in self.references.items():
            found[name] = {}
            for part in parts(sorted({getattr(record, name) for record in records})):
                query = select(reference.named, reference.id).where(reference.named.in_(part))
                if reference.where is not None:
                    query = query.where(reference.where)
                found[name].update((value, id) for value, id in await session.execute(query))
        return found

    async def add(self, session: AsyncSession, records: Sequence[Record], ids: Ids) -> None:
        """Insert records."""
        if not records:
            return
        await session.execute(insert(self.table), [self._columns(record, ids) for record in records])
        await self._add_items(session, records)

    async def replace(self, session: AsyncSession, record: Record, ids: Ids) -> None:
        """Give a stored record the values that this one states."""
        columns = self._columns(record, ids, stated=True)
        if isinstance(record, LineRecord) and columns.get("status", LineStatus.SUSPENDED) != LineStatus.SUSPENDED:
            columns |= {"suspended_at": None, "suspension_reason": None}  # of a suspension that is over
        table = self.table.__table__
        key = {name: columns.pop(name) for name in self._key_columns()}
        where = [table.c[name] == value for name, value in key.items()]
        if columns:
            await session.execute(update(self.table).where(*where).values(columns))
        if isinstance(record, BillRecord):
            await session.execute(delete(BillItemRow).where(BillItemRow.bill_id == record.id))
            await self._add_items(session, [record])

    def _key_columns(self) -> list[str]:
        return [self.references[name].column if name in self.references else name for name in self.key]

    def _columns(self, record: Record, ids: Ids, *, stated: bool = False) -> dict[str, Any]:
        """Return the values of a record by column; only those that it states, or all."""
        values: dict[str, Any] = {}
        for name in type(record).model_fields:
            if name == "items" or (stated and name not in record.model_fields_set):
                continue
            value = getattr(record, name)
            reference = self.references.get(name)
            values[reference.column if reference else name] = ids[name][value] if reference else value
        return values

    @staticmethod
    async def _items(session: AsyncSession, bills: Sequence[str]) -> dict[str, tuple[ItemRecord, ...]]:
        found: dict[str, tuple[ItemRecord, ...]] = dict.fromkeys(bills, ())
        for part in parts(bills):
            query = select(BillItemRow).where(BillItemRow.bill_id.in_(part)).order_by(BillItemRow.id)
            for item in await session.scalars(query):
                shown = ItemRecord.model_construct(service_name=item.service_name, amount=item.amount)
                found[item.bill_id] = (*found[item.bill_id], shown)
        return found

    @staticmethod
    async def _add_items(session: AsyncSession, records: Iterable[Record]) -> None:
        rows = [
            {"bill_id": bill.id, "service_name": item.service_name, "amount": item.amount}
            for bill in records
            if isinstance(bill, BillRecord)
            for item in bill.items
        ]
        if rows:
            await session.execute(insert(BillItemRow), rows)


def _of(table: type[Base], record: type[Record], **named: InstrumentedAttribute[Any]) -> Select[Any]:
    """Select the columns of a record's fields; ``named`` are those that stand in another table."""
    columns: Iterator[Any] = (
        named[name].label(name) if name in named else getattr(table, name)
        for name in record.model_fields
        if name != "items"
    )
    return select(*columns)


_LIVES = CustomerRow.erased_at.is_(None)
_CUSTOMER = Reference(CustomerRow.id, CustomerRow.id, "customer_id", "customer", _LIVES)
_PACKAGE = Reference(PackageRow.name, PackageRow.id, "package_id", "package")
_LINE = Reference(LineRow.number, LineRow.id, "line_id", "line")

CUSTOMERS = Kind(
    "customers", CustomerRecord, CustomerRow, ("id",),
    # Negative numbers are the operator's own people.
    _of(CustomerRow, CustomerRecord).where(CustomerRow.id >= 0, _LIVES), CustomerRow.id,
)  # fmt: skip
CATALOGUE = Kind("catalogue", PackageRecord, PackageRow, ("name",), _of(PackageRow, PackageRecord), PackageRow.name)
LINES = Kind(
    "lines", LineRecord, LineRow, ("number",),
    _of(LineRow, LineRecord, package=PackageRow.name).join(PackageRow, PackageRow.id == LineRow.package_id),
    LineRow.number,
    {"customer_id": _CUSTOMER, "package": _PACKAGE},
)  # fmt: skip
BILLS = Kind(
    "bills", BillRecord, BillRow, ("id",), _of(BillRow, BillRecord), BillRow.id, {"customer_id": _CUSTOMER},
    # The bills of an erased person stay, but no import could name the customer.
    exported=BillRow.customer_id.in_(select(CustomerRow.id).where(_LIVES)),
)  # fmt: skip
USAGE = Kind(
    "usage", UsageRecord, Quota, ("line", "period_end"),
    _of(Quota, UsageRecord, line=LineRow.number).join(LineRow, LineRow.id == Quota.line_id),
    LineRow.number, {"line": _LINE},
)  # fmt: skip
TICKETS = Kind(
    "tickets", TicketRecord, TicketRow, ("id",), _of(TicketRow, TicketRecord), TicketRow.id, {"customer_id": _CUSTOMER}
)

KINDS = {kind.name: kind for kind in (CUSTOMERS, CATALOGUE, LINES, BILLS, USAGE, TICKETS)}
"""All kinds by name, in the order in which an empty database takes them."""
