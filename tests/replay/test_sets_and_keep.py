"""A set of recorded turns under two prompts, and a scenario file made of a recorded conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.models import Models
from agent.prompt_files import load_prompts
from conversation.service import User
from core.settings import Settings
from database.run_records import RunFilter, RunRow
from evaluation.scenarios.loader import read_scenarios
from evaluation.scenarios.runner import ScenarioRunner, scripted_models
from replay.batch import BadExpectations, Expected, compare_set, read_expectations
from replay.compared_rerun import rerunner_of
from replay.rerunner import Overrides
from replay.scenario_export import kept_scenario
from service.container import Service, open_service
from tests.doubles import ScriptedChatModel, ScriptedDecisionModel

BILL, PAY = "Faturam ne kadar?", "Ben musteri1, numaram 0532 111 22 33, faturamı kredi kartıyla öde {x}"
EDITED = load_prompts()["respond"].source.replace(
    "{{ examples }}", "- Ödemeniz gereken tutar {amount}; son ödeme tarihi {due_date}.\n{{ examples }}"
)
USER = User(2, 1, "musteri1@example.com", "customer", "")


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """Customer 1 asked for the bill, wanted to pay it, and said yes."""
    decisions = ScriptedDecisionModel(
        {BILL: "get_current_bill", PAY: "pay_bill"}, arguments={PAY: {"method": "credit_card"}}
    )
    models = Models(chat_model=ScriptedChatModel(), decision_model=decisions)
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", mount_chat=False)
    async with open_service(settings, models=models) as opened:
        for message in (BILL, PAY, "evet"):
            await opened.conversations.run(USER, session_id="s", message=message)
        yield opened


async def rows_of(service: Service) -> list[RunRow]:
    """The three turns, oldest first."""
    return list(reversed(await service.runs.list(RunFilter(), limit=10)))


async def test_a_set_counts_what_became_better_worse_and_stayed(service: Service) -> None:
    rows = await rows_of(service)
    expected = {rows[0].id[:8]: Expected(says=["Ödemeniz gereken"]), rows[2].id: Expected(says=["ödendi"])}
    sides = (Overrides(), Overrides(prompts={"respond": EDITED}))
    counted: list[int] = []
    found = await compare_set(rerunner_of(service), service.runs, rows, sides, expected, counted.append)
    assert [pair.verdict for pair in found.pairs][:2] == ["better", "same"]
    assert found.pairs[0].faults == (["does not say Ödemeniz gereken"], [])
    assert found.pairs[0].difference is not None
    assert any(mark == "+" and "gereken" in words for mark, words in found.pairs[0].difference.words)
    assert found.count("better") == 1 and found.passed(1) >= found.passed(0) and counted == [1, 2, 3]
    swapped = await compare_set(rerunner_of(service), service.runs, rows[:1], (sides[1], sides[0]), expected)
    assert swapped.count("worse") == 1


async def test_a_turn_that_cannot_be_run_is_named_and_not_counted(service: Service) -> None:
    rows = await rows_of(service)
    await service.checkpointer.adelete_thread("s")
    sides = (Overrides(), Overrides(prompts={"respond": EDITED}))
    found = await compare_set(rerunner_of(service), service.runs, rows[1:2], sides, {})
    assert found.pairs[0].problem is not None and "no longer stored" in found.pairs[0].problem
    assert found.count("same") == 0


def test_malformed_expectations_name_the_place(tmp_path: Path) -> None:
    file = tmp_path / "expect.yaml"
    file.write_text("3f81: {says: Tutar}", encoding="utf-8")
    with pytest.raises(BadExpectations, match="3f81.says"):
        read_expectations(file)
    file.write_text("3f81: {says: [Tutar]}", encoding="utf-8")
    assert read_expectations(file)["3f81"].says == ["Tutar"]


async def test_a_kept_conversation_is_a_scenario_that_passes_and_has_no_personal_data(
    service: Service, tmp_path: Path
) -> None:
    rows = await rows_of(service)
    content = await kept_scenario(service.database, service.runs, rows[-1].id, "kept_payment")
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "kept_payment.yaml").write_text(content, encoding="utf-8")
    [scenario] = read_scenarios(folder)
    assert scenario.expect.called == ["get_current_bill", "pay_bill"] and scenario.expect.asked == ["confirmation"]
    assert "111 22 33" not in content and "⟨phone" in content and "{x}" not in content
    played = await ScenarioRunner(scripted_models(), tmp_path).play(scenario, 0)
    assert not played.failures, played.transcript


async def test_what_is_the_customers_own_becomes_a_placeholder(service: Service, tmp_path: Path) -> None:
    async with service.database.session() as session:
        from database.tables import Customer

        customer = await session.get_one(Customer, 1)
    message = f"Adım {customer.name}, {customer.email}"
    result = await service.conversations.run(USER, session_id="t", message=message)
    content = await kept_scenario(service.database, service.runs, result.run_id, "own")
    assert "Adım {name}, {email}" in content
