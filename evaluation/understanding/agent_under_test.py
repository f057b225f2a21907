"""The served understanding without a server: the same nodes, models, tool schemas and catalogue."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.errors import AgentError
from core.clock import istanbul_now
from database.seed.demo import seed_demo
from database.session import Database
from evaluation.served_agent import ServedAgent
from evaluation.understanding.score import Understand, Understood
from graph.build import GraphDependencies
from graph.reading import MessageReader, Utterance
from graph.understanding.arguments import ArgumentReader
from graph.understanding.intents import IntentReader
from graph.understanding.written_arguments import ArgumentWriter
from ports import Ports
from tools.catalog import build_tools
from tools.toolbox import Toolbox


def schema_toolbox() -> Toolbox:
    """Return the operations over a database that is never opened; only names and schemas are used."""
    return Toolbox(build_tools(Database("sqlite+aiosqlite://"), Ports.simulated(), istanbul_now))


@asynccontextmanager
async def served_understanding(agent: ServedAgent) -> AsyncIterator[Understand]:
    """Give a function that reads one message as detect_intent and select_tools do in a fresh thread.

    Args:
        agent: The agent to measure; package names are looked up in the demo's catalogue.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/demo.sqlite3")
        try:
            await database.migrate()
            await seed_demo(database, istanbul_now(), lambda password: password, "nobody logs in here")
            toolbox = Toolbox(build_tools(database, Ports.simulated(), istanbul_now))
            yield _understanding(agent.dependencies(toolbox, istanbul_now))
        finally:
            await database.close()


def _understanding(dependencies: GraphDependencies) -> Understand:
    toolbox, prompts = dependencies.toolbox, dependencies.prompts
    messages = MessageReader(dependencies.decision_model, prompts["questions"].data)
    intents = IntentReader(messages, dependencies.config.intent_threshold)
    reader = ArgumentReader(toolbox, ArgumentWriter(dependencies.chat_model, prompts["arguments"]))

    async def understand(message: str) -> Understood:
        reading = messages.read(Utterance(message))
        state = await intents.read(reading)
        calls = []
        for intent in state["intents"]:
            try:
                arguments = await reader.read(intent["operation"], reading)
            except AgentError:  # the served node asks the customer then
                arguments = {}
            calls.append((intent["operation"], arguments))
        return Understood(calls, state["confidence"])

    return understand
