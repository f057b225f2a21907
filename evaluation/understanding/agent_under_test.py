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
from evaluation.understanding.score import NOTHING_BEFORE, EarlierTurn, Understand, Understood
from graph.build import GraphDependencies
from graph.reading import MessageReader, Utterance
from graph.state import TurnContext
from graph.understanding.arguments import ArgumentReader
from graph.understanding.context import ContextReader
from graph.understanding.intents import IntentReader
from graph.understanding.replies import OTHER, ReplyReader
from graph.understanding.written_arguments import ArgumentWriter
from ports import Adapters
from tools.caller import Caller
from tools.catalog import build_tools
from tools.toolbox import Toolbox

_NOBODY = Caller(customer_id=0)
"""Nothing is looked up for a customer."""


def schema_toolbox() -> Toolbox:
    """Return the operations over a database that is never opened; only names and schemas are used."""
    return Toolbox(build_tools(Database("sqlite+aiosqlite://"), Adapters(), istanbul_now))


@asynccontextmanager
async def served_understanding(agent: ServedAgent) -> AsyncIterator[Understand]:
    """Give a function that reads one message as detect_intent and select_tools do, in a fresh thread or after a turn.

    Args:
        agent: The agent to measure; package names are looked up in the demo's catalogue.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/demo.sqlite3")
        try:
            await database.migrate()
            await seed_demo(database, istanbul_now(), lambda password: password, "nobody logs in here")
            toolbox = Toolbox(build_tools(database, Adapters(), istanbul_now))
            yield _understanding(agent.dependencies(toolbox, istanbul_now))
        finally:
            await database.close()


def _understanding(dependencies: GraphDependencies) -> Understand:
    toolbox, prompts = dependencies.toolbox, dependencies.prompts
    messages = MessageReader(dependencies.decision_model, prompts["questions"].data)
    contexts = ContextReader(messages)
    writes = frozenset(filter(toolbox.is_write, toolbox.names))
    intents = IntentReader(messages, dependencies.config.intent_threshold, writes)
    replies = ReplyReader()
    reader = ArgumentReader(toolbox, ArgumentWriter(dependencies.chat_model, prompts["arguments"]))

    async def understand(message: str, before: EarlierTurn = NOTHING_BEFORE) -> Understood:
        turn = TurnContext(_NOBODY)
        if before.question:
            reply = messages.read(Utterance(message, before.question, "reply"), turn.readings)
            if await replies.reply(reply) != OTHER:
                return Understood([], 1.0)
        reading = await contexts.read(message, before.context, turn)
        state = await intents.read(reading, question_is_open=bool(before.question))
        calls = []
        for intent in state["intents"]:
            try:
                arguments = await reader.read(intent["operation"], reading)
            except AgentError:  # the served node asks the customer then
                arguments = {}
            calls.append((intent["operation"], arguments))
        return Understood(calls, state["confidence"])

    return understand
