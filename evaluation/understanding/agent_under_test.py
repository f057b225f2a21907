"""The served understanding without a server: the same nodes, models, tool schemas and catalogue."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.errors import AgentError
from agent.models import Models
from agent.prompt_files import load_prompts
from core.clock import istanbul_now
from core.settings import Settings
from database.seed.demo import seed_demo
from database.session import Database
from evaluation.understanding.score import Understand, Understood
from graph.build import thresholds
from graph.reading import MessageReader, Utterance
from graph.understanding.arguments import ArgumentReader
from graph.understanding.intents import IntentReader
from graph.understanding.written_arguments import ArgumentWriter
from ports import Ports
from tools.catalog import build_tools
from tools.toolbox import Toolbox


def schema_toolbox() -> Toolbox:
    """The operations with a database that is never opened: only names and schemas are used."""
    return Toolbox(build_tools(Database("sqlite+aiosqlite://"), Ports.simulated(), istanbul_now))


@asynccontextmanager
async def served_understanding(models: Models, settings: Settings) -> AsyncIterator[Understand]:
    """What detect_intent and select_tools make of a message in a fresh thread; the packages are those of the demo.

    Args:
        models: The models to measure.
        settings: For the threshold.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/demo.sqlite3")
        try:
            await database.migrate()
            await seed_demo(database, istanbul_now(), lambda password: password, "nobody logs in here")
            yield _understanding(models, settings, Toolbox(build_tools(database, Ports.simulated(), istanbul_now)))
        finally:
            await database.close()


def _understanding(models: Models, settings: Settings, toolbox: Toolbox) -> Understand:
    prompts = load_prompts()
    threshold = thresholds(models.decision_model.calibrated, settings.intent_threshold)["intent_threshold"]
    messages = MessageReader(models.decision_model, prompts["questions"].data)
    intents = IntentReader(messages, threshold)
    reader = ArgumentReader(toolbox, ArgumentWriter(models.chat_model, prompts["arguments"]))

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
