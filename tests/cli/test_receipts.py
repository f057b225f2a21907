"""``telekom receipts`` as an operator types it, on a database file of its own."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import update
from typer.testing import CliRunner

from cli.main import app
from core.clock import ISTANBUL
from database.receipts import BEGUN, DONE, ConsentEvidence, ReceiptSubject, add_receipt, close_receipts, erase_words
from database.seed.newcomer import create_customer
from database.session import Database
from database.tables import Receipt

NOW = datetime(2026, 11, 16, 12, 0, tzinfo=ISTANBUL)
EVIDENCE = ConsentEvidence(
    "129,70 TL kartınızdan ödensin mi?", {"amount": "129.70"}, "evet \x1b[2J", {"reply": {"yes": 0.98}},
    {"policy": "0123456789ab"},
)  # fmt: skip


async def fill(database: Database) -> tuple[int, list[str]]:
    """A change, and a payment whose outcome came later."""
    await database.migrate()
    async with database.write_session() as session:
        customer = (await create_customer(session, name="Ali", email="a@b.tr", phone="0", now=NOW)).id
    ids = []
    for key, kind in (("k1", DONE), ("k2", BEGUN)):
        subject = ReceiptSubject(customer, "pay_bill", key, "run-1", "chat", {"bill_id": "F-1"})
        async with database.write_session() as session:
            row = await add_receipt(
                session, kind, subject, EVIDENCE, {"result": {"ok": 1}} if kind == DONE else None, NOW
            )
            ids.append(row.id)
    await database.close()
    return customer, ids


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'telekom.sqlite3'}"


@pytest.fixture
def filled(url: str) -> tuple[int, list[str]]:
    return asyncio.run(fill(Database(url)))


def run(url: str, *arguments: str) -> Result:
    environment = {"TELEKOM_DATABASE_URL": url, "COLUMNS": "80"}
    return CliRunner().invoke(app, ["receipts", *arguments], env=environment)


def test_verify_of_whole_chains_is_content(url: str, filled: tuple[int, list[str]]) -> None:
    result = run(url, "verify")
    assert result.exit_code == 0, result.output
    assert "2 entries of 1 customers: all hold" in result.stdout and "seal: " in result.stdout
    assert json.loads(run(url, "verify", "--json").stdout)["broken"] == []


def test_verify_names_the_changed_entry_and_fails(url: str, filled: tuple[int, list[str]]) -> None:
    async def change() -> None:
        database = Database(url)
        async with database.write_session() as session:
            await session.execute(update(Receipt).where(Receipt.number == 2).values(arguments='{"bill_id":"F-2"}'))
        await database.close()

    asyncio.run(change())
    result = run(url, "verify", "--customer", str(filled[0]))
    assert result.exit_code == 1
    assert f"entry 2 ({filled[1][1]}): its content does not match its hash" in result.stdout


def test_show_prints_what_was_asked_replied_read_and_done(url: str, filled: tuple[int, list[str]]) -> None:
    result = run(url, "show", filled[1][0][:8])
    assert result.exit_code == 0, result.output
    for part in (EVIDENCE.question, "„evet", '{"reply":{"yes":0.98}}', "pay_bill", '{"ok":1}', "0123456789ab", "run-1"):
        assert part in result.stdout
    assert "\x1b[2J" not in result.stdout


def test_show_of_a_customer_tells_what_is_not_known_and_what_is_erased(url: str, filled: tuple[int, list[str]]) -> None:
    customer, ids = filled
    assert "not known yet" in run(url, "show", "--customer", str(customer)).stdout

    async def go_on() -> None:
        database = Database(url)
        async with database.write_session() as session:
            await close_receipts(session, customer, {"k2"}, DONE, {"result": {"transaction_id": "TRX-1"}}, NOW)
        await erase_words(database, customer, NOW, [ids[1]])
        await database.close()

    asyncio.run(go_on())
    shown = run(url, "show", ids[1]).stdout
    assert "TRX-1" in shown and "(erased at" in shown and "not known yet" not in shown
    assert run(url, "verify").exit_code == 0
    assert [row["kind"] for row in json.loads(run(url, "show", ids[1], "--json").stdout)] == ["begun", "done", "erased"]


def test_show_of_an_unknown_id_says_so(url: str, filled: tuple[int, list[str]]) -> None:
    assert run(url, "show", "nonsense").exit_code == 1
    assert run(url, "show").exit_code == 2


def test_erase_removes_the_words_and_the_chain_still_verifies(url: str, filled: tuple[int, list[str]]) -> None:
    customer, ids = filled
    erased = run(url, "erase", ids[0], "--customer", str(customer))
    assert erased.exit_code == 0 and "Words of 1 receipts" in erased.output
    assert "(erased at" in run(url, "show", ids[0]).output and "(erased at" not in run(url, "show", ids[1]).output
    assert run(url, "verify").exit_code == 0
    assert "Words of 1 receipts" in run(url, "erase", "--customer", str(customer)).output
    assert run(url, "erase", "no-such-id", "--customer", str(customer)).exit_code == 1
    assert run(url, "verify").exit_code == 0
