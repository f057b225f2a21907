"""A scenario file exported from a recorded conversation."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from database.tables import Autopay, CustomerRow
from evaluation.scenarios.loader import read_scenarios
from evaluation.scenarios.runner import ScenarioRunner, scripted_agent
from evaluation.scripted import ScriptedDecisionModel
from replay.scenario_export import export_scenario
from service.container import RunningService
from tests.doubles import meaning
from tests.replay.conftest import USER, rows_of


async def test_an_exported_conversation_is_a_scenario_that_passes_and_has_no_personal_data(
    service: RunningService, tmp_path: Path
) -> None:
    rows = await rows_of(service)
    content = await export_scenario(service.database, service.runs, rows[-1].id, "kept_payment")
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "kept_payment.yaml").write_text(content, encoding="utf-8")
    [scenario] = read_scenarios(folder)
    assert scenario.expect.called == ["get_current_bill", "pay_bill"] and scenario.expect.asked == ["confirmation"]
    assert "111 22 33" not in content and "05000000001" in content and "⟨" not in content and "{x}" not in content
    played = await ScenarioRunner(scripted_agent(), tmp_path).play(scenario, 0)
    assert not played.failures, played.transcript


async def test_what_is_the_customers_own_becomes_a_placeholder(service: RunningService, tmp_path: Path) -> None:
    async with service.database.session() as session:
        customer = await session.get_one(CustomerRow, 1)
    message = f"Adım {customer.name}, {customer.email}"
    result = await service.conversations.run(USER, session_id="t", message=message)
    content = await export_scenario(service.database, service.runs, result.run_id, "own")
    assert "Adım {name}, {email}" in content


async def test_a_conversation_that_changes_the_customer_begins_with_what_was_before(
    service: RunningService, tmp_path: Path
) -> None:
    async with service.database.session() as session:
        before = await session.get_one(CustomerRow, 1)
        order = await session.get(Autopay, 1)
    message = "e-postamı yeni.adres@posta.com yap"
    meanings = cast(ScriptedDecisionModel, service.models.decision_model).meanings
    meanings[message] = meaning(
        "update_customer_contact", arguments={"contact_type": "email", "new_value": "yeni.adres@posta.com"}
    )
    meanings["otomatik ödemeyi kartla aç"] = meaning(
        "setup_autopay", arguments={"status": True, "payment_method": "credit_card"}
    )
    for said in (message, "evet", "otomatik ödemeyi kartla aç", "evet"):
        result = await service.conversations.run(USER, session_id="mail", message=said)
    async with service.database.session() as session:
        assert (await session.get_one(CustomerRow, 1)).email == "yeni.adres@posta.com"
        assert order is None and await session.get(Autopay, 1) is not None
    content = await export_scenario(service.database, service.runs, result.run_id, "new_mail")
    assert before.email not in content and "posta.com" not in content and "kisi1@example.com" in content
    folder = tmp_path / "kept_mail"
    folder.mkdir()
    (folder / "new_mail.yaml").write_text(content, encoding="utf-8")
    [scenario] = read_scenarios(folder)
    assert scenario.turns[0].say == ["e-postamı kisi1@example.com yap"]
    assert not any(row.table == "autopays" for row in scenario.start.rows)
    played = await ScenarioRunner(scripted_agent(), tmp_path).play(scenario, 0)
    assert not played.failures, played.transcript
