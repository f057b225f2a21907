"""Places in which a process may die: counted in one run, fatal in the next.

They are hung from outside on what the product uses anyway: events of SQLAlchemy, callbacks of LangChain, the calls of
ports, of the bank's book and of the checkpoint store. Nothing in the product knows of them.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from sqlalchemy import event
from sqlalchemy.orm import Session

from database.session import Database
from ports.bank_ledger import BankLedger, Connection, Ledger, Row
from ports.bank_ledger_postgres import PostgresBankLedger


class DeathPoints:
    """Counts the places that a process passes, once it is armed, and kills it in one of them.

    Args:
        fatal: Number of the place to die in, from 0; None only counts.
        told: Is told the name of the place just before the process dies.
    """

    def __init__(self, fatal: int | None = None, told: Callable[[str], None] = lambda name: None) -> None:
        self._fatal = fatal
        self._told = told
        self._armed = False
        self.passed: list[str] = []

    def arm(self) -> None:
        """Count from now on."""
        self._armed = True

    def reach(self, name: str) -> None:
        """Pass a place, or die in it."""
        if not self._armed:
            return
        if len(self.passed) == self._fatal:
            self._told(name)
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(name)

    @contextmanager
    def around(self, name: str) -> Iterator[None]:
        """Pass a place before a block and one behind it."""
        self.reach(f"before {name}")
        yield
        self.reach(f"after {name}")


def watch_transactions(points: DeathPoints, database: Database, label: str) -> None:
    """Pass a place before each changing statement of a database, before each of its commits, and behind each."""

    def before_statement(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = statement.split()
        if words[0] in ("INSERT", "UPDATE", "DELETE"):
            points.reach(f"in {label} transaction, {words[0]} {words[1 if words[0] == 'UPDATE' else 2]}")

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", before_statement)
    event.listen(engine, "commit", lambda _: points.reach(f"before {label} commit"))

    def after_commit(session: Session) -> None:
        if session.get_bind().engine.url == engine.url:
            points.reach(f"after {label} commit")

    event.listen(Session, "after_commit", after_commit)


class NodeBoundaries(BaseCallbackHandler):
    """Passes a place before and behind each node of the graph.

    Args:
        points: The places.
        nodes: Names of the nodes.
    """

    run_inline = True

    def __init__(self, points: DeathPoints, nodes: frozenset[str]) -> None:
        self._points = points
        self._nodes = nodes
        self._running: dict[UUID, str] = {}

    def on_chain_start(self, *_: Any, run_id: UUID, name: str = "", **__: Any) -> None:
        """See the base class."""
        if name in self._nodes:
            self._running[run_id] = name
            self._points.reach(f"before node {name}")

    def on_chain_end(self, *_: Any, run_id: UUID, **__: Any) -> None:
        """See the base class."""
        self._left(run_id)

    def on_chain_error(self, *_: Any, run_id: UUID, **__: Any) -> None:
        """See the base class; a node that asks ends by an interrupt."""
        self._left(run_id)

    def _left(self, run_id: UUID) -> None:
        if name := self._running.pop(run_id, None):
            self._points.reach(f"after node {name}")


class WatchedPort:
    """An adapter whose calls pass a place before and behind; the same methods otherwise.

    Args:
        adapter: The adapter.
        points: The places.
        label: The port's name.
    """

    def __init__(self, adapter: object, points: DeathPoints, label: str) -> None:
        self._adapter = adapter
        self._points = points
        self._label = label

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._adapter, name)
        return watched(found, self._points, f"{self._label}.{name}") if callable(found) else found


def watched(call: Callable[..., Any], points: DeathPoints, name: str) -> Callable[..., Any]:
    """Return a coroutine function that passes a place before it runs and one behind."""

    @wraps(call)
    async def passed(*args: Any, **named: Any) -> Any:
        with points.around(name):
            return await call(*args, **named)

    return passed


class _WatchedBook(Ledger):
    """A bank's book that passes places before, in and behind each of its transactions."""

    points: DeathPoints

    def enter(self, row: Row, *, refused: str | None = None) -> Row:
        """See ``Ledger.enter``."""
        with self.points.around("bank's transaction"):
            return super().enter(row, refused=refused)

    def _found(self, connection: Connection, customer_id: int, key: str) -> Row | None:
        found = super()._found(connection, customer_id, key)
        self.points.reach("in bank's transaction")
        return found


class WatchedFile(_WatchedBook, BankLedger):
    """The book in an SQLite file, watched."""


class WatchedTable(_WatchedBook, PostgresBankLedger):
    """The book in a table of PostgreSQL, watched."""
