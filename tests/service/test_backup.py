"""Backups of a service that runs, restored into an empty place and compared, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, text

from core.channels import Channel
from core.settings import Settings
from database.postgres import libpq_url
from database.seed.newcomer import create_customer
from database.session import Database
from database.tables import LineRow, Payment
from evaluation.conversation_environment import demo_user
from evaluation.scripted import ScriptedDecisionModel
from ports import Adapters
from ports.bank_ledger_postgres import PostgresBankLedger
from ports.payment import SimulatedPayment
from service.backup import BadBackup, NotEmpty, back_up, restore
from service.backup.sqlite import BANK_FILE
from service.container import RunningService
from tests.api.conftest import ARGUMENTS, MEANINGS, NOW, Stage
from tests.doubles import meanings_of
from tests.postgres import own_schema

PAY = "Faturamı kredi kartıyla öde"
YES = "evet öde lütfen"
KINDS = ["sqlite", "postgresql"]


@asynccontextmanager
async def empty_place(kind: str, folder: Path) -> AsyncIterator[Settings]:
    """Settings of a place in which nothing is."""
    plain = Settings(_env_file=None, data_dir=folder, mount_chat=False)
    if kind == "sqlite":
        yield plain
        return
    pytest.importorskip("langgraph.checkpoint.postgres")
    async with own_schema() as url:
        yield plain.model_copy(update={"database_url": url})


@pytest.fixture(params=KINDS)
async def places(
    request: pytest.FixtureRequest, stage: Stage, tmp_path: Path
) -> AsyncIterator[tuple[Settings, Settings]]:
    """Settings of a place for a service, with its files, and of an empty one."""
    readings = {YES: {"reply": "yes"}}
    stage.decision_model = ScriptedDecisionModel(meanings_of(MEANINGS, ARGUMENTS, readings))
    async with (
        empty_place(request.param, stage.settings.data_dir) as first,
        empty_place(request.param, tmp_path / "empty") as second,
    ):
        yield first, second


async def say(service: RunningService, message: str, session: str = "a") -> Any:
    user = demo_user(1)
    return await service.conversations.run(user, session_id=session, message=message, channel=Channel.REST)


def rows(settings: Settings) -> dict[str, list[str]]:
    """Every row of every table of every store."""
    url = Database(settings.resolved_database_url).url
    if url.get_backend_name() == "sqlite":
        found = {}
        for path in sorted(settings.data_dir.glob("*.sqlite3")):
            with closing(sqlite3.connect(path)) as connection:
                names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                for name in names:
                    found[f"{path.name} {name}"] = sorted(map(str, connection.execute(f"SELECT * FROM {name}")))
        return found
    with psycopg.connect(libpq_url(url)) as connection:
        named = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {
            name: sorted(row for (row,) in connection.execute(f"SELECT t::text FROM {name} t"))  # type: ignore[misc]
            for (name,) in named.fetchall()
        }


async def test_restored_service_is_the_same_and_goes_on(
    places: tuple[Settings, Settings], stage: Stage, tmp_path: Path
) -> None:
    first, second = places
    file = tmp_path / "backup.zip"
    url = Database(first.resolved_database_url).url
    book = first.data_dir / BANK_FILE if first.database_url is None else PostgresBankLedger(libpq_url(url))
    stage.ports = Adapters(payment=SimulatedPayment(book))
    async with stage.open(first) as service:
        await say(service, "Merhaba", "b")
        await say(service, PAY, "c")
        await say(service, YES, "c")
        await asyncio.to_thread(back_up, first, file)
        before = await asyncio.to_thread(rows, first)
    assert file.stat().st_mode & 0o077 == 0
    await restore(second, file)
    assert await asyncio.to_thread(rows, second) == before
    assert [len(each) for name, each in before.items() if name.endswith("charges")] == [1]
    assert sum(map(len, before.values())) > 200
    async with stage.open(second) as service:
        assert len((await service.conversations.get(demo_user(1), "c")).messages) == 4
        async with service.database.write_session() as session:  # new ids follow the restored ones
            customer = await create_customer(session, name="A", email="a@b.tr", phone="0", now=NOW)
            line = await session.scalar(select(LineRow.id).where(LineRow.customer_id == customer.id))
            assert line == await session.scalar(select(func.max(LineRow.id)))


async def test_question_that_waited_is_answered_after_the_restore(
    places: tuple[Settings, Settings], stage: Stage, tmp_path: Path
) -> None:
    first, second = places
    async with stage.open(first) as service:
        assert (await say(service, PAY)).pending is not None
        await asyncio.to_thread(back_up, first, tmp_path / "backup.zip")
    await restore(second, tmp_path / "backup.zip")
    async with stage.open(second) as service:
        paid = await say(service, YES)
        assert [(each.tool_name, each.success) for each in paid.tool_results] == [("pay_bill", True)]
        async with service.database.session() as session:
            mine = select(func.count()).select_from(Payment).where(Payment.idempotency_key.not_like("demo-%"))
            assert await session.scalar(mine) == 1


async def test_backup_while_serving_is_of_one_moment(
    places: tuple[Settings, Settings], stage: Stage, tmp_path: Path
) -> None:
    """A row in the database, then one in the store of states, again and again: a backup has at most one more."""
    first, second = places
    ended, done = asyncio.Event(), asyncio.Queue[int]()

    async def write(service: RunningService) -> int:
        number = 0
        while not ended.is_set():
            number += 1
            async with service.database.write_session() as session:
                await session.execute(
                    text("INSERT INTO chat_prompt_texts (sha, name, text) VALUES (:sha, 'n', 't')"),
                    {"sha": f"w{number}"},
                )
            config: Any = {"configurable": {"thread_id": f"w{number}", "checkpoint_ns": "", "checkpoint_id": "1"}}
            await service.checkpointer.aput_writes(config, [("a", number)], "task")
            done.put_nowait(number)
        return number

    async with stage.open(first) as service:
        writing = asyncio.create_task(write(service))
        for number in range(4):
            for _ in range(10):
                await done.get()
            await asyncio.to_thread(back_up, first, tmp_path / f"{number}.zip")
        ended.set()
        written = await writing
    await restore(second, tmp_path / "3.zip")
    found = await asyncio.to_thread(rows, second)
    prompts, states = (
        sum("w" in row.split(",")[0] for name, each in found.items() if name.split()[-1] in tables for row in each)
        for tables in (["chat_prompt_texts"], ["writes", "checkpoint_writes"])
    )
    assert 20 < prompts <= written and prompts - states in (0, 1)


async def test_place_that_is_not_empty_is_left_as_it_is(
    places: tuple[Settings, Settings], stage: Stage, tmp_path: Path
) -> None:
    first, second = places
    file = tmp_path / "backup.zip"
    async with stage.open(first):
        back_up(first, file)
    before = rows(first)
    with pytest.raises(NotEmpty):
        await restore(first, file)
    assert rows(first) == before
    with pytest.raises(NotEmpty):
        back_up(first, file)
    await restore(second, file)
    with pytest.raises(NotEmpty):
        await restore(second, file)


async def test_damaged_backup_restores_nothing(places: tuple[Settings, Settings], stage: Stage, tmp_path: Path) -> None:
    first, second = places
    file, bad = tmp_path / "backup.zip", tmp_path / "bad.zip"
    async with stage.open(first):
        back_up(first, file)
    with zipfile.ZipFile(file) as good, zipfile.ZipFile(bad, "w") as changed:
        for name in good.namelist():
            data = good.read(name)
            changed.writestr(name, data if name == "manifest.json" else data + b"\n")
    for damaged in (bad, tmp_path / "cut.zip", tmp_path / "text.zip"):
        if damaged.name == "cut.zip":
            damaged.write_bytes(file.read_bytes()[:-2000])
        elif damaged.name == "text.zip":
            damaged.write_text("no archive")
        with pytest.raises(BadBackup):
            await restore(second, damaged)
    assert sum(map(len, rows(second).values())) == 0
    assert not second.data_dir.exists() or not list(second.data_dir.iterdir())


async def test_backup_of_another_kind_or_a_newer_program_is_refused(
    places: tuple[Settings, Settings], stage: Stage, tmp_path: Path
) -> None:
    first, second = places
    file, newer = tmp_path / "backup.zip", tmp_path / "newer.zip"
    async with stage.open(first) as service:
        manifest = back_up(first, file)
        is_sqlite = service.database.is_sqlite
    other = "postgresql://nobody@127.0.0.1:1/none" if is_sqlite else f"sqlite:///{tmp_path / 'x.sqlite3'}"
    with pytest.raises(BadBackup, match="backup of"):
        await restore(second.model_copy(update={"database_url": other}), file)
    with zipfile.ZipFile(file) as good, zipfile.ZipFile(newer, "w") as changed:
        for name in good.namelist():
            data = good.read(name)
            changed.writestr(name, data.replace(f'"{manifest.revision}"'.encode(), b'"9999"'))
    with pytest.raises(BadBackup, match="newer version"):
        await restore(second, newer)


async def test_backup_knows_the_secret_key_without_holding_it(stage: Stage, tmp_path: Path) -> None:
    async with stage.open(stage.settings):
        manifest = back_up(stage.settings, tmp_path / "a.zip")
    assert manifest.has_key_of(stage.settings)
    assert not manifest.has_key_of(stage.settings.model_copy(update={"secret_key": SecretStr("x" * 40)}))
    secret = stage.settings.secret_key.get_secret_value().encode()
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert secret not in packed.read("manifest.json")


def test_nothing_to_back_up_is_told_and_leaves_no_file(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "none")
    with pytest.raises(BadBackup, match="There is no database"):
        back_up(settings, tmp_path / "a.zip")
    assert os.listdir(tmp_path) == []


def test_files_of_a_backup_are_of_one_moment(tmp_path: Path) -> None:
    """Two files are written in turn as fast as it goes; of one moment, the first is never behind the second."""
    settings = Settings(_env_file=None, data_dir=tmp_path)
    files = tmp_path / "telekom.sqlite3", tmp_path / "threads.sqlite3"
    for file in files:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE written (number INTEGER)")
            connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
            connection.execute("INSERT INTO alembic_version VALUES ('0001')")
            connection.commit()
    stopped = threading.Event()
    writer = threading.Thread(target=_write_in_turn, args=(files, stopped))
    writer.start()
    try:
        for number in range(25):
            back_up(settings, tmp_path / f"{number}.zip")
    finally:
        stopped.set()
        writer.join()
    for number in range(25):
        with zipfile.ZipFile(tmp_path / f"{number}.zip") as packed:
            packed.extractall(tmp_path / str(number), [file.name for file in files])
        first, second = (_written(tmp_path / str(number) / file.name) for file in files)
        assert first - second in (0, 1)
    assert _written(files[0]) > 100


def _write_in_turn(files: tuple[Path, Path], stopped: threading.Event) -> None:
    with closing(sqlite3.connect(files[0], timeout=30)) as one, closing(sqlite3.connect(files[1], timeout=30)) as two:
        for connection in (one, two):
            connection.execute("PRAGMA synchronous = OFF")
        while not stopped.is_set():
            for connection in (one, two):
                connection.execute("INSERT INTO written VALUES (1)")
                connection.commit()


def _written(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM written").fetchone()[0])
