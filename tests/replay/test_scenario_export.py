"""A scenario file exported from a recorded conversation."""

from __future__ import annotations

from pathlib import Path

from database.tables import Customer
from evaluation.scenarios.loader import read_scenarios
from evaluation.scenarios.runner import ScenarioRunner, scripted_agent
from replay.scenario_export import export_scenario
from service.container import Service
from tests.replay.conftest import USER, rows_of


async def test_an_exported_conversation_is_a_scenario_that_passes_and_has_no_personal_data(
    service: Service, tmp_path: Path
) -> None:
    rows = await rows_of(service)
    content = await export_scenario(service.database, service.runs, rows[-1].id, "kept_payment")
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "kept_payment.yaml").write_text(content, encoding="utf-8")
    [scenario] = read_scenarios(folder)
    assert scenario.expect.called == ["get_current_bill", "pay_bill"] and scenario.expect.asked == ["confirmation"]
    assert "111 22 33" not in content and "⟨phone" in content and "{x}" not in content
    played = await ScenarioRunner(scripted_agent(), tmp_path).play(scenario, 0)
    assert not played.failures, played.transcript


async def test_what_is_the_customers_own_becomes_a_placeholder(service: Service, tmp_path: Path) -> None:
    async with service.database.session() as session:
        customer = await session.get_one(Customer, 1)
    message = f"Adım {customer.name}, {customer.email}"
    result = await service.conversations.run(USER, session_id="t", message=message)
    content = await export_scenario(service.database, service.runs, result.run_id, "own")
    assert "Adım {name}, {email}" in content
