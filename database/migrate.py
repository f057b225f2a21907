"""Run the Alembic migrations inside the process, on a connection that is already open."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Upgrade the tables to a revision, in the caller's transaction."""
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Downgrade the tables to a revision, in the caller's transaction."""
    command.downgrade(_config(connection), revision)


def known_revisions() -> set[str]:
    """Return the revisions that migrations of this program lead to."""
    return {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def unknown_revision(connection: Connection) -> str | None:
    """Return the revision of the tables where no migration of this program leads to it, else None."""
    known = known_revisions()
    heads = MigrationContext.configure(connection).get_current_heads()
    return next((head for head in heads if head not in known), None)


def _config(connection: Connection) -> Config:
    config = Config()
    # ConfigParser reads % as the start of a placeholder.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
