"""The graph for the LangGraph development server and Studio (``langgraph.json``): the same, for one demo customer.

Nobody logs in there, so the customer is that of ``TELEKOM_STUDIO_CUSTOMER``, the data are a copy that is thrown away
when the server ends, and production refuses. Threads and their checkpoints are the development server's own.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

from agent.models import Models, load_models
from core.channels import Channel
from core.clock import istanbul_now
from core.operator_facts import load_operator
from core.settings import Settings
from database.sandbox import sandbox
from database.seed.demo import seed_demo
from database.session import Database
from database.tables import CustomerRow
from graph.build import build_graph
from graph.handover import NullHandoverQueue
from graph.knowledge.search import KnowledgeBase
from graph.state import ConversationState, TurnContext
from graph.turn_input import fresh_turn, turn_from_messages
from identity.passwords import Passwords
from ports import Adapters
from service.catalogue import bring_catalogue
from service.graph_parts import graph_dependencies
from service.knowledge import embedder
from service.texts import file_contents
from tools.caller import Caller
from tools.catalog import build_tools
from tools.toolbox import Toolbox


class StudioError(RuntimeError):
    """The graph is not served here; the message says why."""


class StudioGraph(CompiledStateGraph[ConversationState, TurnContext, Any, Any]):
    """The compiled graph, which always speaks for one customer, whatever context a client sends.

    Args:
        customer_id: The customer.
        attributes: Those of a compiled graph; the development server copies the graph with them.
    """

    def __init__(self, *, customer_id: int, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.customer_id = customer_id

    @classmethod
    def for_customer(
        cls, graph: CompiledStateGraph[ConversationState, TurnContext, Any, Any], customer_id: int
    ) -> StudioGraph:
        """Return a compiled graph that speaks for one customer.

        Args:
            graph: The compiled graph.
            customer_id: The customer.
        """
        return cls(
            customer_id=customer_id,
            builder=graph.builder,
            schema_to_mapper=graph.schema_to_mapper,
            nodes=graph.nodes,
            channels=graph.channels,
            input_channels=graph.input_channels,
            output_channels=graph.output_channels,
            stream_channels=graph.stream_channels,
            stream_mode=graph.stream_mode,
            stream_eager=graph.stream_eager,
            stream_transformers=graph.stream_transformers,
            interrupt_before_nodes=graph.interrupt_before_nodes,
            interrupt_after_nodes=graph.interrupt_after_nodes,
            step_timeout=graph.step_timeout,
            debug=graph.debug,
            checkpointer=graph.checkpointer,
            store=graph.store,
            cache=graph.cache,
            cache_policy=graph.cache_policy,
            retry_policy=graph.retry_policy,
            context_schema=graph.context_schema,
            config=graph.config,
            trigger_to_nodes=graph.trigger_to_nodes,
            node_error_handler_map=graph.node_error_handler_map,
            name=graph.name,
        )

    async def astream(self, input: Any, config: RunnableConfig | None = None, **options: Any) -> AsyncIterator[Any]:
        """Run a turn; see ``Pregel.astream``. ``{"message": …}`` or ``{"messages": […]}`` begins a new turn."""
        thread_id = str((config or {}).get("configurable", {}).get("thread_id", Channel.STUDIO))
        options["context"] = TurnContext(Caller(customer_id=self.customer_id, channel=Channel.STUDIO), thread_id)
        async for chunk in super().astream(_first_step(input), config, **options):
            yield chunk


def _first_step(input: Any) -> Any:
    """Return the state that a message begins a turn with; anything else, such as a reply to a question, as it is."""
    if isinstance(input, dict) and input.get("messages"):
        return turn_from_messages(input["messages"])
    if isinstance(input, dict) and "message" in input:
        return fresh_turn(str(input["message"]))
    return input


class _Opened:
    """The one graph of the process: the server asks for it again and again, and a thread's data must outlast a turn."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()  # open until the process ends, when the copy's folder is removed
        self._graph: StudioGraph | None = None

    async def graph(self) -> StudioGraph:
        """Open it where that was not done yet."""
        async with self._lock:
            if self._graph is None:
                self._graph = await self._stack.enter_async_context(open_graph(Settings()))
            return self._graph


@cache
def _opened() -> _Opened:
    return _Opened()


async def graph() -> StudioGraph:
    """Return the graph for the development server; see ``open_graph``."""
    return await _opened().graph()


@asynccontextmanager
async def open_graph(settings: Settings) -> AsyncIterator[StudioGraph]:
    """The graph over a copy of the demo customer's data.

    Args:
        settings: As the service has them.

    Raises:
        StudioError: The service is set to production, or there is no such customer.
    """
    if settings.env == "production":
        raise StudioError("Studio is for development: TELEKOM_ENV=production serves no graph there.")
    # The development server allows no blocking call where any event loop runs: the copy is another process's work.
    with await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="telekom-studio-") as folder:
        file = Path(folder) / "copy.sqlite3"
        copying = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "service.studio", str(file),
            cwd=Path(__file__).parents[1], stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, problem = await copying.communicate()
        if copying.returncode:
            raise StudioError(problem.decode().strip().splitlines()[-1])
        models = await asyncio.to_thread(load_models, settings)
        database = Database(f"sqlite+aiosqlite:///{file}")
        try:
            built = await asyncio.to_thread(_built, settings, models, database)
            yield StudioGraph.for_customer(built, settings.studio_customer)
        finally:
            await database.close()


def _built(
    settings: Settings, models: Models, database: Database
) -> CompiledStateGraph[ConversationState, TurnContext, Any, Any]:
    """Read the files that the graph is made of, and make it."""
    contents = file_contents(settings, models.decision_model.trained_options)
    toolbox = Toolbox(build_tools(database, Adapters(), istanbul_now, load_operator(settings.facts_folder)))
    knowledge = KnowledgeBase(contents.pages, embedder())
    return build_graph(
        graph_dependencies(settings, models, contents, knowledge, toolbox, istanbul_now, NullHandoverQueue())
    )


async def write_copy(settings: Settings, copy: Path) -> None:
    """Write a database with the demo customer's data.

    Raises:
        StudioError: There is no such customer.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    source = Database(settings.resolved_database_url)
    try:
        await source.migrate()
        password = settings.demo_password.get_secret_value()
        operator = load_operator(settings.facts_folder)
        await bring_catalogue(settings, source)
        await seed_demo(source, istanbul_now(), Passwords().hash, password, operator=operator)
        async with sandbox(source, settings.studio_customer) as database:
            async with database.session() as session:
                if await session.get(CustomerRow, settings.studio_customer) is None:
                    raise StudioError(f"There is no customer {settings.studio_customer}: set TELEKOM_STUDIO_CUSTOMER.")
            await database.engine.dispose()
            shutil.copyfile(str(database.url.database), copy)
    finally:
        await source.close()


if __name__ == "__main__":
    asyncio.run(write_copy(Settings(), Path(sys.argv[1])))
