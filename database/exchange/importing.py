"""Import a file of records: checked as a whole, then written in one transaction, or nothing is.

What is stored already and the same is left alone, so that a file may be imported twice. What is stored with other
values is a problem, unless the operator asks for it to be replaced: a wrong file must not change customers silently.
What happened here in the meantime (a payment, an erasure, a suspension) is kept, row by row, and counted: the file of a
system that has not heard of it yet must not be refused for that (``guards.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import istanbul_now
from database.exchange.files import FileProblem, read_rows
from database.exchange.guards import ImportGuard, guard_of
from database.exchange.kinds import Ids, Key, Kind, parts
from database.exchange.reasons import problem_of
from database.exchange.records import Record
from database.session import Database

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many rows are done, and of how many."""

_AT_ONCE = 1000
_DIFFERS = "stored with other values"


@dataclass
class Imported:
    """The result of an import, or of its trial.

    Attributes:
        rows: Rows of the file that could be read.
        added: New records.
        replaced: Stored records that got other values.
        unchanged: Stored records that were the same.
        kept: Rows that were passed over, since what is stored here is newer, by the reason.
        problems: Why nothing was written; empty where it was, or could be.
    """

    rows: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    problems: list[FileProblem] = field(default_factory=list)


@dataclass
class _Plan:
    """The records of a file by what is to be done with them."""

    new: list[Record] = field(default_factory=list)
    other: dict[Record, Sequence[str]] = field(default_factory=dict)


def _quiet(stage: str, done: int, total: int) -> None:
    return None


async def import_file(
    database: Database, kind: Kind, path: Path, *, replace: bool = False, keep: bool = False,
    dry_run: bool = False, progress: Progress = _quiet, now: datetime | None = None,
) -> Imported:  # fmt: skip
    """Import a file.

    Args:
        database: A migrated database.
        kind: What the rows are.
        path: The file.
        replace: Give stored records the file's values.
        keep: Leave stored records with other values as they are, and count them.
        dry_run: Check only.
        progress: Told how far it is.
        now: The present time, after which nothing can have happened; None for that of the clock.

    Raises:
        UnknownFormat: The file's name does not end as a format's.
        OSError: The file cannot be read.
    """
    raw = read_rows(path, kind.record)
    done = Imported(rows=len(raw.rows), problems=raw.problems)
    records = _checked(raw.rows, kind, done.problems, progress, now or istanbul_now())
    async with database.write_session() as session:
        guard = await guard_of(session, kind, records)
        done.kept.update(reason for reason in map(guard.passed_over, records) if reason)
        records = {record: line for record, line in records.items() if guard.passed_over(record) is None}
        ids = await kind.ids(session, records.keys())
        done.problems += _unknown(kind, records, ids)
        plan = await _compared(session, kind, records, done, guard)
        if keep:
            done.kept.update([_DIFFERS] * len(plan.other))
            plan.other.clear()
        elif not replace:
            done.problems += [_unasked(records[record], names) for record, names in plan.other.items()]
        done.added, done.replaced = len(plan.new), len(plan.other)
        done.problems += await guard.forbidden(session, records, plan.new)
        done.problems.sort(key=lambda problem: problem.line)
        if not done.problems and not dry_run:
            await _write(session, kind, plan, ids, progress)
    return done


def _checked(
    rows: Iterable[tuple[int, Mapping[str, object]]], kind: Kind, problems: list[FileProblem], progress: Progress,
    now: datetime,
) -> dict[Record, int]:  # fmt: skip
    """Return the good records with their lines; of two with one key the second one is a problem."""
    found: dict[Record, int] = {}
    lines: dict[Key, int] = {}
    rows = list(rows)
    for count, (line, row) in enumerate(rows, start=1):
        if count % _AT_ONCE == 0 or count == len(rows):
            progress("check", count, len(rows))
        try:
            record = kind.record.model_validate(row, context=now)
        except ValidationError as error:
            problems += [problem_of(line, each) for each in error.errors(include_url=False)]
            continue
        first = lines.setdefault(kind.key_of(record), line)
        if first == line:
            found[record] = line
        else:
            problems.append(FileProblem(line, kind.key[-1], f"is the same record as in line {first}"))
    return found


def _unknown(kind: Kind, records: Mapping[Record, int], ids: Ids) -> Iterable[FileProblem]:
    for name, reference in kind.references.items():
        for record, line in records.items():
            value = getattr(record, name)
            if value not in ids[name]:
                yield FileProblem(line, name, f"there is no {reference.what} {value}")


async def _compared(
    session: AsyncSession, kind: Kind, records: Mapping[Record, int], done: Imported, guard: ImportGuard
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
        elif held := guard.held(record, known, differs):
            done.kept[held] += 1
        elif refusal := guard.refusal(record, known, differs):
            done.problems.append(FileProblem(line, *refusal))
        else:
            plan.other[record] = sorted(differs)
    return plan


def _unasked(line: int, differs: Sequence[str]) -> FileProblem:
    return FileProblem(line, differs[0], f"is stored with another value ({', '.join(differs)}); --update replaces it")


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
