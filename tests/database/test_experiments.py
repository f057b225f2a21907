"""Sets, experiments and results as they are stored, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.masking import Masker
from database.experiments import ExperimentRow, Experiments, SetProblem, TurnResult
from database.run_records import RunFilter
from database.runs import Runs
from database.session import Database
from tests.database.test_run_figures import MIDNIGHT, fill

SIDES = [{"name": name, "texts": {}, "model": None, "temperature": None} for name in ("a", "b")]


@pytest.fixture
async def store(demo: Database) -> Experiments:
    """A set of three of 102 turns, with an experiment."""
    await fill(demo)
    found = Experiments(demo)
    rows = await Runs(demo, Masker(b"k")).list(RunFilter(until=MIDNIGHT + timedelta(minutes=4)), limit=3)
    await found.make_set("three", rows, note="why", made_from={"limit": 3}, by="me", at=MIDNIGHT)
    await found.begin(ExperimentRow("e1", "three", SIDES, 1, "me", MIDNIGHT))
    return found


async def test_a_set_holds_its_turns_from_the_oldest_with_what_is_expected(store: Experiments) -> None:
    assert [turn.run_id for turn in await store.turns("three")] == ["r1", "r2", "r3"]
    await store.expect("three", {"r2": {"says": ["x"]}})
    assert [turn.expected for turn in await store.turns("three")] == [{}, {"says": ["x"]}, {}]
    [row] = await store.sets()
    assert (row.turns, row.note, row.made_from, row.at) == (3, "why", {"limit": 3}, MIDNIGHT)


async def test_a_result_is_stored_once_and_read_in_the_order_of_the_turns(store: Experiments) -> None:
    for run_id, side in (("r2", 1), ("r2", 0), ("r1", 0), ("r1", 0), ("r100", 0)):
        await store.save("e1", TurnResult(run_id, side, 0, {"says": None}, f"{run_id} {side}"))
    assert [each.answer for each in await store.results("e1")] == ["r1 0", "r2 0", "r2 1"]
    await store.end("e1", {"turns": 1})
    assert (await store.experiment("e")).verdict == {"turns": 1}
    await store.drop_set("three")
    assert await store.results("e1") == [] and await store.experiments() == []
    with pytest.raises(SetProblem):
        await store.experiment("e1")


async def test_the_retention_takes_the_turns_out_of_their_sets(store: Experiments, demo: Database) -> None:
    await store.save("e1", TurnResult("r1", 0, 0, {}))
    cut: datetime = MIDNIGHT + timedelta(minutes=3)
    await Runs(demo, Masker(b"k")).purge(cut)
    assert [turn.run_id for turn in await store.turns("three")] == ["r3"] and await store.results("e1") == []
    assert (await store.set_of("three")).turns == 1
