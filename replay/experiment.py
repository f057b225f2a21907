"""Run an experiment: every turn of a set under several sides, judged by code, saved one by one.

It can stop after any turn and be continued, here or by another process: what is saved is not run again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any
from uuid import uuid4

from database.experiments import ExperimentRow, Experiments, SetProblem, SetTurn, TurnResult
from database.runs import RunNotFound, Runs
from database.texts import hash_of
from replay.checks import Expected, judged, language_of
from replay.comparison import RunSummary
from replay.overrides import Overrides
from replay.rerun_comparison import summary_of_rerun
from replay.rerunner import NotReplayable, Rerunner
from replay.verdicts import verdict_of

MOST_SIDES, MOST_REPETITIONS = 12, 20


@dataclass(frozen=True)
class Side:
    """The conditions of one side of an experiment.

    Attributes:
        name: What it is called.
        texts: Content of each text by its name; empty: each turn has the texts that it was recorded with.
        model: The chat model, named as in ``TELEKOM_MODEL``; None for the service's own.
        temperature: Sampling temperature of the chat model; None for the service's own.
    """

    name: str
    texts: Mapping[str, str] = field(default_factory=dict)
    model: str | None = None
    temperature: float | None = None

    @classmethod
    def of(cls, version: str, texts: Mapping[str, str], model: str | None, temperature: float | None) -> Side:
        """Return a side whose name tells what is special about it."""
        heat = None if temperature is None else f"temperature {temperature:g}"
        return cls(", ".join(filter(None, (version, model, heat))), texts, model, temperature)


async def begin_experiment(
    store: Experiments, runs: Runs, set_name: str, sides: Sequence[Side], repetitions: int, by: str, at: datetime
) -> ExperimentRow:
    """Store a new experiment, with the texts of its sides; nothing runs yet.

    Args:
        store: The sets and experiments.
        runs: Keeps each text once.
        set_name: The set.
        sides: The sides; the others are compared with the first.
        repetitions: How often each turn runs on each side, with another seed each time.
        by: Login of who asks for it.
        at: The present time.

    Raises:
        SetProblem: There is no such set, or there are not two different sides, or too many.
    """
    await store.set_of(set_name)
    if not 2 <= len(sides) <= MOST_SIDES:
        raise SetProblem(f"An experiment has 2 to {MOST_SIDES} sides, not {len(sides)}.")
    stored = [_stored(side) for side in sides]
    for one, other in combinations(stored, 2):
        if {**one, "name": ""} == {**other, "name": ""}:
            raise SetProblem(f"{one['name']} and {other['name']} are the same: nothing would differ.")
    for side in sides:
        await runs.save_prompts({name: (hash_of(text), text) for name, text in side.texts.items()})
    row = ExperimentRow(str(uuid4()), set_name, stored, repetitions, by, at)
    await store.begin(row)
    return row


def _stored(side: Side) -> dict[str, Any]:
    hashes = {name: hash_of(text) for name, text in sorted(side.texts.items())}
    return {"name": side.name, "texts": hashes, "model": side.model, "temperature": side.temperature}


class ExperimentRunner:
    """Runs the turns of experiments.

    Args:
        rerunner: Runs a turn again.
        runs: The recorded turns.
        store: The sets and experiments.
    """

    def __init__(self, rerunner: Rerunner, runs: Runs, store: Experiments) -> None:
        self._rerunner = rerunner
        self._runs = runs
        self._store = store

    async def run(
        self, row: ExperimentRow, *, seconds: float | None = None, done: Callable[[int], None] = lambda count: None
    ) -> bool:
        """Run what is left of an experiment; with its last turn the figures are stored.

        Args:
            row: The experiment.
            seconds: Stop after the first turn that ends later than this; None runs all.
            done: Called after each turn with the number of results so far.

        Returns:
            True if nothing is left.

        Raises:
            PromptError, KnowledgeError: A side has a text that cannot be served any more.
            ModelError: A side's model cannot be loaded.
        """
        ends = None if seconds is None else time.monotonic() + seconds
        sides = await self._sides(row)
        had = {(each.run_id, each.side, each.repetition) for each in await self._store.results(row.id)}
        count = len(had)
        for turn, side, repetition in _order(await self._store.turns(row.set_name), sides, row.repetitions):
            if (turn.run_id, side, repetition) in had:
                continue
            await self._store.save(row.id, await self._result(turn, side, sides[side], repetition, row.repetitions))
            count += 1
            done(count)
            if ends is not None and time.monotonic() > ends:
                return False
        await self._store.end(row.id, verdict_of(await self._store.results(row.id), len(sides)))
        return True

    async def _sides(self, row: ExperimentRow) -> list[Side]:
        texts = await self._store.texts({sha for side in row.sides for sha in side["texts"].values()})
        return [
            Side(
                side["name"], {name: texts[sha] for name, sha in side["texts"].items()}, side["model"],
                side["temperature"],
            )
            for side in row.sides
        ]  # fmt: skip

    async def _result(self, turn: SetTurn, side: int, conditions: Side, repetition: int, of: int) -> TurnResult:
        overrides = Overrides(
            prompts=conditions.texts, model=conditions.model, temperature=conditions.temperature,
            seed=repetition if of > 1 else None,
        )  # fmt: skip
        try:
            rerun = await self._rerunner.rerun(turn.run_id, overrides)
            run, _ = await self._runs.snapshot(turn.run_id)
            language = language_of((await self._runs.get(turn.run_id)).steps)
        except RunNotFound:
            return TurnResult(turn.run_id, side, repetition, {}, problem="what happened inside it is no longer kept")
        except NotReplayable as error:
            return TurnResult(turn.run_id, side, repetition, {}, problem=str(error))
        checks = judged(rerun, Expected.model_validate(turn.expected), language)
        summary: RunSummary = summary_of_rerun(rerun)
        masked: Mapping[str, Any] = await self._runs.masked(
            {"checks": checks, "answer": summary.answer}, run.customer_id
        )
        return TurnResult(
            turn.run_id, side, repetition, masked["checks"], masked["answer"], summary.intent, summary.ms,
            summary.tokens,
        )  # fmt: skip


def _order(turns: Sequence[SetTurn], sides: Sequence[Side], repetitions: int) -> Iterator[tuple[SetTurn, int, int]]:
    """Yield turn, side and repetition.

    One model after the other, since one is loaded at a time. Sides of a model take turns in going first: what the first
    one warms up makes the second one look faster.
    """
    for model in dict.fromkeys(side.model for side in sides):
        with_model = [place for place, side in enumerate(sides) if side.model == model]
        for place, turn in enumerate(turns):
            for repetition in range(repetitions):
                for side in with_model if place % 2 == 0 else reversed(with_model):
                    yield turn, side, repetition
