"""The contract holds for our tables as outside systems and for the simulated ones, and finds who breaks it."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.clock import istanbul_now
from database.tables import BillRow
from evaluation.environment import create_demo, file_database

ROOT = Path(__file__).parents[3]
_SUBJECT = """
customer = 1
stranger = 2
line = "05000000001"
package = "Premium Paket"
bills = 12
open_bill = "{bill}"
[declined]
amount = "13.37"
code = "CARD_DECLINED"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated operator's database with the demo's customers, and the subject."""
    place = tmp_path_factory.mktemp("operator")

    async def seed() -> str:
        database = file_database(place / "operator.sqlite3")
        await create_demo(database, istanbul_now())
        async with database.session() as session:
            from sqlalchemy import select

            newest = select(BillRow.id).where(BillRow.customer_id == 1).order_by(BillRow.bill_date.desc())
            bill = str(await session.scalar(newest))
        await database.close()
        return bill

    (place / "subject.toml").write_text(_SUBJECT.format(bill=asyncio.run(seed())), encoding="utf-8")
    return place


def contract(build: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the contract as an operator does, in another directory."""
    command = [sys.executable, "-m", "pytest", "-p", "ports.contract.plugin", "--pyargs", "ports.contract"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CONTRACT_FOLDER": str(folder)}
    environment.pop("PYTEST_ADDOPTS", None)
    options = ["--ports", build, "-p", "no:cacheprovider", "-q", "-rA", *arguments]
    return subprocess.run([*command, *options], cwd=folder, env=environment, capture_output=True, text=True)


def outcomes(told: str, outcome: str) -> set[str]:
    """Return the names of the tests with an outcome, without their parameters."""
    return set(re.findall(rf"^{outcome} \S*::(\w+)", told, re.MULTILINE))


def test_simulated_operator_and_simulated_systems_keep_the_contract(folder: Path) -> None:
    build = "tests.ports.contract.operators:build"
    done = contract(build, folder, "--subject", str(folder / "subject.toml"))
    assert done.returncode == 0, done.stdout
    assert " failed" not in done.stdout and " skipped" not in done.stdout, done.stdout[-500:]
    assert len(outcomes(done.stdout, "PASSED")) >= 25


@pytest.mark.parametrize(
    ("broken", "port", "found"),
    [
        ("forgetful", "payment", "test_same_key_charges_once"),
        ("inexact", "payment", "test_receipt_states_the_charge_exactly"),
        ("speechless", "payment", "test_refusal_has_our_code"),
        ("blind", "payment", "test_key_is_found"),
        ("one_page", "billing", "test_bills_are_whole_exact_and_the_newest_first"),
        ("zoneless", "billing", "test_bills_are_whole_exact_and_the_newest_first"),
        ("careless", "billing", "test_same_key_changes_once"),
        ("loose", "orders", "test_line_is_suspended_and_works_again"),
        ("everybodys", "customers", "test_lines_are_the_customers_own_with_the_main_one_first"),
        ("twice", "tickets", "test_same_key_at_once_changes_once"),
    ],
)
def test_broken_promise_is_found(folder: Path, broken: str, port: str, found: str) -> None:
    done = contract(
        f"tests.ports.contract.operators:{broken}", folder, "--subject", str(folder / "subject.toml"), "-k", found
    )
    assert found in outcomes(done.stdout, "FAILED"), (port, done.stdout[-2000:])


def test_port_without_an_adapter_and_a_missing_subject_are_skipped_with_their_reason(folder: Path) -> None:
    done = contract("ports:Adapters", folder)
    assert done.returncode == 0, done.stdout
    assert "no adapter of the port payment is given" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--ports", ""), "name the adapters: --ports package.module:build"),
        (("--ports", "nowhere:build"), "cannot be made"),
        (("--ports", "nowhere"), "names no function"),
    ],
)
def test_adapters_that_cannot_be_made_are_told(folder: Path, arguments: tuple[str, ...], reason: str) -> None:
    done = contract("ports:Adapters", folder, *arguments)
    assert done.returncode == 4
    assert reason in done.stderr
