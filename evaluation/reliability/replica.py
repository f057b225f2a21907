"""The service's parts over a place on disk, opened in a fresh process image in milliseconds.

``service.container`` opens the same parts with everything that a server checks and seeds; a process that is about to
die has no time for that. Models are scripted: what is proved here is the machinery around them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig

from agent.decision.consent import ConsentModel, load_consent_model
from agent.prompt_files import Prompt, load_prompts
from conversation.engine import Engine
from conversation.recorded_calls import RecordedCalls, RecordingToolbox
from conversation.service import Conversations
from core.clock import ISTANBUL
from core.masking import Masker
from core.settings import Settings
from database.handovers import Handovers
from database.own import completed
from database.own.elsewhere import systems_elsewhere
from database.postgres import libpq_url
from database.postgres_locks import PostgresLocks
from database.runs import Runs
from database.session import Database
from database.thread_locks import LocalLocks, ThreadLocks
from database.threads import Threads
from database.turn_keys import TurnKeys
from evaluation.environment import ManualClock, create_demo
from evaluation.reliability.changes import CHANGES, QUESTION
from evaluation.reliability.points import (
    DeathPoints,
    NodeBoundaries,
    WatchedFile,
    WatchedPort,
    WatchedTable,
    watch_transactions,
    watched,
)
from evaluation.scenarios.format import Meaning
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from graph.answers.approved import Answers, load_answers
from graph.asked.declared import FactCatalogue, load_facts
from graph.build import GraphDependencies, build_graph
from ports import Adapters
from ports.guard import guarded
from ports.payment import SimulatedPayment
from service.backup.sqlite import BANK_FILE
from service.checkpoints import open_checkpointer
from service.graph_parts import DatabaseHandoverQueue
from tools.caller import Context
from tools.catalog import build_rest_only_tools, build_tools
from tools.toolbox import Toolbox
from tools.written import WrittenChanges

BEGIN = datetime(2026, 3, 15, 12, 0, tzinfo=ISTANBUL)
ELSEWHERE_FILE = "elsewhere.sqlite3"
_SAVED = ("aput", "aput_writes")
"""Calls by which the checkpoint store writes."""


@dataclass(frozen=True)
class Place:
    """Where the data of a trial lie.

    Attributes:
        folder: The folder of the files.
        url: A PostgreSQL database; None for SQLite in the folder.
        outside: Whether billing, orders and the others are systems of an operator's, with a database of their own.
    """

    folder: Path
    url: str | None = None
    outside: bool = False

    @lru_cache  # noqa: B019  there are few places
    def settings(self) -> Settings:
        """Return the settings of a service here."""
        return Settings(_env_file=None, data_dir=self.folder, database_url=self.url)


@dataclass(frozen=True)
class ReplicaParts:
    """Parts that are read from files, and compiled, once, before any process is forked.

    Attributes:
        prompts: The prompts.
        answers: The approved answers.
        consent: The second reading of a yes.
        facts: The facts that customers ask for.
        databases: Databases by their URL, without an open connection; they know their statements.
    """

    prompts: dict[str, Prompt]
    answers: Answers
    consent: ConsentModel
    facts: FactCatalogue
    databases: dict[str, Database] = field(default_factory=dict)

    @classmethod
    def read(cls) -> ReplicaParts:
        """Read them."""
        return cls(load_prompts(), load_answers(), load_consent_model(), load_facts())

    def database(self, url: str) -> Database:
        """Return the database of a URL."""
        if url not in self.databases:
            self.databases[url] = Database(url, pool=4)
        return self.databases[url]


@dataclass(frozen=True)
class Replica:
    """A running service.

    Attributes:
        conversations: Its conversations.
        operations: All operations, as REST clients have them.
        context: What the operations work with; settles what was interrupted.
        truth: The database in which changes are seen: our own, or the operator's.
        bank: The bank.
        clock: The present.
        config: Passes the boundaries of nodes on.
    """

    conversations: Conversations
    operations: Toolbox
    context: Context
    truth: Database
    bank: SimulatedPayment
    clock: ManualClock
    config: RunnableConfig


def scripted_decisions() -> ScriptedDecisionModel:
    """Return a decision model that understands every wish."""
    meanings = {QUESTION: Meaning(operations=["get_remaining_quotas"])}
    for change in CHANGES:
        if change.asks_for_a_person:
            meanings[change.wish] = Meaning(topic="person")
        else:
            meanings[change.wish] = Meaning(operations=[change.operation], arguments=dict(change.arguments))
    return ScriptedDecisionModel(meanings)


@asynccontextmanager
async def open_replica(
    place: Place, parts: ReplicaParts, points: DeathPoints, now: datetime = BEGIN
) -> AsyncIterator[Replica]:
    """Open a service whose process may die at the points."""
    clock = ManualClock(now)
    settings = place.settings()
    async with AsyncExitStack() as stack:
        database = parts.database(settings.resolved_database_url)
        stack.push_async_callback(database.close)
        watch_transactions(points, database, "our")
        truth, adapters = database, Adapters()
        if place.outside:
            truth = parts.database(f"sqlite+aiosqlite:///{place.folder / ELSEWHERE_FILE}")
            stack.push_async_callback(truth.close)
            watch_transactions(points, truth, "outside")
            given = systems_elsewhere(truth, clock).given()
            adapters = Adapters(**{name: WatchedPort(each, points, name) for name, each in given.items()})
        bank = SimulatedPayment(_book(place, database, points))
        whole = completed(replace(adapters, payment=WatchedPort(bank, points, "payment")), database, clock)
        context = Context.of(database, guarded(whole), clock)
        checkpointer = await stack.enter_async_context(open_checkpointer(settings, database))
        for name in _SAVED:
            setattr(checkpointer, name, watched(getattr(checkpointer, name), points, f"checkpoint.{name}"))
        locks: ThreadLocks = LocalLocks()
        if not database.is_sqlite:
            locks = await stack.enter_async_context(PostgresLocks(database.url))
        handovers, calls = Handovers(database), RecordedCalls()
        tools = build_tools(database, context.ports, clock, context.operator)
        graph = build_graph(
            GraphDependencies(
                decision_model=scripted_decisions(), second_reading=parts.consent,
                chat_model=ScriptedChatModel(arguments={each.wish: dict(each.arguments) for each in CHANGES}),
                toolbox=RecordingToolbox(tools, calls), prompts=parts.prompts, answers=parts.answers, clock=clock,
                facts=parts.facts,
                handover_queue=DatabaseHandoverQueue(handovers, clock),
            ),
            checkpointer,
        )  # fmt: skip
        engine = Engine(
            graph=graph, runs=Runs(database, Masker(b"proof")), calls=calls, clock=clock, model_name="scripted",
            setup={"model": "scripted", "prompts": {name: each.sha for name, each in parts.prompts.items()}},
        )  # fmt: skip
        conversations = Conversations(
            engine, Threads(database, clock), WrittenChanges(database), TurnKeys(database, clock), handovers, locks
        )
        rest_only = build_rest_only_tools(database, context.ports, clock, context.operator)
        boundaries = NodeBoundaries(points, frozenset(graph.nodes))
        yield Replica(
            conversations, Toolbox([*tools, *rest_only]), context, truth, bank, clock,
            RunnableConfig(callbacks=[boundaries]),
        )  # fmt: skip


async def seed(place: Place) -> None:
    """Make the tables and the demo in a place."""
    databases = [Database(place.settings().resolved_database_url)]
    if place.outside:
        databases.append(Database(f"sqlite+aiosqlite:///{place.folder / ELSEWHERE_FILE}"))
    for database in databases:
        await create_demo(database, BEGIN)
        await database.close()


def _book(place: Place, database: Database, points: DeathPoints) -> Any:
    book = WatchedFile(place.folder / BANK_FILE) if database.is_sqlite else WatchedTable(libpq_url(database.url))
    book.points = points
    return book
