"""The architecture as code: settings -> database -> tools -> models -> graph -> conversations."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import QueuePool

from agent.local.prepare import Progress
from agent.models import Models, load_models, trained_options
from conversation.colleagues import Colleagues
from conversation.engine import Engine
from conversation.metrics import TurnMetrics
from conversation.recorded_calls import RecordedCalls, RecordingToolbox
from conversation.service import Conversations
from conversation.tracing import open_spans
from core.clock import Clock, istanbul_now
from core.masking import Masker
from core.operator_facts import OperatorFacts, load_operator
from core.process_counters import ProcessCounters
from core.rate_limits import RateLimits
from core.settings import Settings
from core.slots import Slots
from database.handovers import Handovers
from database.postgres_locks import PostgresLocks
from database.rate_counters import DatabaseCounters
from database.runs import Runs
from database.seed.demo import refuse_demo, seed_demo
from database.session import Database
from database.texts import Texts
from database.thread_locks import FileLocks, ThreadLocks
from database.threads import Threads
from database.turn_keys import TurnKeys
from database.unavailable import UNAVAILABLE
from graph.build import GraphDependencies, build_graph
from identity.accounts import Accounts, limits_of
from identity.administration import Administration
from identity.federated import FederatedLogins
from identity.oidc import OidcProvider
from identity.own_accounts import OwnAccounts
from identity.passwords import Passwords
from ports import Adapters, Ports
from ports.mail import MailPort, mail_of
from service.background import attempted, repeated
from service.catalogue import bring_catalogue
from service.checkpoints import open_checkpointer, write_probe
from service.graph_parts import DatabaseHandoverQueue, graph_dependencies, load_named, run_setup
from service.knowledge import embedder
from service.retention import NOT_FORGOTTEN, forget_old
from service.served_texts import POLL_SECONDS, ServedTexts, TextRules, registered, save_texts
from service.systems import Systems, open_systems, refuse_simulated
from service.texts import contents_by_name, file_texts, text_setup
from tools.caller import Context
from tools.catalog import build_rest_only_tools, build_tools
from tools.toolbox import Toolbox
from tools.unfinished import settle_unfinished
from tools.written import WrittenChanges

_DAY_SECONDS = 24 * 60 * 60
_SETTLE_SECONDS = 60
_LAST_TURNS_SECONDS = 15.0
_SETTLE_AT_START_SECONDS = 5.0
"""A silent payment system delays a start by no more than this."""

_AWAY: tuple[type[Exception], ...] = (*UNAVAILABLE, ValueError)
"""Errors of a store that is away; ``ValueError`` is aiosqlite's word for a connection that is closed."""

_READY_SECONDS = 3.0
_LOCKS_FOLDER = "locks"
_NOT_READ = "the labels of the texts were not read"


@dataclass(frozen=True)
class RunningService:
    """A running service with the parts that channels use."""

    settings: Settings
    operator: OperatorFacts
    database: Database
    accounts: Accounts
    administration: Administration
    own_accounts: OwnAccounts
    federated: FederatedLogins
    oidc: OidcProvider | None
    mail: MailPort
    toolbox: Toolbox
    rest_only: Toolbox
    conversations: Conversations
    runs: Runs
    texts: ServedTexts
    handovers: Handovers
    colleagues: Colleagues
    models: Models
    checkpointer: BaseCheckpointSaver[Any]
    systems: Systems
    registry: CollectorRegistry
    pool_gauge: Gauge
    clock: Clock
    requests: RateLimits
    """Counts the requests of each address and of each login, in this process."""
    streams: Slots
    """The conversations that each login follows."""
    load_chat_model: Callable[[str], BaseChatModel]
    """Loads another chat model by its name, as in ``TELEKOM_MODEL``; the last one stays loaded."""

    @property
    def ports(self) -> Ports:
        """The outside systems."""
        return self.systems.ports

    @property
    def dependencies(self) -> GraphDependencies:
        """Models, tools and texts of the graph that serves the next turn."""
        return self.texts.dependencies

    async def ready(self) -> dict[str, bool]:
        """Return for database, checkpointer and model if it can be used now: each store is written to."""
        database, checkpointer, model = await asyncio.gather(
            _works(self.database.check()),
            _works(write_probe(self.checkpointer)),
            asyncio.to_thread(self.models.usable),
        )
        return {"database": database, "checkpointer": checkpointer, "model": model}

    def observe_pools(self) -> None:
        """Note the connections of the database's pool in the metrics."""
        pool = self.database.engine.pool
        in_use = pool.checkedout() if isinstance(pool, QueuePool) else 0
        self.pool_gauge.set(in_use)


def requests_of(settings: Settings) -> RateLimits:
    """Return the limits of what every request is counted by: in memory, so that a request costs no transaction."""
    rates = {"requests": settings.limit_requests, "customer": settings.limit_customer}
    return RateLimits(ProcessCounters(time.monotonic), rates, secrets.token_bytes(16), time.monotonic)


async def _works(check: Awaitable[object]) -> bool:
    try:
        await asyncio.wait_for(check, _READY_SECONDS)
    except _AWAY:
        return False
    return True


@asynccontextmanager
async def open_service(
    settings: Settings,
    *,
    clock: Clock = istanbul_now,
    models: Models | None = None,
    ports: Adapters | None = None,
    mail: MailPort | None = None,
    progress: Progress = lambda stage, fraction: None,
) -> AsyncIterator[RunningService]:
    """Start the service and stop it again.

    Args:
        settings: What the operator chose.
        clock: The present.
        models: Loaded models; default: what the settings name.
        ports: Adapters of outside systems; default: those that the settings name.
        mail: What carries letters; default: what the settings name.
        progress: Told what is being done while the model is prepared.

    Raises:
        PromptError: A prompt is malformed.
        UnfitCatalogue: The catalogue of the operator's folder has a bad row.
        KnowledgeError: A page of the operator or his file of fees has a mistake.
        ModelError: The model cannot be had.
        UnfitDatabase: The database is of an unknown kind or of a newer version.
        DemoConflict: The demo's accounts and the operator's customers would stand in one database.
        SQLAlchemyError: The database cannot be used.
        UnfitPorts: The adapters of the outside systems cannot be used.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    # First: a mistake in a file shows before the models are loaded.
    rules = TextRules(settings, None if models is not None else trained_options(settings), embedder())
    rules.contents(contents_by_name(file_texts(settings)))
    operator = load_operator(settings.facts_folder)
    database = Database(settings.resolved_database_url, pool=settings.database_pool)
    passwords = Passwords()
    try:
        async with AsyncExitStack() as stack:
            # Before the models, which take long: a mistake in an adapter shows at once.
            systems = await stack.enter_async_context(open_systems(settings, database, clock, ports))
            refuse_simulated(settings, systems)
            await database.migrate()
            await bring_catalogue(settings, database)
            if settings.env == "development":
                password = settings.demo_password.get_secret_value()
                await seed_demo(database, clock(), passwords.hash, password, operator=operator)
            else:
                await refuse_demo(database)
            loaded = models if models is not None else await asyncio.to_thread(load_models, settings, progress)
            rules = replace(rules, trained=loaded.decision_model.trained_options)
            stored = Texts(database)
            last_move, texts = await registered(stored, settings)
            contents = rules.contents(contents_by_name(texts))
            checkpointer = await stack.enter_async_context(open_checkpointer(settings, database))
            locks: ThreadLocks = FileLocks(settings.data_dir / _LOCKS_FOLDER)
            if not database.is_sqlite:
                locks = await stack.enter_async_context(PostgresLocks(database.url))
            handovers = Handovers(database)
            calls = RecordedCalls()
            toolbox = RecordingToolbox(build_tools(database, systems.ports, clock, operator), calls)
            dependencies = graph_dependencies(
                settings, loaded, contents, rules.knowledge(contents), toolbox, clock,
                DatabaseHandoverQueue(handovers, clock),
            )  # fmt: skip
            identity = None if systems.kinds["customers"] == "own tables" else systems.identity
            runs = Runs(database, Masker(settings.secret_key.get_secret_value().encode()), identity)
            await save_texts(runs, texts)
            forget = partial(forget_old, settings, database, runs, checkpointer, locks, clock)
            await forget()
            await stack.enter_async_context(repeated(forget, every=_DAY_SECONDS, failure=NOT_FORGOTTEN))
            await stack.enter_async_context(_settlement(Context(database, systems.ports, clock, operator)))
            spans = open_spans(dict(os.environ))
            if spans is not None:
                stack.push_async_callback(asyncio.to_thread, spans.close)  # it waits for the endpoint
            registry = CollectorRegistry()
            setup = run_setup(settings, loaded, dependencies) | text_setup(texts)
            engine = Engine(
                graph=build_graph(dependencies, checkpointer), runs=runs, calls=calls, clock=clock,
                model_name=loaded.name, setup=setup, spans=spans, metrics=TurnMetrics(registry),
            )  # fmt: skip
            turns = Slots("turns", settings.turns_of_customer, settings.turns_at_once)
            conversations = Conversations(
                engine, Threads(database, clock), WrittenChanges(database), TurnKeys(database, clock), handovers, locks,
                turns,
            )  # fmt: skip
            limits = limits_of(settings, DatabaseCounters(database, clock), clock)
            served = ServedTexts(stored, rules, last_move, texts, engine, dependencies, runs)
            served.on_change(conversations.serve)
            await stack.enter_async_context(repeated(served.refresh, every=POLL_SECONDS, failure=_NOT_READ))
            stack.push_async_callback(conversations.finish, _LAST_TURNS_SECONDS)
            accounts = Accounts(database, passwords, clock, settings, limits)
            administration = Administration(database, passwords, clock, settings)
            yield RunningService(
                settings=settings,
                operator=operator,
                database=database,
                accounts=accounts,
                administration=administration,
                federated=FederatedLogins(database, accounts, administration, clock, settings),
                oidc=OidcProvider(settings) if settings.oidc_issuer is not None else None,
                own_accounts=OwnAccounts(database, passwords, clock, settings, limits),
                mail=mail or mail_of(settings),
                toolbox=toolbox,
                rest_only=Toolbox(build_rest_only_tools(database, systems.ports, clock, operator)),
                conversations=conversations,
                runs=runs,
                texts=served,
                handovers=handovers,
                colleagues=Colleagues(handovers, conversations, clock),
                models=loaded,
                checkpointer=checkpointer,
                systems=systems,
                registry=registry,
                pool_gauge=Gauge(
                    "telekom_database_connections_used", "Connections to the database in use", registry=registry
                ),
                clock=clock,
                requests=requests_of(settings),
                streams=Slots("streams", settings.streams_of_customer),
                load_chat_model=lru_cache(maxsize=1)(partial(load_named, settings)),
            )
    finally:
        await database.close()


@asynccontextmanager
async def _settlement(context: Context) -> AsyncIterator[None]:
    """Settle payments and changes that were interrupted: now, and every minute until the block ends."""
    settle, failure = partial(settle_unfinished, context), "interrupted payments were not settled"
    await attempted(settle, failure, limit=_SETTLE_AT_START_SECONDS)
    async with repeated(settle, every=_SETTLE_SECONDS, failure=failure):
        yield
