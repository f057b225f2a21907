"""Export the stored records of a kind to a file that can be imported again."""

from __future__ import annotations

from pathlib import Path

from database.exchange.files import format_of, write_rows
from database.exchange.kinds import Kind
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
    return write_rows(path, kind.record, records.values())
