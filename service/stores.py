"""What the service stores, and where: tables, checkpoints, locks; and what a start brings into them."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from core.clock import Clock
from core.masking import Masker
from core.operator_facts import OperatorFacts
from core.settings import Settings
from database.handovers import Handovers
from database.postgres_locks import PostgresLocks
from database.rollouts import Rollouts
from database.runs import Runs
from database.seed.demo import refuse_demo, seed_demo
from database.session import Database
from database.texts import Texts
from database.thread_locks import FileLocks, ThreadLocks
from identity.passwords import Passwords
from service.catalogue import bring_catalogue
from service.checkpoints import open_checkpointer
from service.systems import Systems

_LOCKS_FOLDER = "locks"


@dataclass(frozen=True)
class Stores:
    """What the service reads and writes.

    Attributes:
        database: Our own tables.
        systems: The outside systems, which may hold the customers' data in their place.
        checkpointer: The states of the conversations.
        locks: One turn of a conversation at a time.
        handovers: What waits for a colleague.
        runs: The recorded turns.
        texts: The versions of the texts.
        rollouts: Versions that a share of the conversations gets.
    """

    database: Database
    systems: Systems
    checkpointer: BaseCheckpointSaver[Any]
    locks: ThreadLocks
    handovers: Handovers
    runs: Runs
    texts: Texts
    rollouts: Rollouts


async def prepare_database(
    settings: Settings, database: Database, passwords: Passwords, clock: Clock, operator: OperatorFacts
) -> None:
    """Bring the tables up to date, and into them the operator's catalogue and, in development, the demo's data.

    Args:
        settings: What the operator chose.
        database: The tables.
        passwords: Makes the stored form of the demo's password.
        clock: The present.
        operator: Whose demo it is.

    Raises:
        UnfitCatalogue: The catalogue of the operator's folder has a bad row.
        UnfitDatabase: The database is of an unknown kind or of a newer version.
        DemoConflict: The demo's accounts and the operator's customers would stand in one database.
        SQLAlchemyError: The database cannot be used.
    """
    await database.migrate()
    await bring_catalogue(settings, database)
    if settings.env == "development":
        password = settings.demo_password.get_secret_value()
        await seed_demo(database, clock(), passwords.hash, password, operator=operator)
    else:
        await refuse_demo(database)


async def open_stores(stack: AsyncExitStack, settings: Settings, database: Database, systems: Systems) -> Stores:
    """Open what is stored, until the stack is closed; arguments as for ``prepare_database`` and ``Stores``."""
    checkpointer = await stack.enter_async_context(open_checkpointer(settings, database))
    locks: ThreadLocks = FileLocks(settings.data_dir / _LOCKS_FOLDER)
    if not database.is_sqlite:
        locks = await stack.enter_async_context(PostgresLocks(database.url))
    identity = None if systems.kinds["customers"] == "own tables" else systems.identity
    runs = Runs(database, Masker(settings.secret_key.get_secret_value().encode()), identity)
    return Stores(
        database, systems, checkpointer, locks, Handovers(database), runs, Texts(database), Rollouts(database)
    )
