"""A reader of asked facts over the demo customers, with the probabilities that a test states."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pytest
import pytest_asyncio

from agent.prompt_files import load_prompts
from core.clock import ISTANBUL
from database.seed.demo import seed_demo
from database.session import Database
from evaluation.environment import DemoEnvironment
from graph.asked.declared import load_facts
from graph.reading import ALSO_ASKED, ASKED, MessageReader, Reading, Utterance
from graph.state import ConversationState, Intent
from graph.understanding.asked import AskedReader
from tests.graph.readings import TableDecisionModel
from tools.caller import Caller
from tools.toolbox import Toolbox

NOW = datetime(2026, 6, 15, 10, 0, tzinfo=ISTANBUL)
FACTS = load_facts()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def toolbox() -> AsyncIterator[Toolbox]:
    """The operations over the demo customers: the first one has one line, the seventh has three."""
    database = Database("sqlite+aiosqlite://")
    await database.migrate()
    await seed_demo(database, NOW, lambda password: "no login here", "", 0)
    yield DemoEnvironment(database, NOW).toolbox
    await database.close()


def reading(
    message: str, fact: Mapping[str, float], also: Mapping[str, float] | None = None,
    others: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
) -> Reading:  # fmt: skip
    table: dict[str, Any] = {text: {ASKED: facts} for text, facts in others.items()}
    table[message] = {ASKED: fact, ALSO_ASKED: also or {"none": 1.0}}
    questions = {ASKED: FACTS.question, ALSO_ASKED: FACTS.second_question}
    return MessageReader(TableDecisionModel(table), load_prompts()["questions"].data, questions).read(
        Utterance(message)
    )


Read = Callable[..., Awaitable[ConversationState]]


@pytest.fixture
def read(toolbox: Toolbox) -> Read:
    """Reads a message with the probabilities of its facts."""

    async def read(
        message: str, fact: Mapping[str, float], *, also: Mapping[str, float] | None = None,
        intents: Mapping[str, float] = MappingProxyType({}), topic: str = "", customer: int = 1,
        table: Mapping[str, Mapping[str, float]] = MappingProxyType({}), **state: Any,
    ) -> ConversationState:  # fmt: skip
        wanted: ConversationState = {
            "intents": [Intent(operation=name, probability=sure) for name, sure in intents.items()], "topic": topic,
            "language": "tr",
        }  # fmt: skip
        before: ConversationState = {"message": message, **state}  # type: ignore[typeddict-item]
        reader = AskedReader(FACTS, toolbox, lambda: NOW)
        return await reader.read(before, wanted, reading(message, fact, also, table), Caller(customer))

    return read


def operations(found: ConversationState) -> list[str]:
    return [each["operation"] for each in found["intents"]]
