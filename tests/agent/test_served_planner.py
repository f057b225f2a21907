"""A planning model behind a real `transformers serve`: random weights, so nothing that it says is of use."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerFast

from agent.chat.endpoint import EndpointChatModel
from agent.model_server import ModelServer
from agent.models import Models
from conversation.service import User
from core.settings import Settings
from database.run_records import RunFilter
from evaluation.scripted import ScriptedDecisionModel
from service.container import open_service
from tests.agent.conftest import TOOL_TEMPLATE, tiny_llama
from tests.agent.test_served_models import serving
from tests.doubles import meanings_of

ASKED, USER = "Bu ayki faturam ne kadar?", User(2, 1, "musteri1@example.com", "customer", "Mehmet Demir")

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]  # never passed yet: its server starts slowly


async def test_a_served_model_that_cannot_plan_leaves_it_to_the_decision_model(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    tiny_llama(len(tokenizer)).save_pretrained(folder)
    tokenizer.chat_template = TOOL_TEMPLATE
    tokenizer.save_pretrained(folder)
    with serving(folder, tmp_path) as address:
        settings = Settings(
            _env_file=None, data_dir=tmp_path / "var", model=f"endpoint:{address}#{folder}", planner="tools"
        )
        models = Models(
            chat_model=EndpointChatModel(ModelServer(address, 120.0), str(folder)),
            decision_model=ScriptedDecisionModel(meanings_of({ASKED: "get_current_bill"})),
        )
        async with open_service(settings, models=models) as service:
            told = await service.conversations.run(USER, message=ASKED)
            assert [call.arac_adi for call in told.tool_calls] == ["get_current_bill"] and "TL" in told.response
            [row] = await service.runs.list(RunFilter(), limit=2)
            run = await service.runs.get(row.id)
    [plan] = [step["output"]["plan"] for step in run.steps if step["node"] == "plan"]
    assert plan["status"] == "dropped" and plan["reason"] in ("no call", "calls refused"), plan
    assert any(use["role"] == "write" and use["tokens_in"] > 0 for use in run.models), "the server was asked"
