"""The kill matrix, bounded: processes die in the middle of changes, and every promise is looked at afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from database.tables import AuditEntry, Receipt
from evaluation.reliability.changes import CHANGES, QUESTION
from evaluation.reliability.client import Client, Deed
from evaluation.reliability.matrix import kind_of, scenes
from evaluation.reliability.points import DeathPoints
from evaluation.reliability.replica import Place, ReplicaParts, open_replica, seed
from evaluation.reliability.verdict import Heir

DEATHS = 150


def test_deaths_break_no_promise(tmp_path: Path) -> None:
    figures = tmp_path / "kills.json"
    command = [sys.executable, "-m", "cli.main", "prove", "kills", "--deaths", str(DEATHS), "--json", str(figures)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    report = json.loads(figures.read_text())
    assert report["deaths"] >= DEATHS and set(report["broken"].values()) == {0}
    assert set(report["by_change"]) == {change.operation for change in CHANGES}
    assert {"commit", "in a transaction", "node boundary", "random moment"} <= set(report["by_place"])


@pytest.mark.skipif("TEST_POSTGRES_URL" not in os.environ, reason="TEST_POSTGRES_URL is not set")
def test_deaths_break_no_promise_on_postgresql(tmp_path: Path) -> None:
    figures = tmp_path / "kills.json"
    command = [
        sys.executable, "-m", "cli.main", "prove", "kills", "--deaths", "20", "--database", "postgresql",
        "--json", str(figures),
    ]  # fmt: skip
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert json.loads(figures.read_text())["deaths"] >= 20


def test_every_write_operation_is_among_the_changes() -> None:
    from evaluation.understanding.agent_under_test import schema_toolbox

    toolbox = schema_toolbox()
    assert {name for name in toolbox.names if toolbox.is_write(name)} <= {change.operation for change in CHANGES}
    assert {kind_of(place) for place in ("before node confirm", "at a moment", "before payment.charge")} == {
        "node boundary", "random moment", "port call",
    }  # fmt: skip
    assert len(scenes()) > len(CHANGES)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    found = Place(tmp_path_factory.mktemp("place"))
    asyncio.run(seed(found))
    return found


@pytest.fixture(scope="module")
def parts() -> ReplicaParts:
    return ReplicaParts.read()


async def found_after(
    place: Place, parts: ReplicaParts, tmp_path: Path, *damage: Any, was_told: bool = True
) -> set[str]:
    """Return the promises that the verdict finds broken when rows of a payment were changed by hand."""
    shutil.copytree(place.folder, tmp_path, dirs_exist_ok=True)
    change = CHANGES[0]
    async with open_replica(Place(tmp_path), parts, DeathPoints()) as replica:
        client = Client(replica, change, DeathPoints())
        await client.do(Deed("say", change.wish))
        paid = await client.do(Deed("say", "evet"))
        assert paid.done
        async with replica.context.database.write_session() as session:
            for statement in damage:
                await session.execute(statement)
        heir = Heir(replica, client, change, [paid] if was_told else [])
        finding = await heir.recover([Deed("say", QUESTION)], time.perf_counter())
    return {each.split(":")[0] for each in finding.broken}


async def test_verdict_finds_nothing_where_nothing_is_wrong(place: Place, parts: ReplicaParts, tmp_path: Path) -> None:
    assert await found_after(place, parts, tmp_path) == set()


async def test_verdict_sees_a_change_that_was_not_told(place: Place, parts: ReplicaParts, tmp_path: Path) -> None:
    assert await found_after(place, parts, tmp_path, was_told=False) == {"not told"}


async def test_verdict_sees_a_change_that_is_half_done(place: Place, parts: ReplicaParts, tmp_path: Path) -> None:
    assert await found_after(place, parts, tmp_path, delete(AuditEntry)) == {"half done"}


async def test_verdict_sees_a_receipt_that_was_changed(place: Place, parts: ReplicaParts, tmp_path: Path) -> None:
    assert "broken receipt" in await found_after(place, parts, tmp_path, update(Receipt).values(operation="other"))
