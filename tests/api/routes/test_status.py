"""The state of the service for customers: what works, what does not, and known outages."""

from __future__ import annotations

from ports import Adapters
from ports.network import SimulatedNetwork
from ports.payment import SimulatedPayment
from tests.api.conftest import Stage


async def test_everything_works_and_outages_are_told_without_a_login(stage: Stage) -> None:
    async with stage.running() as (_, client):
        told = (await client.get("/api/v1/status")).json()
    assert (told["assistant"], told["records"], told["payments"]) == (True, True, True)
    assert [outage["area"] for outage in told["outages"]] == ["Van", "İzmir Bornova", "Ankara Çankaya"]


async def test_silent_outside_systems_are_told_and_the_service_stays_ready(stage: Stage) -> None:
    network = SimulatedNetwork(stage.clock, unavailable=True)
    stage.ports = Adapters(payment=SimulatedPayment(timeout=True), network=network)
    async with stage.running() as (_, client):
        told = (await client.get("/api/v1/status")).json()
        ready = await client.get("/ready")
    assert (told["records"], told["payments"], told["outages"]) == (True, False, None)
    assert ready.status_code == 200, "a load balancer does not take every replica out because a bank is silent"


async def test_database_that_is_away_is_told(stage: Stage) -> None:
    async with stage.running() as (app, client):
        await app.state.service.database.close()
        (stage.settings.data_dir / "telekom.sqlite3").unlink()
        (stage.settings.data_dir / "telekom.sqlite3").mkdir()
        told = (await client.get("/api/v1/status")).json()
    assert (told["assistant"], told["records"]) == (True, False)
