"""The catalogue in the operator's folder: packages that the database lacks come from it at a start.

The database stays the place of the packages: one that is stored with other values is left as it is and named in the
log, since ``telekom import catalogue --update`` or an outside system may have changed it on purpose.
"""

from __future__ import annotations

import logging
from pathlib import Path

from core.settings import Settings
from database.exchange.files import FORMATS
from database.exchange.importing import import_file
from database.exchange.kinds import KINDS
from database.session import Database

_log = logging.getLogger(__name__)


class UnfitCatalogue(ValueError):
    """Rows of the catalogue cannot be imported; each line names the file, the line and the reason."""


def catalogue_of(folder: Path | None) -> Path | None:
    """Return the catalogue in an operator's folder; None where there is none."""
    if folder is None:
        return None
    return next((folder / f"catalogue{end}" for end in FORMATS if (folder / f"catalogue{end}").is_file()), None)


async def bring_catalogue(settings: Settings, database: Database) -> None:
    """Add the packages of the operator's folder that the database lacks.

    Args:
        settings: Name the folder.
        database: A migrated database.

    Raises:
        UnfitCatalogue: A row is bad; nothing was added.
    """
    file = catalogue_of(settings.operator)
    if file is None:
        return
    done = await import_file(database, KINDS["catalogue"], file, keep=True)
    if done.problems:
        raise UnfitCatalogue("\n".join(f"{file}:{one.line}: {one.column}: {one.reason}" for one in done.problems))
    if done.kept:
        _log.warning(
            "%d packages are stored with other values than in %s; to take these: telekom import catalogue %s --update",
            done.kept.total(), file, file,
        )  # fmt: skip
