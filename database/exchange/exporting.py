"""Export the stored records of a kind to a file that can be imported again."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, not_, select

from database.enums import BillStatus
from database.exchange.files import format_of, write_rows
from database.exchange.kinds import Kind
from database.exchange.records import BillRecord, Record
from database.session import Database


async def export_file(database: Database, kind: Kind, path: Path) -> int:
    """Write all stored records of a kind; the file appears whole, or not at all.

    Returns:
        The number of records.

    Raises:
        UnknownFormat: The file's name does not end as a format's.
        OSError: The file cannot be written.
    """
    format_of(path)
    async with database.session() as session:
        records = await kind.stored(session)
    return write_rows(path, kind.record, map(_settled, records.values()))


async def left_out(database: Database, kind: Kind) -> int:
    """Return how many records an export leaves out: those of erased persons, whom no import could name."""
    if kind.exported is None:
        return 0
    async with database.session() as session:
        others = select(func.count()).select_from(kind.table).where(not_(kind.exported))
        return await session.scalar(others) or 0


def _settled(record: Record) -> Record:
    """Return a bill whose payment is running as one that is still owed: elsewhere no payment of it runs."""
    if isinstance(record, BillRecord) and record.status == BillStatus.PROCESSING:
        return record.model_copy(update={"status": BillStatus.UNPAID})
    return record
