"""A batch of recorded turns under two prompts."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.prompt_files import load_prompts
from replay.batch import compare_batch
from replay.checks import BadExpectations, Expected, read_expectations
from replay.overrides import Overrides
from replay.rerun_comparison import rerunner_of
from service.container import RunningService
from tests.replay.conftest import rows_of

EDITED = load_prompts()["respond"].source.replace(
    "{{ examples }}", "- Ödemeniz gereken tutar {amount}; son ödeme tarihi {due_date}.\n{{ examples }}"
)


async def test_a_batch_counts_turns_that_became_better_or_worse(service: RunningService) -> None:
    rows = await rows_of(service)
    expected = {rows[0].id[:8]: Expected(says=["Ödemeniz gereken"]), rows[2].id: Expected(says=["ödendi"])}
    sides = (Overrides(), Overrides(prompts={"respond": EDITED}))
    counted: list[int] = []
    found = await compare_batch(rerunner_of(service), service.runs, rows, sides, expected, counted.append)
    assert [pair.verdict for pair in found.pairs][:2] == ["better", "same"]
    assert found.pairs[0].faults == (["does not say Ödemeniz gereken"], [])
    assert found.pairs[0].difference is not None
    assert any(mark == "+" and "gereken" in words for mark, words in found.pairs[0].difference.words)
    assert found.count("better") == 1 and found.passed(1) >= found.passed(0) and counted == [1, 2, 3]
    swapped = await compare_batch(rerunner_of(service), service.runs, rows[:1], (sides[1], sides[0]), expected)
    assert swapped.count("worse") == 1


async def test_a_turn_that_cannot_be_run_is_named_and_not_counted(service: RunningService) -> None:
    rows = await rows_of(service)
    await service.checkpointer.adelete_thread("s")
    sides = (Overrides(), Overrides(prompts={"respond": EDITED}))
    found = await compare_batch(rerunner_of(service), service.runs, rows[1:2], sides, {})
    assert found.pairs[0].problem is not None and "no longer stored" in found.pairs[0].problem
    assert found.count("same") == 0


def test_malformed_expectations_name_the_place(tmp_path: Path) -> None:
    file = tmp_path / "expect.yaml"
    file.write_text("3f81: {says: Tutar}", encoding="utf-8")
    with pytest.raises(BadExpectations, match="3f81.says"):
        read_expectations(file)
    file.write_text("3f81: {says: [Tutar]}", encoding="utf-8")
    assert read_expectations(file)["3f81"].says == ["Tutar"]
