"""The data of trials: made once, copied for each trial."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from database.postgres import libpq_url
from evaluation.reliability.changes import WishedChange
from evaluation.reliability.client import Client, Deed
from evaluation.reliability.points import DeathPoints
from evaluation.reliability.replica import Place, ReplicaParts, open_replica, seed
from evaluation.reliability.trial import Scene


class Places:
    """Gives each trial a place as it was before its scene; what leads to a scene is done once and kept.

    Args:
        folder: Where the files lie.
        parts: What is read once.
        server: URL of a PostgreSQL server whose user may create databases; None for SQLite.
    """

    def __init__(self, folder: Path, parts: ReplicaParts, server: str | None = None) -> None:
        self._folder = folder
        self._parts = parts
        self._server = server
        self._made: set[str] = set()

    def before(self, scene: Scene) -> Place:
        """Return a fresh place in which a scene can begin."""
        name = f"{'outside' if scene.outside else 'own'}"
        self._make(name, lambda: self._copied("empty", name, scene.outside), seed)
        if scene.is_asked:
            asked = f"{name}_{scene.change}"
            change = scene.wanted()
            self._make(asked, lambda: self._copied(name, asked, scene.outside), lambda place: self._ask(place, change))
            name = asked
        return self._copied(name, "trial", scene.outside)

    async def _ask(self, place: Place, change: WishedChange) -> None:
        """Have the customer ask for his change, so that the question for his yes is open."""
        points = DeathPoints()
        async with open_replica(place, self._parts, points) as replica:
            heard = await Client(replica, change, points).do(Deed("say", change.wish))
        if not heard.asked:
            raise LookupError(f"{change.operation} was not asked for a yes: {heard}")

    def _make(self, name: str, copied: Callable[[], Place], fill: Callable[[Place], Any]) -> None:
        """Fill a place once, in a process of its own: this one opens no database and starts no thread."""
        if name in self._made:
            return
        place = copied()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                asyncio.run(fill(place))
                status = 0
            finally:
                os._exit(status)
        if os.waitpid(pid, 0)[1]:
            raise RuntimeError(f"the place {name} could not be made")
        self._made.add(name)

    def _copied(self, source: str, target: str, outside: bool) -> Place:
        """Return a place that is a copy of another one; of an empty one where that does not exist."""
        shutil.rmtree(self._folder / target, ignore_errors=True)
        if (self._folder / source).exists():
            shutil.copytree(self._folder / source, self._folder / target)
        else:
            (self._folder / target).mkdir(parents=True)
        url = None if self._server is None else self._copied_database(source, target)
        place = Place(self._folder / target, url, outside)
        place.settings()  # read once, before any process is forked
        return place

    def _copied_database(self, source: str, target: str) -> str:
        """Return the URL of a database that is a copy of another one, or of the server's template."""
        assert self._server is not None  # noqa: S101
        server, prefix = make_url(self._server), f"reliability_{os.getpid()}"
        made, template = f"{prefix}_{target}", "template1" if source == "empty" else f"{prefix}_{source}"
        with psycopg.connect(libpq_url(server), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{made}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{made}" TEMPLATE "{template}" STRATEGY FILE_COPY'.encode())
        return server.set(database=made).render_as_string(hide_password=False)

    def close(self) -> None:
        """Drop the databases that were made."""
        if self._server is None:
            return
        pattern = f"reliability_{os.getpid()}_%"
        with psycopg.connect(libpq_url(make_url(self._server)), autocommit=True) as connection:
            names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (pattern,)).fetchall()
            for (name,) in names:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
