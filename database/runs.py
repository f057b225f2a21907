"""The recorded turns: their beginning and end, a masked copy for engineers, an exact copy for re-runs, feedback.

The tables are in ``database/tables/runs.py``. Who may read what is decided by the interface.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import defer

from core.masking import Masker
from database.customer_masks import CustomerMasks, Identity, known_words
from database.run_records import MaskedRun, RerunRow, RunDetail, RunEnd, RunFilter, RunRow, RunTrace
from database.session import Database
from database.tables import (
    ExperimentResult,
    PromptText,
    ReplayRun,
    Run,
    RunRecord,
    RunSetTurn,
    RunSnapshot,
)
from database.turn_writes import begun_turn, write_begin, write_end

_RERUNS = 100
"""Saved re-runs of one run that are listed."""


class RunNotFound(LookupError):
    """There is no such run, its details were deleted, or it belongs to another customer."""


class Runs:
    """The recorded turns of all customers.

    Args:
        database: The database.
        masker: Replaces personal data in everything that engineers read.
        identity: Tells what identifies a customer by an outside system's records, as ``core.masking.words_of``; None
            where customers are our own.
    """

    def __init__(self, database: Database, masker: Masker, identity: Identity | None = None) -> None:
        self._database = database
        self._masks = CustomerMasks(database, masker, identity)

    async def begin(
        self, run_id: str, thread_id: str, customer_id: int, channel: str, message: str | None, at: datetime
    ) -> None:
        """Record the beginning of a turn and add the customer's message to the thread.

        Args:
            run_id: A new id.
            thread_id: The conversation; it must exist.
            customer_id: The owner of the conversation.
            channel: The channel of the request.
            message: The text of the message, not masked; None for a turn that the service takes by itself.
            at: The present time.
        """
        async with self._database.write_session() as session:
            connection = await session.connection()
            await connection.run_sync(write_begin, run_id, thread_id, customer_id, channel, message, at)

    async def end(self, run_id: str, at: datetime, end: RunEnd, trace: RunTrace) -> MaskedRun:
        """Record the end of a turn and add the answer, if there is one, to the thread.

        Args:
            run_id: The id that ``begin`` was given.
            at: The present time.
            end: The answer and the cost of the turn.
            trace: The course of the turn, not masked.

        Returns:
            The masked texts of the turn.
        """
        outside = self._masks.asks_elsewhere
        elsewhere = await self._masks.elsewhere(await self._customer_of(run_id)) if outside else {}
        async with self._database.write_session() as session:
            connection = await session.connection()
            begun = await connection.run_sync(begun_turn, run_id)
            texts = {
                "customer": begun.name, "message": begun.message, "answer": end.answer, "steps": trace.steps,
                "calls": trace.calls, "models": trace.models,
            }  # fmt: skip
            masked = MaskedRun(**self._masks.masked(texts, elsewhere | begun.known))
            await connection.run_sync(write_end, run_id, at, begun, end, trace, masked)
        return masked

    async def _customer_of(self, run_id: str) -> int:
        async with self._database.session() as session:
            return (await session.get_one(Run, run_id)).customer_id

    async def list(self, wanted: RunFilter, *, limit: int, before: tuple[datetime, str] | None = None) -> list[RunRow]:
        """Return a page of runs, newest first.

        Args:
            wanted: The conditions.
            limit: The size of the page.
            before: ``started_at`` and ``id`` of the last run of the page before; None for the first page.
        """
        condition = wanted.where()
        if before is not None:
            at, last = before
            condition = condition & ((Run.started_at < at) | ((Run.started_at == at) & (Run.id < last)))
        query = (
            select(Run, RunRecord.customer, RunRecord.message, RunRecord.answer)
            .outerjoin(RunRecord, RunRecord.run_id == Run.id)
            .options(defer(Run.outcome), defer(Run.message), defer(Run.answer))  # a list shows none of them
            .where(condition)
            .order_by(Run.started_at.desc(), Run.id.desc())
            .limit(limit)
        )
        async with self._database.session() as session:
            return [_row(*found) for found in (await session.execute(query)).all()]

    async def find(self, beginning: str) -> str:
        """Return the only run id that starts with these characters.

        Raises:
            RunNotFound: No id starts so, or several do.
        """
        query = select(Run.id).where(Run.id.startswith(beginning, autoescape=True)).limit(2)
        async with self._database.session() as session:
            found = list(await session.scalars(query))
        if len(found) != 1:
            raise RunNotFound(beginning)
        return found[0]

    async def get(self, run_id: str) -> RunDetail:
        """Return one run with its course and the texts of its prompts.

        Raises:
            RunNotFound: There is no such run, or its details were deleted.
        """
        async with self._database.session() as session:
            run, record = await session.get(Run, run_id), await session.get(RunRecord, run_id)
            if run is None or record is None:
                raise RunNotFound(run_id)
            hashes: dict[str, str] = record.setup.get("prompts", {})
            names: dict[str, str] = record.setup.get("texts", {})
            wanted = {*hashes.values(), *names.values()}
            rows = await session.scalars(select(PromptText).where(PromptText.sha.in_(wanted)))
            texts = {row.sha: row.text for row in rows}
        return RunDetail(
            _row(run, record.customer, record.message, record.answer), record.steps, record.calls, record.models,
            record.setup, {name: texts[sha] for name, sha in hashes.items() if sha in texts},
            {name: texts[sha] for name, sha in names.items() if sha in texts},
        )  # fmt: skip

    async def snapshot(self, run_id: str) -> tuple[Run, RunSnapshot]:
        """Return one run with its exact, unmasked inputs for a re-run; nobody may see them.

        Raises:
            RunNotFound: There is no such run, its details were deleted, or its conversation was.
        """
        async with self._database.session() as session:
            run, snapshot = await session.get(Run, run_id), await session.get(RunSnapshot, run_id)
        if run is None or snapshot is None:
            raise RunNotFound(run_id)
        return run, snapshot

    async def reruns(self, run_id: str) -> Sequence[RerunRow]:
        """Return the saved re-runs of a run, the newest first."""
        query = select(ReplayRun).where(ReplayRun.run_id == run_id).order_by(ReplayRun.at.desc(), ReplayRun.id)
        async with self._database.session() as session:
            return [_rerun(row) for row in await session.scalars(query.limit(_RERUNS))]

    async def rerun(self, run_id: str, rerun_id: str) -> RerunRow:
        """Return one saved re-run of a run.

        Raises:
            RunNotFound: There is none, or it is no longer kept.
        """
        async with self._database.session() as session:
            row = await session.get(ReplayRun, rerun_id)
        if row is None or row.run_id != run_id:
            raise RunNotFound(rerun_id)
        return _rerun(row)

    async def masked(self, value: Any, customer_id: int) -> Any:
        """Return a copy of a text or of JSON data without the personal data of a customer."""
        return await self._masks.masked_for(value, customer_id)

    async def unmasked(self, value: Any, originals: Any, customer_id: int) -> Any:
        """Return a copy of JSON data in which masks are replaced by the words that they stand for in other data.

        Args:
            value: What an engineer sent back; nobody else may see the result.
            originals: The exact data whose masked copy the engineer had.
            customer_id: The customer of the run.
        """
        return await self._masks.unmasked(value, originals, customer_id)

    async def save_prompts(self, prompts: Mapping[str, tuple[str, str]]) -> None:
        """Save the texts of prompts that are not saved yet.

        Args:
            prompts: Hash and text by the prompt's name.
        """
        async with self._database.session() as session:
            known = set(await session.scalars(select(PromptText.sha)))
        for name, (sha, text) in prompts.items():
            if sha not in known:
                try:
                    async with self._database.write_session() as session:
                        session.add(PromptText(sha=sha, name=name, text=text))
                except IntegrityError:  # another server was faster
                    continue

    async def give_feedback(self, run_id: str, customer_id: int, score: int | None, comment: str | None) -> None:
        """Save the feedback of the run's customer; later feedback replaces it.

        Args:
            run_id: The whole id.
            customer_id: The customer who gives the feedback.
            score: 1 or -1; None takes the feedback back.
            comment: A free text; it is masked.

        Raises:
            RunNotFound: There is no such run of this customer.
        """
        elsewhere = await self._masks.elsewhere(customer_id)
        async with self._database.write_session() as session:
            run = await session.get(Run, run_id)
            if run is None or run.customer_id != customer_id:
                raise RunNotFound(run_id)
            known = elsewhere | await known_words(session, customer_id)
            run.score, run.comment = score, self._masks.masked(comment, known)

    async def purge(self, before: datetime) -> int:
        """Delete the details and the re-runs of runs older than this; the runs and conversations themselves stay.

        Returns:
            The number of runs whose details were deleted.
        """
        old = select(Run.id).where(Run.started_at < before)
        async with self._database.write_session() as session:
            for table in (ReplayRun, ExperimentResult, RunSetTurn, RunSnapshot):
                await session.execute(delete(table).where(table.run_id.in_(old)))
            deleted = await session.execute(delete(RunRecord).where(RunRecord.run_id.in_(old)))
        return int(deleted.rowcount)  # type: ignore[attr-defined]


def _rerun(row: ReplayRun) -> RerunRow:
    return RerunRow(row.id, row.run_id, row.by, row.at, row.overrides, row.outcome)


def _row(run: Run, customer: str | None, message: str | None, answer: str | None) -> RunRow:
    return RunRow(
        id=run.id, thread_id=run.thread_id, customer=customer or "", channel=run.channel, started_at=run.started_at,
        message=message, answer=answer, intent=run.intent, confidence=run.confidence,
        tools=[name for name in run.tools.split(",") if name], error=run.error, ms=run.ms, tokens_in=run.tokens_in,
        tokens_out=run.tokens_out, score=run.score, comment=run.comment,
    )  # fmt: skip
