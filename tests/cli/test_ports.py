"""``telekom ports`` as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app

_ADAPTERS = """
from contextlib import asynccontextmanager
from ports import Adapters
from ports.errors import SystemUnavailable
from ports.payment import PaymentFinding, PaymentReceipt

class MyBank:
    silent = False
    async def charge(self, *, key, amount, currency, method, customer_id):
        return PaymentReceipt("B-" + key[:8], amount, currency, method, customer_id)
    async def find(self, *, key, customer_id):
        return PaymentFinding("unknown")
    async def health(self):
        if self.silent:
            raise SystemUnavailable("the bank is closed")

class ClosedBank(MyBank):
    silent = True

class HalfBank:
    async def charge(self, *, key, amount, currency, method, customer_id): ...
    def health(self): ...

def build(): return Adapters(payment=MyBank())
def closed(): return Adapters(payment=ClosedBank())
def half(): return Adapters(payment=HalfBank())
def other(): return {"payment": MyBank()}
def broken(): raise RuntimeError("no credentials")

@asynccontextmanager
async def opened():
    yield Adapters(payment=MyBank())
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"operator_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(_ADAPTERS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def run(*arguments: str, ports: str | None, tmp_path: Path) -> Result:
    environment = {"TELEKOM_PORTS": ports, "TELEKOM_DATA_DIR": str(tmp_path / "none")}
    return CliRunner().invoke(app, ["ports", *arguments], env=environment)


def test_list_tells_own_tables_from_simulated_systems(tmp_path: Path) -> None:
    listed = json.loads(run("list", "--json", ports=None, tmp_path=tmp_path).stdout)
    kinds = {row["port"]: row["kind"] for row in listed}
    assert {name for name, kind in kinds.items() if kind == "simulated"} == {
        "payment", "network", "speed_test", "notification",
    }  # fmt: skip
    assert kinds["billing"] == "own tables"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("function", ["build", "opened"])
def test_adapter_of_the_operator_is_named(module: str, tmp_path: Path, function: str) -> None:
    listed = json.loads(run("list", "--json", ports=f"{module}:{function}", tmp_path=tmp_path).stdout)
    [payment] = [row for row in listed if row["port"] == "payment"]
    assert payment == {"port": "payment", "kind": "operator's", "adapter": f"{module}.MyBank"}
    checked = run("check", ports=f"{module}:{function}", tmp_path=tmp_path)
    assert checked.exit_code == 0, checked.output
    assert "Simulated, not for customers: network, speed_test, notification" in checked.stdout


def test_check_names_the_system_that_does_not_answer(module: str, tmp_path: Path) -> None:
    checked = run("check", ports=f"{module}:closed", tmp_path=tmp_path)
    assert (checked.exit_code, checked.stderr) == (1, "No use of: payment\n")
    assert "the bank is closed" in checked.stdout
    told = json.loads(run("check", "--json", ports=f"{module}:closed", tmp_path=tmp_path).stdout)
    assert [row["port"] for row in told if row["wrong"]] == ["payment"]


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("half", "The adapter of the port payment has no `async def find` (HalfBank)."),
        ("other", "made dict, not ports.Adapters."),
        ("broken", "cannot be made: RuntimeError('no credentials')"),
        ("missing", "cannot be made: AttributeError"),
    ],
)
def test_adapters_that_cannot_be_used_are_explained(module: str, tmp_path: Path, function: str, reason: str) -> None:
    for command in ("list", "check"):
        told = run(command, ports=f"{module}:{function}", tmp_path=tmp_path)
        assert told.exit_code == 1
        assert reason in told.stderr
