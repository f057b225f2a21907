"""A person over all stores of a real service, on SQLite and PostgreSQL: exported as a folder, erased, forgotten."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from conversation.service import User
from core.channels import Channel
from core.settings import Settings
from database.personal import AS_COLLEAGUE, ERASURE, CustomerNotFound, threads_of_person
from database.receipt_chain import verify_receipts
from database.tables import BillRow, CustomerRow, Payment, Receipt, Thread
from database.thread_locks import LocalLocks
from evaluation.conversation_environment import demo_user
from evaluation.scripted import ScriptedDecisionModel
from service.checkpoints import lost_threads
from service.container import RunningService
from service.personal import FILES, export_person, forget_person
from service.retention import forget_old
from tests.api.conftest import ARGUMENTS, MEANINGS, NOW, Stage
from tests.doubles import meanings_of
from tests.postgres import own_schema

PAY = "Faturamı kredi kartıyla öde"
YES = "evet öde lütfen zqsecretqz"
TALK = "Merhaba"


@pytest.fixture(params=["sqlite", "postgresql"])
async def service(request: pytest.FixtureRequest, stage: Stage, tmp_path: Path) -> AsyncIterator[RunningService]:
    """A running service with the demo in it."""
    if request.param == "postgresql":
        pytest.importorskip("langgraph.checkpoint.postgres")
    async with own_settings(request.param, stage) as settings, stage.open(settings) as service:
        yield service


@asynccontextmanager
async def own_settings(kind: str, stage: Stage) -> AsyncIterator[Settings]:
    readings = {YES: {"reply": "yes"}}
    stage.decision_model = ScriptedDecisionModel(meanings_of(MEANINGS, ARGUMENTS, readings))
    if kind == "sqlite":
        yield stage.settings
        return
    async with own_schema() as url:
        yield stage.settings.model_copy(update={"database_url": url})


async def say(service: RunningService, user: User, message: str, session: str) -> None:
    await service.conversations.run(user, session_id=session, message=message, channel=Channel.REST)


async def whole(service: RunningService) -> str:
    """Every row of every table of every store, and every byte of the files."""
    stored = []
    if service.database.is_sqlite:
        folder = service.settings.data_dir
        stored = [path.read_bytes().decode("latin-1") for path in sorted(folder.glob("*.sqlite3*"))]
    else:
        async with service.database.session() as session:
            named = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            for name in list(await session.scalars(text(named))):
                rows = await session.execute(text(f"SELECT t::text FROM {name} t"))
                stored += [str(row) for row in rows]
    return "\n".join(stored)


async def pay(service: RunningService, number: int = 1) -> User:
    user = demo_user(number)
    await say(service, user, TALK, f"talk-{number}")
    await say(service, user, PAY, f"pay-{number}")
    await say(service, user, YES, f"pay-{number}")
    return user


async def test_export_is_a_folder_that_a_person_can_read(service: RunningService, tmp_path: Path) -> None:
    user = await pay(service)
    folder = tmp_path / "out"
    files = await export_person(service.database, service.checkpointer, user.customer_id, folder, NOW)
    assert sorted(files) == sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    contents = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in contents for name in files[1:])
    said = "\n".join(path.read_text(encoding="utf-8") for path in (folder / "conversations").iterdir())
    assert YES in said and "user:**" in said
    states = "\n".join(path.read_text(encoding="utf-8") for path in (folder / "states").iterdir())
    assert PAY in states
    [receipt] = [one for one in json.loads((folder / "data/receipts.json").read_text()) if one["words"]]
    assert receipt["words"] == YES and "salt" not in receipt
    assert "password_hash" not in (folder / "data/accounts.json").read_text()
    assert folder.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        await export_person(service.database, service.checkpointer, user.customer_id, folder, NOW)


async def test_erasing_takes_words_out_of_every_store_and_leaves_payment_and_receipt(service: RunningService) -> None:
    user = await pay(service)
    other = await pay(service, 2)
    token = (await service.accounts.logins.begin(user)).access_token
    assert "zqsecretqz" in await whole(service)
    done = await forget_person(service.database, service.checkpointer, user.customer_id, NOW)
    assert done["states"] == 2 and done["chat_messages"] >= 6
    assert await service.accounts.by_token(token) is None
    async with service.database.session() as session:
        mine = Payment.customer_id == user.customer_id
        assert len(list(await session.scalars(select(Payment).where(mine)))) > 1
        assert await session.scalar(select(BillRow.id).where(BillRow.customer_id == user.customer_id)) is not None
        words = list(await session.scalars(select(Receipt.words).where(Receipt.customer_id == user.customer_id)))
        assert words and set(words) == {None}
        assert (await session.get_one(CustomerRow, user.customer_id)).name == "(silinmiş müşteri)"
    assert (await verify_receipts(service.database, None)).broken == []
    # The other one said the same words: take those away, too, and nothing is left.
    assert len(await threads_of_person(service.database, other.customer_id)) == 2
    await forget_person(service.database, service.checkpointer, other.customer_id, NOW)
    left = await whole(service)
    for words in ("zqsecretqz", "Mehmet", "musteri1@example.com", "Fatma", "musteri2@example.com"):
        assert words not in left, words


async def test_erasing_twice_and_an_unknown_number(service: RunningService) -> None:
    user = await pay(service)
    await forget_person(service.database, service.checkpointer, user.customer_id, NOW)
    again = await forget_person(service.database, service.checkpointer, user.customer_id, NOW)
    assert set(again) <= {"customers", "audit_entries", "account_changes"}
    with pytest.raises(CustomerNotFound):
        await forget_person(service.database, service.checkpointer, 999, NOW)


async def test_conversations_that_nobody_uses_are_deleted_by_setting(service: RunningService, stage: Stage) -> None:
    user = await pay(service)
    settings = service.settings.model_copy(update={"conversation_retention_days": 30})
    parts = (service.database, service.runs, service.checkpointer, LocalLocks(), stage.clock)
    stage.clock.advance(timedelta(days=29))
    assert await forget_old(settings, *parts) == 0
    await say(service, user, TALK, "talk-1")
    stage.clock.advance(timedelta(days=2))
    assert await forget_old(service.settings, *parts) == 0  # by default they stay
    assert await forget_old(settings, *parts) == 1
    async with service.database.session() as session:
        left = list(await session.scalars(select(Thread.id).where(Thread.deleted.is_(False))))
    assert left == ["talk-1"]
    config = {"configurable": {"thread_id": "pay-1", "checkpoint_ns": ""}}
    assert await service.checkpointer.aget_tuple(config) is None
    assert (await verify_receipts(service.database, None)).broken == []


async def test_state_that_a_running_turn_left_of_an_erased_person_is_swept_away(
    service: RunningService, stage: Stage
) -> None:
    user = await pay(service)
    await say(service, demo_user(2), TALK, "other")
    await service.ready()  # whose probe has a state and no conversation, too
    late: dict[str, Any] = {"configurable": {"thread_id": "pay-1", "checkpoint_ns": "", "checkpoint_id": "late"}}
    await forget_person(service.database, service.checkpointer, user.customer_id, NOW)
    await service.checkpointer.aput_writes(late, [("said", "zqlateqz")], "task")
    assert await lost_threads(service.checkpointer, service.database) == {"pay-1"}
    await forget_old(service.settings, service.database, service.runs, service.checkpointer, LocalLocks(), stage.clock)
    assert await lost_threads(service.checkpointer, service.database) == set()
    assert "zqlateqz" not in await whole(service)
    config: Any = {"configurable": {"thread_id": "other", "checkpoint_ns": ""}}
    assert await service.checkpointer.aget_tuple(config) is not None


def test_contents_page_knows_every_table() -> None:
    assert set(FILES) == {*ERASURE, AS_COLLEAGUE}
