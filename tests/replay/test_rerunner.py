"""Whatever is re-run in whatever order: every table but the re-runs' is byte for byte as it was."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.errors import ModelError
from agent.models import Models
from agent.prompt_files import PromptError, load_prompts
from conversation.service import User
from core.settings import Settings
from database.run_records import RunFilter
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from replay.overrides import Overrides
from replay.rerun_comparison import rerun_and_compare, rerunner_of
from replay.rerunner import NotReplayable
from service.container import RunningService, open_service
from tests.doubles import meaning, meanings_of

BILL, PAY, CONTACT = "Faturam ne kadar?", "faturamı kartla öde", "beni en ucuz pakete geçir"
RESPOND = load_prompts()["respond"].source
NODES = ("detect_intent", "select_tools", "confirm", "execute_tools", "synthesize", "hand_over")

overrides = st.builds(
    Overrides,
    node=st.none() | st.sampled_from(NODES),
    prompts=st.sampled_from([{}, {"respond": RESPOND.replace("Temsilci:", "Cevap:")}, {"respond": "malformed"}]),
    model=st.none() | st.just("hf:./nowhere"),
    temperature=st.none() | st.floats(0, 2),
    seed=st.none() | st.integers(0, 99),
    results=st.sampled_from([{}, {"get_current_bill": {"amount": "1"}}]),
)


@dataclass
class Recorded:
    """A service with three recorded turns, the last of which paid."""

    service: RunningService
    loop: asyncio.AbstractEventLoop
    folder: Path
    runs: list[str]

    def dump(self) -> dict[str, list[Any]]:
        found = {}
        for file in ("telekom.sqlite3", "threads.sqlite3"):
            with sqlite3.connect(self.folder / file) as database:
                names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                for name in names:
                    if not name.startswith("replay"):
                        found[f"{file}:{name}"] = database.execute(f"SELECT * FROM {name}").fetchall()
        return found


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    decisions = ScriptedDecisionModel(meanings_of(
        {BILL: "get_current_bill", PAY: "pay_bill", CONTACT: "change_package", "temsilci": "person"},
        arguments={PAY: {"method": "credit_card"}}, readings={CONTACT: {"pick": "cheapest"}},
    ))  # fmt: skip
    models = Models(chat_model=ScriptedChatModel(), decision_model=decisions)
    chosen = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("property"), mount_chat=False)
    loop = asyncio.new_event_loop()
    opened = open_service(chosen, models=models)
    service = loop.run_until_complete(opened.__aenter__())

    async def talk() -> list[str]:
        user = User(2, 1, "musteri1@example.com", "customer", "")
        for message in (BILL, PAY, "evet", CONTACT, "hayır", "temsilci"):
            await service.conversations.run(user, session_id="s", message=message)
        # What was refused is not recorded as agreed: the re-run of this "no" goes on to change on the copy.
        decisions.meanings["hayır"] = meaning(reply="yes")
        return [row.id for row in await service.runs.list(RunFilter(), limit=10)]

    yield Recorded(service, loop, chosen.data_dir, loop.run_until_complete(talk()))
    loop.run_until_complete(opened.__aexit__(None, None, None))
    loop.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), chosen=st.lists(overrides, min_size=1, max_size=3))
def test_any_sequence_of_reruns_leaves_every_other_table_as_it_was(
    recorded: Recorded, data: st.DataObject, chosen: list[Overrides]
) -> None:
    before = recorded.dump()
    for each in chosen:
        run_id = data.draw(st.sampled_from(recorded.runs))
        recorded.loop.run_until_complete(_rerun(recorded.service, run_id, each))
    assert recorded.dump() == before


async def _rerun(service: RunningService, run_id: str, each: Overrides) -> None:
    try:
        await rerun_and_compare(rerunner_of(service), service.runs, run_id, each, "test", service.clock())
    except (NotReplayable, PromptError, ModelError, ValueError):
        return  # refused: that must change nothing, either
