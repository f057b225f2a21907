"""A service with three recorded turns of one conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.models import Models
from conversation.service import User
from core.settings import Settings
from database.run_records import RunFilter, RunRow
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from service.container import RunningService, open_service
from tests.doubles import meanings_of

BILL, PAY = "Faturam ne kadar?", "Ben musteri1, numaram 0532 111 22 33, faturamı kredi kartıyla öde {x}"
USER = User(2, 1, "musteri1@example.com", "customer", "")


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[RunningService]:
    """Customer 1 asked for the bill, wanted to pay it, and said yes."""
    decisions = ScriptedDecisionModel(
        meanings_of({BILL: "get_current_bill", PAY: "pay_bill"}, arguments={PAY: {"method": "credit_card"}})
    )
    models = Models(chat_model=ScriptedChatModel(), decision_model=decisions)
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", mount_chat=False)
    async with open_service(settings, models=models) as opened:
        for message in (BILL, PAY, "evet"):
            await opened.conversations.run(USER, session_id="s", message=message)
        yield opened


async def rows_of(service: RunningService) -> list[RunRow]:
    """The three turns, oldest first."""
    return list(reversed(await service.runs.list(RunFilter(), limit=10)))
