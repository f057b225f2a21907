"""How this program connects to PostgreSQL, whichever library does it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL

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
