"""Several services on one PostgreSQL database: any of them takes any turn; needs TEST_POSTGRES_URL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from agent.models import Models
from conversation.events import Done, Token
from core.settings import Settings
from database.tables import AuditEntry, Payment, Receipt, Thread
from evaluation.conversation_environment import demo_user
from evaluation.environment import ManualClock
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from service.container import RunningService, open_service
from tests.api.conftest import ARGUMENTS, MEANINGS, NOW
from tests.doubles import meanings_of
from tests.postgres import own_schema

PAY = "Faturamı kredi kartıyla öde"
BILL = "Faturam ne kadar?"

pytest.importorskip("langgraph.checkpoint.postgres")
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_url() -> AsyncIterator[str]:
    """An empty schema of a PostgreSQL database."""
    async with own_schema() as url:
        yield url


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replicas")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def replicas(shared_url: str, folder: Path) -> AsyncIterator[list[RunningService]]:
    """Three services that share the database and nothing else; the first one makes the tables."""
    clock = ManualClock(NOW)

    def settings(name: str) -> Settings:
        return Settings(
            _env_file=None, data_dir=folder / name, mount_chat=False, database_url=shared_url, database_pool=4
        )

    def models() -> Models:
        decisions = ScriptedDecisionModel(meanings_of(MEANINGS, ARGUMENTS))
        return Models(chat_model=ScriptedChatModel(arguments=ARGUMENTS), decision_model=decisions)

    async with AsyncExitStack() as stack:
        # One after the other: each keeps the one event loop of this test busy for seconds.
        yield [
            await stack.enter_async_context(open_service(settings(name), clock=clock, models=models()))
            for name in "abc"
        ]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def count(service: RunningService, table: Any, customer: int) -> int:
    async with service.database.session() as session:
        found = select(func.count()).select_from(table).where(table.customer_id == customer)
        return await session.scalar(found) or 0


async def test_turn_begun_on_one_is_confirmed_on_another_and_streamed_from_a_third(
    replicas: list[RunningService],
) -> None:
    user, (first, second, third) = demo_user(1), replicas
    asked = await first.conversations.run(user, message=PAY)
    assert asked.pending is not None
    paid = await second.conversations.run(user, session_id=asked.session_id, resume=True)
    assert [call.arac_adi for call in paid.tool_calls] == ["pay_bill"]
    events = [event async for event in third.conversations.stream(user, session_id=asked.session_id, message=BILL)]
    said = "".join(event.text for event in events if isinstance(event, Token))
    assert isinstance(events[-1], Done) and said == events[-1].result.response
    for service in replicas:
        detail = await service.conversations.get(user, asked.session_id)
        assert len(detail.messages) == 6 and detail.pending is None
    assert await count(first, AuditEntry, 1) == 1


async def test_same_yes_on_every_replica_at_once_pays_once(replicas: list[RunningService]) -> None:
    user = demo_user(2)
    asked = await replicas[0].conversations.run(user, message=PAY)
    assert asked.pending is not None
    presses = [
        service.conversations.run(user, session_id=asked.session_id, resume=True, question_id=asked.pending.id)
        for service in replicas * 4
    ]
    results = await asyncio.gather(*presses)
    assert sum(len(result.tool_calls) for result in results) == 1
    assert await count(replicas[0], AuditEntry, 2) == 1 and await count(replicas[0], Receipt, 2) >= 1


async def test_repeated_key_on_another_replica_gives_the_first_answer(replicas: list[RunningService]) -> None:
    user = demo_user(3)
    first = await replicas[0].conversations.run(user, message=BILL, idempotency_key="k")
    again = await replicas[1].conversations.run(user, message=BILL, idempotency_key="k")
    assert again == first and await count(replicas[2], Thread, 3) == 1


async def test_nothing_is_left_in_files_beside_the_database(replicas: list[RunningService], folder: Path) -> None:
    user = demo_user(9)
    asked = await replicas[0].conversations.run(user, message=PAY)
    await replicas[0].conversations.run(user, session_id=asked.session_id, resume=True)
    assert await asyncio.to_thread(files, folder) == []
    async with replicas[1].database.session() as session:
        key = await session.scalar(
            select(Payment.idempotency_key).where(Payment.customer_id == 9).order_by(Payment.at.desc()).limit(1)
        )
    assert key is not None
    found = await replicas[2].ports.payment.find(key=key, customer_id=9)
    assert found.state == "charged"


async def test_every_replica_is_ready(replicas: list[RunningService]) -> None:
    for service in replicas:
        assert await service.ready() == {"database": True, "checkpointer": True, "model": True}
