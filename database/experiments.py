"""Sets of recorded turns, experiments on them and their results, as they are stored.

The tables are in ``database/tables/experiments.py``. Nothing here runs a turn, judges one, or sees an unmasked text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from database.run_records import RunRow
from database.session import Database
from database.tables import Experiment, ExperimentResult, PromptText, RunSet, RunSetTurn


class SetProblem(ValueError):
    """There is no such set or experiment, a set of the name is there already, or it would hold no turns."""


@dataclass(frozen=True)
class SetTurn:
    """One turn of a set. Fields are those of ``database.tables.RunSetTurn``."""

    run_id: str
    message: str | None
    answer: str | None
    expected: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SetRow:
    """A set in a list. Fields are those of ``database.tables.RunSet``, and the number of its turns."""

    name: str
    note: str
    made_from: dict[str, Any]
    by: str
    at: datetime
    turns: int


@dataclass(frozen=True)
class ExperimentRow:
    """An experiment. Fields are those of ``database.tables.Experiment``."""

    id: str
    set_name: str
    sides: list[dict[str, Any]]
    repetitions: int
    by: str
    at: datetime
    verdict: dict[str, Any] | None = None


@dataclass(frozen=True)
class TurnResult:
    """One turn under one side. Fields are those of ``database.tables.ExperimentResult``."""

    run_id: str
    side: int
    repetition: int
    checks: Mapping[str, str | None]
    answer: str | None = None
    intent: str | None = None
    ms: int | None = None
    tokens: int | None = None
    problem: str | None = None


class Experiments:
    """The sets and experiments in the database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make_set(
        self, name: str, rows: Sequence[RunRow], *, note: str, made_from: Mapping[str, Any], by: str, at: datetime
    ) -> None:
        """Freeze turns as a set, the oldest first.

        Args:
            name: A new name.
            rows: The turns, masked.
            note: What the set is for.
            made_from: The conditions that found the turns; empty where they were chosen by hand.
            by: Login of who makes it.
            at: The present time.

        Raises:
            SetProblem: There is a set of this name, the name has other signs, or there are no turns.
        """
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,79}", name):
            raise SetProblem(f"{name!r}: the name of a set has small letters, digits, - and _.")
        if not rows:
            raise SetProblem("No turn meets the conditions: a set needs one.")
        ordered = sorted({row.id: row for row in rows}.values(), key=lambda row: (row.started_at, row.id))
        try:
            async with self._database.write_session() as session:
                session.add(RunSet(name=name, note=note, made_from=dict(made_from), by=by, at=at))
                await session.flush()
                session.add_all(
                    RunSetTurn(
                        set_name=name, run_id=row.id, place=place, message=row.message, answer=row.answer, expected={}
                    )
                    for place, row in enumerate(ordered)
                )
        except IntegrityError as error:
            raise SetProblem(f"There is a set {name} already.") from error

    async def expect(self, name: str, expected: Mapping[str, Mapping[str, Any]]) -> None:
        """Write what must hold of turns of a set; turns that are not named keep theirs.

        Args:
            name: The set.
            expected: By the id of the turn.
        """
        async with self._database.write_session() as session:
            for run_id, wanted in expected.items():
                place = (RunSetTurn.set_name == name) & (RunSetTurn.run_id == run_id)
                await session.execute(update(RunSetTurn).where(place).values(expected=dict(wanted)))

    async def drop_set(self, name: str) -> None:
        """Delete a set with its experiments.

        Raises:
            SetProblem: There is none.
        """
        await self.set_of(name)
        of_set = select(Experiment.id).where(Experiment.set_name == name)
        async with self._database.write_session() as session:
            await session.execute(delete(ExperimentResult).where(ExperimentResult.experiment_id.in_(of_set)))
            for table in (Experiment, RunSetTurn):
                await session.execute(delete(table).where(table.set_name == name))
            await session.execute(delete(RunSet).where(RunSet.name == name))

    async def sets(self) -> list[SetRow]:
        """Return all sets, the newest first."""
        counted = (
            select(RunSetTurn.set_name, func.count().label("turns")).group_by(RunSetTurn.set_name).subquery()
        )  # fmt: skip
        query = (
            select(RunSet, func.coalesce(counted.c.turns, 0))
            .outerjoin(counted, counted.c.set_name == RunSet.name)
            .order_by(RunSet.at.desc(), RunSet.name)
        )
        async with self._database.session() as session:
            return [
                SetRow(row.name, row.note, row.made_from, row.by, row.at, turns)
                for row, turns in await session.execute(query)
            ]

    async def set_of(self, name: str) -> SetRow:
        """Return one set.

        Raises:
            SetProblem: There is none.
        """
        found = next((row for row in await self.sets() if row.name == name), None)
        if found is None:
            raise SetProblem(f"There is no set {name}.")
        return found

    async def turns(self, name: str) -> list[SetTurn]:
        """Return the turns of a set that are still kept, in their order."""
        query = select(RunSetTurn).where(RunSetTurn.set_name == name).order_by(RunSetTurn.place)
        async with self._database.session() as session:
            return [SetTurn(row.run_id, row.message, row.answer, row.expected) for row in await session.scalars(query)]

    async def texts(self, hashes: Collection[str]) -> dict[str, str]:
        """Return the contents of texts by their hashes."""
        async with self._database.session() as session:
            rows = await session.scalars(select(PromptText).where(PromptText.sha.in_(hashes)))
            return {row.sha: row.text for row in rows}

    async def begin(self, row: ExperimentRow) -> None:
        """Store a new experiment."""
        async with self._database.write_session() as session:
            session.add(Experiment(**vars(row)))

    async def save(self, experiment_id: str, found: TurnResult) -> None:
        """Store the result of one turn under one side, unless another process was faster or the turn was forgotten."""
        try:
            async with self._database.write_session() as session:
                session.add(ExperimentResult(experiment_id=experiment_id, **vars(found)))
        except IntegrityError:
            return

    async def end(self, experiment_id: str, verdict: Mapping[str, Any]) -> None:
        """Store the figures of an experiment of which all turns were run."""
        async with self._database.write_session() as session:
            place = Experiment.id == experiment_id
            await session.execute(update(Experiment).where(place).values(verdict=dict(verdict)))

    async def experiments(self, set_name: str | None = None) -> list[ExperimentRow]:
        """Return the experiments, or those on one set, the newest first."""
        query = select(Experiment).order_by(Experiment.at.desc(), Experiment.id)
        if set_name is not None:
            query = query.where(Experiment.set_name == set_name)
        async with self._database.session() as session:
            return [_experiment(row) for row in await session.scalars(query)]

    async def experiment(self, beginning: str) -> ExperimentRow:
        """Return the only experiment whose id begins so.

        Raises:
            SetProblem: There is none, or there are several.
        """
        query = select(Experiment).where(Experiment.id.startswith(beginning, autoescape=True)).limit(2)
        async with self._database.session() as session:
            found = list(await session.scalars(query))
        if len(found) != 1:
            raise SetProblem(f"There is no experiment {beginning}.")
        return _experiment(found[0])

    async def results(self, experiment_id: str) -> list[TurnResult]:
        """Return what is there of an experiment, in the order of the set's turns, then of sides and repetitions."""
        query = (
            select(ExperimentResult)
            .join(Experiment, Experiment.id == ExperimentResult.experiment_id)
            .join(
                RunSetTurn,
                (RunSetTurn.run_id == ExperimentResult.run_id) & (RunSetTurn.set_name == Experiment.set_name),
            )
            .where(ExperimentResult.experiment_id == experiment_id)
            .order_by(RunSetTurn.place, ExperimentResult.repetition, ExperimentResult.side)
        )
        async with self._database.session() as session:
            return [
                TurnResult(
                    row.run_id, row.side, row.repetition, row.checks, row.answer, row.intent, row.ms, row.tokens,
                    row.problem,
                )
                for row in await session.scalars(query)
            ]  # fmt: skip


def _experiment(row: Experiment) -> ExperimentRow:
    return ExperimentRow(row.id, row.set_name, row.sides, row.repetitions, row.by, row.at, row.verdict)
