"""A schema of its own in the PostgreSQL database that ``TEST_POSTGRES_URL`` names."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url, text

from database.postgres import libpq_url
from database.session import Database


@asynccontextmanager
async def own_schema() -> AsyncIterator[str]:
    """Give the URL of an empty schema, which is as good as a database and needs no right to create one.

    The test is skipped where no database is named.
    """
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        pytest.skip("TEST_POSTGRES_URL is not set")
    schema = f"test_{uuid4().hex}"
    server = Database(url)
    async with server.write_session() as session:
        await session.execute(text(f"CREATE SCHEMA {schema}"))
    yield make_url(url).update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    async with server.write_session() as session:
        await session.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    await server.close()


@contextmanager
def schema_url(name: str = "telekom") -> Iterator[str]:
    """As ``own_schema``, for server processes.

    Args:
        name: What the server's list of sessions calls those of this URL.
    """
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        pytest.skip("TEST_POSTGRES_URL is not set")
    schema = f"test_{uuid4().hex}"
    query = {"options": f"-csearch_path={schema}", "application_name": name}
    with psycopg.connect(libpq_url(make_url(url)), autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {schema}")
        yield make_url(url).update_query_dict(query).render_as_string(hide_password=False)
        server.execute(f"DROP SCHEMA {schema} CASCADE")
