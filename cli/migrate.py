"""``telekom migrate``: make or migrate the tables and end; servers do the same when they start."""

from __future__ import annotations

import asyncio

from cli.console import console, stop


def migrate() -> None:
    """Make or migrate the tables of the configured database, one process at a time, and end."""
    import psycopg
    from sqlalchemy.exc import SQLAlchemyError

    from core.private_files import private_from_now_on
    from core.settings import Settings
    from database.session import Database, UnfitDatabase
    from service.checkpoints import open_checkpointer

    settings = Settings()
    private_from_now_on()

    async def run() -> str:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        database = Database(settings.resolved_database_url)
        try:
            await database.migrate()
            async with open_checkpointer(settings, database):
                pass
            return database.url.render_as_string(hide_password=True)
        finally:
            await database.close()

    try:
        place = asyncio.run(run())
    except UnfitDatabase as error:
        raise stop(str(error), 1) from error
    except (OSError, SQLAlchemyError, psycopg.Error) as error:
        raise stop(f"The tables were not migrated: {error}", 1) from error
    console.print(f"The tables are up to date: {place}", soft_wrap=True)
