"""The list of erased persons, beside the database: a backup from before does not bring them back.

A file of lines of JSON with numbers and times, and nothing else about anybody. ``telekom customer erase`` writes to it
when it has erased, ``telekom restore`` erases everybody on it once more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from core.settings import Settings
from database.personal import CustomerNotFound, NobodyLeft, PaymentRuns
from database.session import Database
from service.checkpoints import open_checkpointer
from service.personal import forget_person

FILE = "erasures.jsonl"


class BadErasures(ValueError):
    """The list cannot be read; the message names file and line."""


@dataclass
class Repeated:
    """Outcome for the persons of the list.

    Attributes:
        erased: Numbers of those who are erased now.
        failed: By number, why somebody is not.
    """

    erased: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)


def list_of(settings: Settings) -> Path:
    """Return where the list stands: in the data folder, also where the database is a server."""
    return settings.data_dir / FILE


def note_erasure(file: Path, customer_id: int, at: datetime) -> None:
    """Write a person's number down; it is on the disk when this returns.

    Raises:
        OSError: It cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as lines:
        lines.write(json.dumps({"customer": customer_id, "at": at.isoformat()}) + "\n")
        lines.flush()
        os.fsync(lines.fileno())


def read_erasures(file: Path) -> Mapping[int, datetime]:
    """Return the numbers on a list with the time of the last erasure; none where there is no list.

    Raises:
        BadErasures: A line is none of the list's.
        OSError: It cannot be read.
    """
    found: dict[int, datetime] = {}
    if not file.is_file():
        return found
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            found[int(entry["customer"])] = datetime.fromisoformat(entry["at"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadErasures(f"{file}:{number}: is no line of a list of erasures") from error
    return found


async def erase_again(settings: Settings, erasures: Mapping[int, datetime]) -> Repeated:
    """Erase everybody of a list in the database of the settings; erasing twice changes nothing.

    Args:
        settings: Name the database, whose tables are up to date.
        erasures: Numbers with the times of their erasure.

    Raises:
        SQLAlchemyError: The database cannot be used.
    """
    done = Repeated()
    if not erasures:
        return done
    database = Database(settings.resolved_database_url)
    try:
        async with open_checkpointer(settings, database) as checkpointer:
            for customer, at in sorted(erasures.items()):
                try:
                    await forget_person(database, checkpointer, customer, at)
                    done.erased.append(customer)
                except CustomerNotFound:
                    continue  # came after the backup
                except (PaymentRuns, NobodyLeft) as error:
                    done.failed[customer] = str(error)
    finally:
        await database.close()
    return done
