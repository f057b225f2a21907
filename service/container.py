"""The architecture as code: settings -> database -> tools -> models -> graph -> conversations."""

from __future__ import annotations

import asyncio
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
from sqlalchemy.event import listen

from agent.local.prepare import Progress
from agent.models import Models, load_models, trained_options
from conversation.colleagues import Colleagues
from conversation.photos import TicketPhotos
from conversation.service import Conversations
from core.clock import Clock, istanbul_now
from core.operator_facts import OperatorFacts, load_operator
from core.process_counters import ProcessCounters
from core.rate_limits import RateLimits
from core.settings import Settings
from core.slots import Slots
from database.handovers import Handovers
from database.rate_counters import DatabaseCounters
from database.runs import Runs
from database.session import Database
from database.unavailable import UNAVAILABLE
from graph.build import GraphDependencies
from identity.accounts import Accounts, limits_of
from identity.administration import Administration
from identity.federated import FederatedLogins
from identity.oidc import OidcProvider
from identity.own_accounts import OwnAccounts
from identity.passwords import Passwords
from ports import Adapters, Ports
from ports.mail import MailPort, mail_of
from service.checkpoints import write_probe
from service.graph_parts import load_named
from service.knowledge import embedder
from service.rollouts import RolloutDesk
from service.served_texts import ServedTexts, TextRules
from service.stores import Stores, open_stores, prepare_database
from service.systems import Systems, open_systems, refuse_simulated
from service.texts import contents_by_name, file_texts
from service.turns import ServedTurns, open_turns
from service.upkeep import begin_upkeep
from tools.caller import Context
from tools.catalog import build_rest_only_tools
from tools.toolbox import Toolbox

_AWAY: tuple[type[Exception], ...] = (*UNAVAILABLE, ValueError)
"""Errors of a store that is away; ``ValueError`` is aiosqlite's word for a connection that is closed."""

_READY_SECONDS = 3.0


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
    rollouts: RolloutDesk
    handovers: Handovers
    colleagues: Colleagues
    photos: TicketPhotos
    models: Models
    checkpointer: BaseCheckpointSaver[Any]
    systems: Systems
    registry: CollectorRegistry
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
    async with AsyncExitStack() as stack:
        database = Database(settings.resolved_database_url, pool=settings.database_pool)
        stack.push_async_callback(database.close)
        # Before the models, which take long: a mistake in an adapter shows at once.
        systems = await stack.enter_async_context(open_systems(settings, database, clock, ports))
        refuse_simulated(settings, systems)
        passwords = Passwords()
        await prepare_database(settings, database, passwords, clock, operator)
        loaded = models if models is not None else await asyncio.to_thread(load_models, settings, progress)
        rules = replace(rules, trained=loaded.decision_model.trained_options)
        stores = await open_stores(stack, settings, database, systems)
        context = Context(database, systems.ports, clock, operator)
        await begin_upkeep(stack, settings, stores, context)
        turns = await open_turns(stack, settings, stores, loaded, rules, context)
        yield _running(settings, stores, loaded, turns, context, passwords, mail or mail_of(settings))


def _count_connections(database: Database, registry: CollectorRegistry) -> None:
    """Count the connections of the database's pool that are in use, in the metrics."""
    used = Gauge(
        "telekom_database_connections_used", "Connections to the database in use", registry=registry,
        multiprocess_mode="livesum",
    )  # fmt: skip
    used.set(0)
    listen(database.engine.pool, "checkout", lambda *_: used.inc())
    listen(database.engine.pool, "checkin", lambda *_: used.dec())


def _running(
    settings: Settings, stores: Stores, models: Models, turns: ServedTurns, context: Context, passwords: Passwords,
    mail: MailPort,
) -> RunningService:  # fmt: skip
    database, clock = stores.database, context.clock
    limits = limits_of(settings, DatabaseCounters(database, clock), clock)
    accounts = Accounts(database, passwords, clock, settings, limits)
    administration = Administration(database, passwords, clock, settings)
    photos = TicketPhotos(context, turns.conversations, stores.handovers)
    turns.conversations.after_each_turn(photos.place_after_turn)
    _count_connections(database, turns.registry)
    return RunningService(
        settings=settings, operator=context.operator, database=database, accounts=accounts,
        administration=administration,
        own_accounts=OwnAccounts(database, passwords, clock, settings, limits),
        federated=FederatedLogins(database, accounts, administration, clock, settings),
        oidc=OidcProvider(settings) if settings.oidc_issuer is not None else None,
        mail=mail, toolbox=turns.toolbox,
        rest_only=Toolbox(build_rest_only_tools(database, context.ports, clock, context.operator)),
        conversations=turns.conversations, runs=stores.runs, texts=turns.texts,
        rollouts=RolloutDesk(stores.rollouts, stores.texts, settings, turns.texts.rules.trained, clock),
        handovers=stores.handovers,
        colleagues=Colleagues(stores.handovers, turns.conversations, clock), photos=photos,
        models=models, checkpointer=stores.checkpointer, systems=stores.systems, registry=turns.registry,
        clock=clock, requests=requests_of(settings), streams=Slots("streams", settings.streams_of_customer),
        load_chat_model=lru_cache(maxsize=1)(partial(load_named, settings)),
    )  # fmt: skip
