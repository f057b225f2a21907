"""An experiment on a set of recorded turns: what it finds, that it can stop and go on, and what it leaves alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from agent.prompt_files import PromptError
from database.experiments import ExperimentRow, Experiments, SetProblem
from database.run_records import RunFilter
from replay.experiment import ExperimentRunner, Side, begin_experiment
from replay.rerun_comparison import rerunner_of
from replay.verdicts import flips
from service.container import RunningService
from tests.replay.conftest import USER, rows_of
from tests.replay.test_batch import EDITED

RESPOND = "prompts/respond.md"
SAID = {"says": ["Ödemeniz gereken"]}
"""Only the edited prompt shows the model these words."""


async def experiment(service: RunningService, *sides: Side, repetitions: int = 1) -> tuple[Experiments, ExperimentRow]:
    """A set of the three turns, the first of which is expected to say what only the edited prompt says."""
    store, rows = Experiments(service.database), await rows_of(service)
    await store.make_set("paid", rows, note="", made_from={}, by="me", at=service.clock())
    await store.expect("paid", {rows[0].id: SAID})
    row = await begin_experiment(store, service.runs, "paid", sides, repetitions, "me", service.clock())
    return store, row


def runner(service: RunningService, store: Experiments) -> ExperimentRunner:
    return ExperimentRunner(rerunner_of(service), service.runs, store)


RECORDED, CHANGED = Side("recorded"), Side("edited", {RESPOND: EDITED})


async def test_an_experiment_counts_what_became_better_and_worse(service: RunningService) -> None:
    store, row = await experiment(service, RECORDED, CHANGED)
    counted: list[int] = []
    assert await runner(service, store).run(row, done=counted.append)
    assert counted == [1, 2, 3, 4, 5, 6]
    verdict = (await store.experiment(row.id[:8])).verdict
    assert verdict is not None and verdict["turns"] == 3
    says = verdict["compared"][0]["checks"]["says"]
    assert (says["better"], says["worse"], says["same"]) == (1, 0, 2)
    results = await store.results(row.id)
    [flip] = [each for each in flips(results, 2) if each.check == "says"]
    assert (flip.check, flip.verdict, flip.why) == ("says", "better", "does not say Ödemeniz gereken")
    shown = str([(each.answer, each.checks) for each in results])
    assert "0532" not in shown and "Ödemeniz gereken tutar" in shown


async def test_an_experiment_stops_and_goes_on_where_it_stopped(service: RunningService) -> None:
    store, row = await experiment(service, RECORDED, CHANGED, repetitions=2)
    running = runner(service, store)
    steps = 1
    while not await running.run(row, seconds=0):
        assert len(await store.results(row.id)) == steps
        steps += 1
    found = await store.results(row.id)
    assert len(found) == 12
    assert await running.run(row)  # nothing is left: nothing is run again
    assert await store.results(row.id) == found


async def test_an_experiment_leaves_every_other_table_as_it_was(service: RunningService) -> None:
    store, row = await experiment(service, RECORDED, CHANGED, Side("warm", temperature=0.7))
    folder = Path(service.settings.data_dir)

    def dump() -> dict[str, list[Any]]:
        found = {}
        for file in ("telekom.sqlite3", "threads.sqlite3"):
            with sqlite3.connect(folder / file) as database:
                names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                for name in names:
                    if name not in ("replay_results", "replay_experiments"):
                        found[f"{file}:{name}"] = database.execute(f"SELECT * FROM {name}").fetchall()
        return found

    before = dump()
    await runner(service, store).run(row)
    assert dump() == before


async def test_a_turn_whose_conversation_is_gone_is_told_and_not_compared(service: RunningService) -> None:
    store, row = await experiment(service, RECORDED, CHANGED)
    await service.checkpointer.adelete_thread("s")
    assert await runner(service, store).run(row)
    verdict = (await store.experiment(row.id)).verdict
    assert verdict is not None and verdict["not_run"] == 2
    assert any("no longer stored" in (each.problem or "") for each in await store.results(row.id))


async def test_a_set_forgets_a_turn_with_its_conversation(service: RunningService) -> None:
    store, row = await experiment(service, RECORDED, CHANGED)
    await runner(service, store).run(row)
    await service.conversations.delete(USER, "s")
    assert await store.turns("paid") == [] and await store.results(row.id) == []
    assert (await store.experiment(row.id)).verdict is not None


async def test_sides_that_are_the_same_or_alone_are_refused(service: RunningService) -> None:
    store, _ = await experiment(service, RECORDED, CHANGED)
    for sides, said in (([RECORDED], "2 to 12 sides"), ([RECORDED, Side("again")], "are the same")):
        with pytest.raises(SetProblem, match=said):
            await begin_experiment(store, service.runs, "paid", sides, 1, "me", service.clock())
    with pytest.raises(SetProblem, match="There is no set other"):
        await begin_experiment(store, service.runs, "other", [RECORDED, CHANGED], 1, "me", service.clock())


async def test_a_text_that_cannot_be_served_stops_an_experiment(service: RunningService) -> None:
    store, row = await experiment(service, RECORDED, Side("bad", {RESPOND: "no front matter"}))
    with pytest.raises(PromptError, match=r"respond\.md:1"):
        await runner(service, store).run(row)


async def test_a_set_is_made_once_of_what_a_filter_finds_and_dropped_whole(service: RunningService) -> None:
    store = Experiments(service.database)
    wanted = RunFilter(text="öde", channel="chat")
    rows = await service.runs.list(wanted, limit=10)
    with pytest.raises(SetProblem, match="No turn"):
        await store.make_set("none", [], note="", made_from={}, by="me", at=service.clock())
    await store.make_set("pay", rows, note="why", made_from=wanted.set, by="me", at=service.clock())
    with pytest.raises(SetProblem, match="already"):
        await store.make_set("pay", rows, note="", made_from={}, by="me", at=service.clock())
    [row] = await store.sets()
    assert (row.name, row.turns, row.made_from) == ("pay", len(rows), {"text": "öde", "channel": "chat"})
    await store.drop_set("pay")
    with pytest.raises(SetProblem):
        await store.set_of("pay")
