"""Import a file of records: checked as a whole, then written in one transaction, or nothing is.

What is stored already and the same is left alone, so that a file may be imported twice. What is stored with other
values is a problem, unless the operator asks for it to be replaced: a wrong file must not change customers silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from database.exchange.files import Problem, read_rows
from database.exchange.kinds import (
    BILLS,
    CUSTOMERS,
    LINES,
    Ids,
    Key,
    Kind,
    erased_among,
    mains_of,
    paid_here,
    parts,
)
from database.exchange.records import BillRecord, CustomerRecord, LineRecord, Record
from database.postgres import continue_ids
from database.session import Database

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many rows are done, and of how many."""

_AT_ONCE = 1000


@dataclass
class Imported:
    """What an import did, or would do.

    Attributes:
        rows: Rows of the file that could be read.
        added: New records.
        replaced: Stored records that got other values.
        unchanged: Stored records that were the same.
        problems: Why nothing was written; empty where it was, or could be.
    """

    rows: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Plan:
    """The records of a file by what is to be done with them."""

    new: list[Record] = field(default_factory=list)
    other: list[Record] = field(default_factory=list)


def _quiet(stage: str, done: int, total: int) -> None:
    return None


async def import_file(
    database: Database, kind: Kind, path: Path, *, replace: bool = False, dry_run: bool = False,
    progress: Progress = _quiet,
) -> Imported:  # fmt: skip
    """Import a file.

    Args:
        database: A migrated database.
        kind: What the rows are.
        path: The file.
        replace: Give stored records the file's values.
        dry_run: Check only.
        progress: Told how far it is.

    Raises:
        UnknownFormat: The file's name does not end as a format's.
        OSError: The file cannot be read.
    """
    raw = read_rows(path, kind.record)
    done = Imported(rows=len(raw.rows), problems=raw.problems)
    records = _checked(raw.rows, kind, done.problems, progress)
    async with database.write_session() as session:
        ids = await kind.ids(session, records.keys())
        done.problems += _unknown(kind, records, ids)
        plan = await _compared(session, kind, records, replace, done)
        done.problems += await _forbidden(session, kind, records, plan)
        done.problems.sort(key=lambda problem: problem.line)
        if not done.problems and not dry_run:
            await _write(session, kind, plan, ids, progress)
            if kind is CUSTOMERS and plan.new:
                await continue_ids(session, "customers")
    return done


def _checked(
    rows: Iterable[tuple[int, Mapping[str, object]]], kind: Kind, problems: list[Problem], progress: Progress
) -> dict[Record, int]:
    """Return the good records with their lines; of two with one key the second one is a problem."""
    found: dict[Record, int] = {}
    lines: dict[Key, int] = {}
    rows = list(rows)
    for count, (line, row) in enumerate(rows, start=1):
        if count % _AT_ONCE == 0 or count == len(rows):
            progress("check", count, len(rows))
        try:
            record = kind.record.model_validate(row)
        except ValidationError as error:
            problems += [_problem(line, each["loc"], each["msg"]) for each in error.errors(include_url=False)]
            continue
        first = lines.setdefault(kind.key_of(record), line)
        if first == line:
            found[record] = line
        else:
            problems.append(Problem(line, kind.key[-1], f"is the same record as in line {first}"))
    return found


def _problem(line: int, place: tuple[int | str, ...], reason: str) -> Problem:
    column = ".".join(str(part) for part in place)
    return Problem(line, column, "is missing" if reason == "Field required" else reason)


def _unknown(kind: Kind, records: Mapping[Record, int], ids: Ids) -> Iterable[Problem]:
    for name, reference in kind.references.items():
        for record, line in records.items():
            value = getattr(record, name)
            if value not in ids[name]:
                yield Problem(line, name, f"there is no {reference.what} {value}")


async def _compared(
    session: AsyncSession, kind: Kind, records: Mapping[Record, int], replace: bool, done: Imported
) -> _Plan:
    """Compare records with the stored ones, by what they state, and count."""
    stored = await kind.stored(session, [kind.key_of(record) for record in records])
    plan = _Plan()
    for record, line in records.items():
        known = stored.get(kind.key_of(record))
        if known is None:
            plan.new.append(record)
            continue
        differs = [name for name in record.model_fields_set if getattr(record, name) != getattr(known, name)]
        if not differs:
            done.unchanged += 1
        elif replace:
            plan.other.append(record)
        else:
            reason = f"is stored with another value ({', '.join(sorted(differs))}); --update replaces it"
            done.problems.append(Problem(line, sorted(differs)[0], reason))
    done.added, done.replaced = len(plan.new), len(plan.other)
    return plan


async def _forbidden(
    session: AsyncSession, kind: Kind, records: Mapping[Record, int], plan: _Plan
) -> Iterable[Problem]:
    """Find what the tables or the law forbid, which no row shows by itself."""
    if kind is LINES:
        return await _second_mains(session, records)
    if kind is BILLS:
        other = {bill.id: records[bill] for bill in plan.other if isinstance(bill, BillRecord)}
        paid = await paid_here(session, other)
        return [Problem(other[id], "id", "has a payment here, which a file cannot change") for id in sorted(paid)]
    if kind is CUSTOMERS:
        new = {one.id: records[one] for one in plan.new if isinstance(one, CustomerRecord)}
        erased = await erased_among(session, new)
        return [Problem(new[id], "id", "was erased, and does not come back") for id in sorted(erased)]
    return []


async def _second_mains(session: AsyncSession, records: Mapping[Record, int]) -> list[Problem]:
    """Find customers who would have two main lines."""
    lines = {record.number: record for record in records if isinstance(record, LineRecord)}
    stored = await mains_of(session, {line.customer_id for line in lines.values()})
    # A stored main line that the file states to be none, or another customer's, is in nobody's way.
    mains = {customer: number for customer, number in stored.items() if number not in lines}
    problems = []
    for line in lines.values():
        if line.is_main and mains.setdefault(line.customer_id, line.number) != line.number:
            reason = f"customer {line.customer_id} has the main line {mains[line.customer_id]}"
            problems.append(Problem(records[line], "is_main", reason))
    return problems


async def _write(session: AsyncSession, kind: Kind, plan: _Plan, ids: Ids, progress: Progress) -> None:
    total = len(plan.new) + len(plan.other)
    # Replaced ones first, and of lines those that are main no more: a new main line may take their place.
    for count, record in enumerate(sorted(plan.other, key=lambda one: bool(getattr(one, "is_main", False))), start=1):
        await kind.replace(session, record, ids)
        progress("write", count, total)
    count = len(plan.other)
    for part in parts(plan.new):
        await kind.add(session, part, ids)
        count += len(part)
        progress("write", count, total)
