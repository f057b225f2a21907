"""A graph with scripted models over real tools, a real database and a real checkpointer."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from sqlalchemy import select

from agent.decision.consent import load_consent_model
from agent.decision.support import SupportReading
from agent.prompt_files import load_prompts
from conversation.engine import Engine
from conversation.recorded_calls import RecordedCalls, RecordingToolbox
from conversation.service import ChatResult, Conversations, User
from core.clock import ISTANBUL
from core.masking import Masker
from database.handovers import Handovers
from database.runs import Runs
from database.seed.demo import seed_demo
from database.session import Database
from database.tables import AuditEntry, Payment
from database.threads import Threads
from database.turn_keys import TurnKeys
from graph.answers.approved import Answers, load_answers
from graph.build import GraphDependencies, build_graph
from ports import Ports
from ports.payment import SimulatedPayment
from ports.speed_test import SpeedReading
from service.container import DatabaseHandoverQueue
from tests.doubles import ScriptedChatModel, ScriptedDecisionModel
from tools.catalog import build_tools
from tools.written import WrittenChanges


@dataclass
class World:
    """Everything a conversation test touches."""

    conversations: Conversations
    database: Database
    decisions: ScriptedDecisionModel
    writer: ScriptedChatModel
    answers: Answers
    now: list[datetime]
    ports: Any
    graph: Any = None
    sessions: dict[int, str] = field(default_factory=dict)

    def user(self, customer: int = 1) -> User:
        return User(customer + 1, customer, f"musteri{customer}@example.com", "customer", "Test")

    async def say(self, message: str | None = None, *, customer: int = 1, approve: bool | None = None) -> ChatResult:
        """One turn of the customer's own thread."""
        result = await self.conversations.run(
            self.user(customer), session_id=self.sessions.get(customer), message=message, resume=approve
        )
        self.sessions[customer] = result.session_id
        return result

    def later(self, span: timedelta) -> None:
        self.now[0] += span

    async def payments(self, customer: int = 1) -> list[Payment]:
        async with self.database.session() as session:
            rows = await session.scalars(select(Payment).where(Payment.customer_id == customer))
            return [row for row in rows if row.at.date() == self.now[0].date()]

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
    support: SupportReading | None = None,
    **payment: Any,
) -> World:
    """A world whose database lies in a folder, at first the demo or a copy of it; the caller closes the database."""
    now = [_BEGIN]

    def clock() -> datetime:
        return now[0]

    path = folder / "telekom.sqlite3"
    if seeded is not None and not path.exists():  # a second world of one test goes on with the first one's data
        shutil.copyfile(seeded, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    if seeded is None:
        await database.migrate()
        await seed_demo(database, clock(), lambda password: password, "demo-1234")
    ports = Ports.simulated(payment=SimulatedPayment(**payment), clock=clock)
    decisions = ScriptedDecisionModel(meanings, arguments=arguments, readings=readings)
    chat_model = writer(arguments=arguments or {})
    answers = load_answers()
    calls = RecordedCalls()
    prompts = load_prompts()
    parts = GraphDependencies(
        decision_model=decisions, second_reading=load_consent_model(), chat_model=chat_model,
        toolbox=toolbox(build_tools(database, ports, clock), calls),
        prompts=prompts, answers=answers, clock=clock,
        handover_queue=DatabaseHandoverQueue(Handovers(database), clock), support=support,
    )  # fmt: skip
    graph = build_graph(parts, saver or InMemorySaver())
    engine = Engine(
        graph=graph, runs=Runs(database, Masker(b"test")), calls=calls,
        clock=clock, model_name="scripted", setup={"prompts": {name: each.sha for name, each in prompts.items()}},
    )  # fmt: skip
    conversations = Conversations(engine, Threads(database, clock), WrittenChanges(database), TurnKeys(database, clock))
    return World(conversations, database, decisions, chat_model, answers, now, ports, graph)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the demo customers, made once; each world gets a copy of it."""
    path = tmp_path_factory.mktemp("seeded") / "telekom.sqlite3"
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.migrate()
    await seed_demo(database, _BEGIN, lambda password: password, "demo-1234")
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
