"""``telekom handovers`` as an operator types it, on a database file of its own."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from core.clock import ISTANBUL
from database.enums import HandoverReason
from database.handover_records import Tried
from database.handovers import Handovers
from database.seed.newcomer import create_customer
from database.seed.numbers import SIGN_UPS
from database.session import Database
from database.threads import Threads

NOW = datetime(2026, 11, 16, 12, 0, tzinfo=ISTANBUL)
SUMMARIES = ("Faturasına [red]itiraz\x1b[2J ediyor.", "Hattını kapatmak istiyor.")


async def fill(database: Database) -> list[str]:
    """Two hand-overs of one customer, the second one waiting longer."""
    await database.migrate()
    async with database.write_session() as session:
        customer = (await create_customer(session, name="Ali", email="a@b.tr", phone="0", now=NOW)).id
    ids = []
    for number, summary in enumerate(SUMMARIES):
        await Threads(database, lambda: NOW).claim(f"t{number}", customer, "")
        record = await Handovers(database).open(
            thread_id=f"t{number}", run_id=None, customer_id=customer, reason=HandoverReason.ASKED, summary=summary,
            tried=[Tried("pay_bill", False, "CARD_DECLINED")] if number else [], language="tr",
            now=NOW - timedelta(hours=number),
        )  # fmt: skip
        ids.append(record.id)
    await database.close()
    return ids


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'telekom.sqlite3'}"


@pytest.fixture
def ids(url: str) -> list[str]:
    return asyncio.run(fill(Database(url)))


def run(url: str, *arguments: str, columns: int = 80) -> Result:
    environment = {"TELEKOM_DATABASE_URL": url, "COLUMNS": str(columns)}
    return CliRunner().invoke(app, ["handovers", *arguments], env=environment)


@pytest.mark.parametrize("columns", [80, 160])
def test_list_shows_who_waits_longest_first(url: str, ids: list[str], columns: int) -> None:
    result = run(url, columns=columns)
    assert result.exit_code == 0, result.output
    assert "2 of 2" in result.stdout
    assert 0 < result.stdout.index(ids[1]) < result.stdout.index(ids[0])
    assert f"16.11.2026 11:00, customer {SIGN_UPS.start}" in result.stdout and "asked, open" in result.stdout
    assert "CARD_DECLINED" in result.stdout
    assert "[red]" in result.stdout and "\x1b[2J" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= columns


def test_list_as_json_is_one_object(url: str, ids: list[str]) -> None:
    told = json.loads(run(url, "--json", "--limit", "1").stdout)
    assert (told["total"], len(told["handovers"])) == (2, 1)
    [row] = told["handovers"]
    assert (row["id"], row["thread_id"], row["status"], row["reason"]) == (ids[1], "t1", "open", "asked")
    assert row["tried"] == [{"tool": "pay_bill", "success": False, "error": "CARD_DECLINED"}]
    assert datetime.fromisoformat(row["created_at"]) == NOW - timedelta(hours=1)


def test_closed_handover_leaves_the_list_and_is_closed_once(url: str, ids: list[str]) -> None:
    closed = run(url, "close", ids[0], "--note", "Geri arandı.", "--by", "selin")
    assert (closed.exit_code, closed.stdout.strip()) == (0, f"closed: {ids[0]}")
    assert ids[0] not in run(url).stdout
    shown = run(url, "--status", "closed").stdout
    assert "1 of 1" in shown and "Geri arandı." in shown and "closed by selin" in shown
    assert json.loads(run(url, "--all", "--json").stdout)["total"] == 2
    again = run(url, "close", ids[0])
    assert (again.exit_code, again.stdout) == (1, "")
    assert "closed already" in again.stderr


def test_close_of_an_unknown_id_says_so(url: str, ids: list[str]) -> None:
    result = run(url, "close", "nonsense")
    assert result.exit_code == 1
    assert result.stderr == "There is no hand-over nonsense.\n"


def test_list_of_an_unknown_status_is_refused(url: str, ids: list[str]) -> None:
    assert run(url, "--status", "lost").exit_code == 2


def test_list_without_database_says_so_and_makes_none(url: str, tmp_path: Path) -> None:
    result = run(url)
    assert result.exit_code == 1
    assert "There is no database" in result.stderr and "telekom serve" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_list_of_a_database_without_tables_says_so(url: str, tmp_path: Path) -> None:
    (tmp_path / "telekom.sqlite3").touch()
    result = run(url)
    assert result.exit_code == 1
    assert "has no tables yet" in result.stderr and "telekom serve" in result.stderr
