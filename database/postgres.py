"""The connection of this program to PostgreSQL, whichever library makes it."""

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

NOTICE_OUR_END = (
    "SELECT set_config('tcp_keepalives_idle', '1', false), set_config('tcp_keepalives_interval', '1', false), "
    "set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '4000', false)"
)
"""Lets the server, too, notice within seconds that this machine is gone: what its sessions hold is free then."""


def libpq_url(url: URL) -> str:
    """Return a URL as libpq reads it, with its password."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


async def one_at_a_time(session: AsyncSession, lock: int) -> None:
    """Let transactions that ask for the same lock come one after another; SQLite has taken its write lock already.

    Args:
        session: The transaction, which holds the lock to its end.
        lock: Any number, the same one for the same thing.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
