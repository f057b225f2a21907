"""How this program connects to PostgreSQL, whichever library does it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncSession

CONNECT_ARGUMENTS: dict[str, Any] = {
    "connect_timeout": 10,
    "fallback_application_name": "telekom",
    # A server that has gone without a word is noticed within seconds.
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}
"""Arguments of libpq for each connection."""


def libpq_url(url: URL) -> str:
    """Return a URL as libpq reads it, with its password."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


async def continue_ids(session: AsyncSession, table: str) -> None:
    """Let new ids of a table follow those that were inserted as they are; SQLite does so by itself.

    Args:
        session: The transaction that inserted them.
        table: Name of one of our tables, whose key is ``id``.
    """
    if session.get_bind().dialect.name == "postgresql":
        highest = f"SELECT greatest(max(id), 1) FROM {table}"  # noqa: S608  no name from outside
        await session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), ({highest}))"))
