"""A graph with scripted models over real tools, a real database and a real checkpointer."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from sqlalchemy import select

from agent.decision.consent import load_consent_model
from agent.decision.support import SupportReading
from agent.prompt_files import load_prompts
from conversation.recorded_calls import RecordingToolbox
from conversation.service import ChatResult, User
from core.clock import ISTANBUL
from database.handovers import Handovers
from database.session import Database
from database.tables import AuditEntry, Payment
from evaluation.conversation_environment import ConversationEnvironment, demo_user
from evaluation.environment import create_demo, file_database
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from graph.answers.approved import load_answers
from graph.build import GraphConfig, GraphDependencies, build_graph
from ports.payment import SimulatedPayment
from ports.speed_test import SpeedReading
from service.graph_parts import DatabaseHandoverQueue
from tests.doubles import meanings_of


class World(ConversationEnvironment):
    """A demo environment with a graph, and short ways to speak to it and to look at the rows."""

    def __init__(
        self,
        database: Database,
        decisions: ScriptedDecisionModel,
        writer: ScriptedChatModel,
        saver: BaseCheckpointSaver[Any] | None = None,
        toolbox: type[RecordingToolbox] = RecordingToolbox,
        planner: BaseChatModel | None = None,
        support: SupportReading | None = None,
        **payment: Any,
    ) -> None:
        super().__init__(database, _BEGIN, SimulatedPayment(**payment), toolbox)
        self.decisions, self.writer, self.answers = decisions, writer, load_answers()
        self.sessions: dict[int, str] = {}
        prompts = load_prompts()
        parts = GraphDependencies(
            decision_model=decisions, second_reading=load_consent_model(), chat_model=planner or writer,
            toolbox=self.conversation_toolbox, prompts=prompts, answers=self.answers, clock=self.clock,
            handover_queue=DatabaseHandoverQueue(Handovers(database), self.clock),
            config=GraphConfig(planner="tools" if planner else "decisions"), support=support,
        )  # fmt: skip
        self.graph: Any = build_graph(parts, saver or InMemorySaver())
        self.conversations = self.conversations_with(
            self.graph, "scripted", {name: each.sha for name, each in prompts.items()}
        )

    def user(self, customer: int = 1) -> User:
        return demo_user(customer)

    async def say(self, message: str | None = None, *, customer: int = 1, approve: bool | None = None) -> ChatResult:
        """One turn of the customer's own thread."""
        result = await self.conversations.run(
            self.user(customer), session_id=self.sessions.get(customer), message=message, resume=approve
        )
        self.sessions[customer] = result.session_id
        return result

    async def payments(self, customer: int = 1) -> list[Payment]:
        async with self.database.session() as session:
            rows = await session.scalars(select(Payment).where(Payment.customer_id == customer))
            return [row for row in rows if row.at.date() == self.now.date()]

    async def audit(self) -> list[AuditEntry]:
        async with self.database.session() as session:
            return list(await session.scalars(select(AuditEntry)))


class EveryLine(dict[str, SpeedReading]):
    """The same reading whatever the line."""

    def __init__(self, reading: SpeedReading) -> None:
        super().__init__()
        self._reading = reading

    def get(self, key: str, default: object = None) -> SpeedReading:  # type: ignore[override]
        return self._reading


MakeWorld = Callable[..., Awaitable[World]]


_BEGIN = datetime(2026, 3, 15, 12, 0, tzinfo=ISTANBUL)


async def build_world(
    folder: Path,
    meanings: dict[str, Any],
    arguments: dict[str, dict[str, Any]] | None = None,
    readings: dict[str, dict[str, str]] | None = None,
    *,
    seeded: Path | None = None,
    saver: BaseCheckpointSaver[Any] | None = None,
    toolbox: type[RecordingToolbox] = RecordingToolbox,
    writer: type[ScriptedChatModel] = ScriptedChatModel,
    planner: BaseChatModel | None = None,
    support: SupportReading | None = None,
    **payment: Any,
) -> World:
    """A world whose database lies in a folder, at first the demo or a copy of it; the caller closes the database.

    A planner is the chat model then, and chooses the operations.
    """
    path = folder / "telekom.sqlite3"
    if seeded is not None and not path.exists():  # a second world of one test goes on with the first one's data
        shutil.copyfile(seeded, path)
    database = file_database(path)
    if seeded is None:
        await create_demo(database, _BEGIN)
    decisions = ScriptedDecisionModel(meanings_of(meanings, arguments, readings))
    return World(database, decisions, writer(arguments=arguments or {}), saver, toolbox, planner, support, **payment)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the demo customers, made once; each world gets a copy of it."""
    path = tmp_path_factory.mktemp("seeded") / "telekom.sqlite3"
    database = file_database(path)
    await create_demo(database, _BEGIN)
    await database.close()
    return path


@pytest_asyncio.fixture
async def make_world(tmp_path: Path, seeded: Path) -> AsyncIterator[MakeWorld]:
    opened: list[Database] = []

    async def make(
        meanings: dict[str, Any],
        arguments: dict[str, dict[str, Any]] | None = None,
        readings: dict[str, dict[str, str]] | None = None,
        **others: Any,
    ) -> World:
        world = await build_world(tmp_path, meanings, arguments, readings, seeded=seeded, **others)
        opened.append(world.database)
        return world

    yield make
    for database in opened:
        await database.close()


@pytest.fixture
def asked_to_pay() -> dict[str, Any]:
    return {
        "meanings": {
            "faturamı kredi kartıyla öde": "pay_bill",
            "ne kadar kotam kaldı": "get_remaining_quotas",
            "Bu ayki faturam ne kadar?": "get_current_bill",
            "havaleyle olsun": "correction",
        },
        "arguments": {
            "faturamı kredi kartıyla öde": {"method": "credit_card"},
            "havaleyle olsun": {"method": "bank_transfer"},
        },
    }


@pytest.fixture
def plans(make_world: MakeWorld) -> Iterator[Any]:
    """Makes worlds whose chat model plans; see ``tests.graph.planning``."""
    from tests.graph.planning import maker  # it uses this file

    with ExitStack() as servers:
        yield maker(make_world, servers)
