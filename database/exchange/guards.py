"""Guards of stored values: what happened here meanwhile is kept, and what the tables or the law forbid is refused.

A row is *passed over* or *held* where what is stored is newer than the file can know: the rest of the file is still
taken. It is *refused* where the file is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from core.turkish import fold
from database.enums import BillStatus, CustomerKind, LineStatus
from database.exchange.files import FileProblem
from database.exchange.kinds import BILLS, CATALOGUE, CUSTOMERS, LINES, TICKETS, Kind
from database.exchange.records import BillRecord, CustomerRecord, LineRecord, PackageRecord, Record
from database.exchange.stored import (
    business_packages,
    erased_among,
    mains_of,
    names_of_packages,
    paid_here,
    private_customers,
    suspended_here,
)
from database.seed.numbers import SIGN_UPS

ERASED, PAID_HERE, SUSPENDED_HERE = "of an erased person", "paid here", "suspended here by the customer"


@dataclass
class ImportGuard:
    """The stored values that a file of one kind cannot change.

    Attributes:
        kind: What the rows are.
        erased: Numbers of erased persons among those that the rows name.
        paid: Ids of bills that a payment of this service is for.
        suspended: Numbers of lines that their customers suspended here.
        mains: The main line of each customer that the rows name.
    """

    kind: Kind
    erased: set[int] = field(default_factory=set)
    paid: set[str] = field(default_factory=set)
    suspended: set[str] = field(default_factory=set)
    mains: dict[int, str] = field(default_factory=dict)

    def passed_over(self, record: Record) -> str | None:
        """Return why a row is passed over whatever it states; None for one that is not."""
        customer = record.id if isinstance(record, CustomerRecord) else getattr(record, "customer_id", None)
        return ERASED if customer in self.erased else None

    def held(self, record: Record, stored: Record, differs: Iterable[str]) -> str | None:
        """Return why a stored record stays as it is, though the row states other values; None if it need not."""
        running = isinstance(stored, BillRecord) and stored.status == BillStatus.PROCESSING
        if isinstance(record, BillRecord) and (running or record.id in self.paid):
            return PAID_HERE
        reopened = isinstance(record, LineRecord) and record.status == LineStatus.ACTIVE and "status" in differs
        return SUSPENDED_HERE if reopened and getattr(record, "number", "") in self.suspended else None

    def refusal(self, record: Record, stored: Record, differs: Iterable[str]) -> tuple[str, str] | None:
        """Return the column and the reason for which a stored record can never get the row's values, or None."""
        if isinstance(record, CustomerRecord) and isinstance(stored, CustomerRecord):
            if stored.signed_up and not record.signed_up:
                reason = "signed up here; state signed_up if you mean that person, or give yours another number"
                return "id", f"customer {record.id} {reason}"
        owner = getattr(stored, "customer_id", None)
        if owner is None or "customer_id" not in differs:
            return None
        if self.kind in (BILLS, TICKETS):
            return "customer_id", f"{_key(self.kind, record)} belongs to customer {owner}, and stays there"
        if isinstance(stored, LineRecord) and stored.is_main and self.mains.get(owner) == stored.number:
            return (
                "customer_id",
                f"line {stored.number} is the main line of customer {owner}, who needs another one first",
            )
        return None

    async def forbidden(
        self, session: AsyncSession, records: Mapping[Record, int], new: Collection[Record]
    ) -> list[FileProblem]:
        """Find what no row shows by itself.

        Args:
            session: The transaction of the import.
            records: The rows with their lines.
            new: Those that are not stored yet.
        """
        if self.kind is CUSTOMERS:
            return _foreign_numbers({record: records[record] for record in new})
        if self.kind is CATALOGUE:
            return await _twin_names(session, records)
        if self.kind is LINES:
            lines = {record: line for record, line in records.items() if isinstance(record, LineRecord)}
            return [*self._second_mains(lines), *await _unfit_packages(session, lines)]
        return []

    def _second_mains(self, lines: Mapping[LineRecord, int]) -> Iterable[FileProblem]:
        """Find customers who would have two main lines."""
        named = {line.number for line in lines}
        # A stored main line that the file states to be none, or another customer's, is in nobody's way.
        mains = {customer: number for customer, number in self.mains.items() if number not in named}
        for line, place in lines.items():
            if line.is_main and mains.setdefault(line.customer_id, line.number) != line.number:
                reason = f"customer {line.customer_id} has the main line {mains[line.customer_id]}"
                yield FileProblem(place, "is_main", reason)


async def guard_of(session: AsyncSession, kind: Kind, records: Mapping[Record, int]) -> ImportGuard:
    """Look up what the rows of a file cannot change.

    Args:
        session: The transaction of the import.
        kind: What the rows are.
        records: The good rows with their lines.
    """
    guard = ImportGuard(kind)
    named = {record.id if isinstance(record, CustomerRecord) else getattr(record, "customer_id", None)
             for record in records} - {None}  # fmt: skip
    guard.erased = await erased_among(session, named)
    if kind is BILLS:
        guard.paid = await paid_here(session, {bill.id for bill in records if isinstance(bill, BillRecord)})
    if kind is LINES:
        numbers = {line.number for line in records if isinstance(line, LineRecord)}
        guard.suspended = await suspended_here(session, numbers)
        guard.mains = await mains_of(session, named, numbers)
    return guard


def _key(kind: Kind, record: Record) -> str:
    return " ".join(str(part) for part in kind.key_of(record))


def _foreign_numbers(records: Mapping[Record, int]) -> list[FileProblem]:
    """Find new customers of the file with a number that the next sign-up could get."""
    reason = f"numbers from {SIGN_UPS.start} are those of people who sign up here"
    return [
        FileProblem(line, "id", reason)
        for record, line in records.items()
        if isinstance(record, CustomerRecord) and record.id in SIGN_UPS and not record.signed_up
    ]


async def _twin_names(session: AsyncSession, records: Mapping[Record, int]) -> list[FileProblem]:
    """Find packages whose names nobody could tell apart: the same but for case, accents or blanks."""
    stored = await names_of_packages(session)
    known = {_folded(name): name for name in stored}
    problems = []
    for record, line in records.items():
        if not isinstance(record, PackageRecord) or record.name in stored:
            continue
        first = known.setdefault(_folded(record.name), record.name)
        if first != record.name:
            problems.append(FileProblem(line, "name", f"cannot be told from the package {first!r}"))
    return problems


def _folded(name: str) -> str:
    return " ".join(fold(name).split())


async def _unfit_packages(session: AsyncSession, lines: Mapping[LineRecord, int]) -> Iterable[FileProblem]:
    """Find private customers with a package that is for businesses only."""
    business = await business_packages(session)
    private = await private_customers(session, {line.customer_id for line in lines if line.package in business})
    reason = f"is for businesses, and customer {{}} is {CustomerKind.INDIVIDUAL}"
    return [
        FileProblem(place, "package", reason.format(line.customer_id))
        for line, place in lines.items()
        if line.package in business and line.customer_id in private
    ]
