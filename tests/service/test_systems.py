"""The outside systems of a running service: refused, guarded, named where they are silent, settled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from core.settings import Settings
from database.own.elsewhere import systems_elsewhere
from database.session import Database
from database.tables import CustomerRow
from evaluation.environment import create_demo
from ports import Adapters
from ports.guard import Guarded
from ports.loading import UnfitPorts
from ports.network import SimulatedNetwork
from ports.payment import SimulatedPayment
from tests.api.conftest import Stage


def production(tmp_path: Path, **settings: Any) -> Settings:
    return Settings(_env_file=None, env="production", secret_key="x" * 40, data_dir=tmp_path / "p", **settings)


async def test_production_refuses_simulated_systems_unless_they_are_allowed(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(UnfitPorts, match=r"payment, network, speed_test, notification.*TELEKOM_ALLOW_SIMULATED=true"):
        async with stage.open(production(tmp_path)):
            pass
    async with stage.open(production(tmp_path, allow_simulated=True)) as service:
        assert service.systems.kinds["payment"] == "simulated"


async def test_production_needs_no_permission_for_the_operators_own_systems(stage: Stage, tmp_path: Path) -> None:
    from tests.ports.contract.operators import Bank

    class RealBank(Bank):
        simulated = False

    stage.ports = Adapters(payment=RealBank())
    with pytest.raises(UnfitPorts) as refusal:
        async with stage.open(production(tmp_path)):
            pass
    assert "payment" not in str(refusal.value)


async def test_adapters_that_lack_a_method_stop_the_start(stage: Stage) -> None:
    stage.ports = Adapters(payment=object())  # type: ignore[arg-type]
    with pytest.raises(UnfitPorts, match="payment has no `async def"):
        async with stage.open(stage.settings):
            pass


async def test_own_tables_stand_behind_no_guard_and_outside_systems_do(stage: Stage) -> None:
    async with stage.open(stage.settings) as service:
        assert not isinstance(service.ports.billing, Guarded)
        assert isinstance(service.ports.payment, Guarded)


async def test_ready_names_a_silent_system_and_stays_ready(stage: Stage) -> None:
    stage.ports = Adapters(network=SimulatedNetwork(stage.clock, unavailable=True), payment=SimulatedPayment())
    async with stage.running() as (_, client):
        answer = await client.get("/ready")
    assert answer.status_code == 200
    assert answer.json()["systems"] == {"payment": True, "network": False, "speed_test": True, "notification": True}


async def test_silent_billing_system_costs_its_own_operations_only(stage: Stage, tmp_path: Path) -> None:
    elsewhere = Database(f"sqlite+aiosqlite:///{tmp_path / 'elsewhere.sqlite3'}")
    await create_demo(elsewhere, stage.clock())
    systems = systems_elsewhere(elsewhere, stage.clock)
    stage.ports = Adapters(billing=systems.billing)
    systems.given()["billing"].trouble.silent = True
    async with stage.running() as (_, client):
        login = {"username": "musteri1@example.com", "password": "demo-1234"}
        token = (await client.post("/api/v1/auth/token", data=login)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        bill = await client.post("/api/v1/telekom/billing/current", headers=headers)
        package = await client.post("/api/v1/telekom/packages/current", headers=headers)
        wish = {"message": "Faturamı kredi kartıyla öde"}
        said = (await client.post("/api/v1/chat/", headers=headers, json=wish)).json()
        ready = (await client.get("/ready")).json()
    assert said["response"].startswith("Faturalama sistemine ")
    assert (bill.status_code, bill.json()["error"]["code"]) == (503, "OUTSIDE_SYSTEM_UNAVAILABLE")
    assert bill.json()["error"]["message"].startswith("Faturalama sistemine şu anda ulaşılamıyor")
    assert bill.headers["Retry-After"]
    assert package.status_code == 200
    assert (ready["status"], ready["systems"]["billing"]) == ("ready", False)
    await elsewhere.close()


async def test_names_of_an_outside_customer_system_are_masked_in_the_records(stage: Stage, tmp_path: Path) -> None:
    elsewhere = Database(f"sqlite+aiosqlite:///{tmp_path / 'elsewhere.sqlite3'}")
    await create_demo(elsewhere, stage.clock())
    async with elsewhere.write_session() as session:
        await session.execute(update(CustomerRow).where(CustomerRow.id == 1).values(name="Zeliha Karabağ"))
    systems = systems_elsewhere(elsewhere, stage.clock)
    stage.ports = Adapters(customers=systems.customers)
    async with stage.open(stage.settings) as service:
        for silent in (False, True):
            systems.given()["customers"].trouble.silent = silent
            masked = await service.runs.masked("Zeliha hanım, Karabağ ailesi", 1)
            assert "Zeliha" not in masked and "Karabağ" not in masked
    await elsewhere.close()
