"""The record of turns: how each began and ended, what an engineer may read of it, what a customer thought of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from core.masking import Masker, words_of
from database.enums import MessageRole
from database.run_records import Masked, Recorded, RunDetail, RunEnd, RunFilter, RunRow
from database.session import Database
from database.tables import (
    Customer,
    Line,
    PromptText,
    ReplayRun,
    Run,
    RunRecord,
    RunTape,
    Thread,
    ThreadMessage,
)


class RunNotFound(LookupError):
    """There is no such run, or it is not the caller's."""


class Runs:
    """The recorded turns of all customers.

    Args:
        database: Where they are kept.
        masker: Masks what engineers read.
    """

    def __init__(self, database: Database, masker: Masker) -> None:
        self._database = database
        self._masker = masker

    async def begin(
        self, run_id: str, thread_id: str, customer_id: int, channel: str, message: str, at: datetime
    ) -> None:
        """Record that a turn began, with what the customer said."""
        async with self._database.write_session() as session:
            session.add(
                Run(
                    id=run_id, thread_id=thread_id, customer_id=customer_id, channel=channel, message=message,
                    started_at=at,
                )
            )  # fmt: skip
            session.add(ThreadMessage(thread_id=thread_id, run_id=run_id, role=MessageRole.USER, text=message, at=at))
            await session.execute(update(Thread).where(Thread.id == thread_id).values(updated_at=at))

    async def end(self, run_id: str, at: datetime, end: RunEnd, recorded: Recorded) -> Masked:
        """Record how a turn ended, with what the customer was told and what happened inside.

        Returns:
            What an engineer may read of it.
        """
        async with self._database.write_session() as session:
            run = await session.get_one(Run, run_id)
            run.finished_at, run.answer, run.intent = at, end.answer, end.intent
            run.confidence, run.outcome = end.confidence, end.outcome
            run.tools = f",{','.join(dict.fromkeys(end.tools))}," if end.tools else ""
            run.error, run.ms, run.tokens_in, run.tokens_out = end.error, end.ms, end.tokens_in, end.tokens_out
            if end.answer is not None:
                session.add(
                    ThreadMessage(
                        thread_id=run.thread_id, run_id=run_id, role=MessageRole.ASSISTANT, text=end.answer, at=at
                    )
                )
            known = await self._known(session, run.customer_id)
            customer = await session.get_one(Customer, run.customer_id)
            mask = self._masker.masked
            masked = Masked(
                customer=mask(customer.name, known), message=mask(run.message, known), answer=mask(end.answer, known),
                steps=mask(list(recorded.steps), known), calls=mask(list(recorded.calls), known),
                models=mask(list(recorded.models), known),
            )  # fmt: skip
            session.add(RunRecord(run_id=run_id, **vars(masked), setup=dict(recorded.setup)))
            session.add(
                RunTape(
                    run_id=run_id, checkpoint_id=recorded.checkpoint_id, request=recorded.request,
                    calls=[dict(call) for call in recorded.calls],
                )
            )  # fmt: skip
        return masked

    @staticmethod
    async def _known(session: Any, customer_id: int) -> dict[str, str]:
        """What is known to be the customer's, by kind."""
        customer = await session.get_one(Customer, customer_id)
        numbers = await session.scalars(select(Line.number).where(Line.customer_id == customer_id))
        known = {
            **words_of("name", customer.name), **words_of("email", customer.email),
            **words_of("phone", customer.phone), **words_of("address", customer.address),
        }  # fmt: skip
        for number in numbers:
            known |= words_of("phone", number)
        return known

    async def list(self, wanted: RunFilter, *, limit: int, before: tuple[datetime, str] | None = None) -> list[RunRow]:
        """Runs, newest first.

        Args:
            wanted: Which.
            limit: How many at most.
            before: Time and id of the last run of the page before.
        """
        condition = wanted.where()
        if before is not None:
            at, last = before
            condition = condition & ((Run.started_at < at) | ((Run.started_at == at) & (Run.id < last)))
        query = (
            select(Run, RunRecord.customer, RunRecord.message, RunRecord.answer)
            .outerjoin(RunRecord, RunRecord.run_id == Run.id)
            .where(condition)
            .order_by(Run.started_at.desc(), Run.id.desc())
            .limit(limit)
        )
        async with self._database.session() as session:
            return [_row(*found) for found in (await session.execute(query)).all()]

    async def find(self, beginning: str) -> str:
        """The id that begins so.

        Raises:
            RunNotFound: None does, or several do.
        """
        query = select(Run.id).where(Run.id.startswith(beginning, autoescape=True)).limit(2)
        async with self._database.session() as session:
            found = list(await session.scalars(query))
        if len(found) != 1:
            raise RunNotFound(beginning)
        return found[0]

    async def get(self, run_id: str) -> RunDetail:
        """One run with what happened inside it.

        Raises:
            RunNotFound: There is none, or it is too old to be kept.
        """
        async with self._database.session() as session:
            run, record = await session.get(Run, run_id), await session.get(RunRecord, run_id)
            if run is None or record is None:
                raise RunNotFound(run_id)
            hashes: dict[str, str] = record.setup.get("prompts", {})
            rows = await session.scalars(select(PromptText).where(PromptText.sha.in_(hashes.values())))
            texts = {row.sha: row.text for row in rows}
        return RunDetail(
            _row(run, record.customer, record.message, record.answer), record.steps, record.calls, record.models,
            record.setup, {name: texts[sha] for name, sha in hashes.items() if sha in texts},
        )  # fmt: skip

    async def tape(self, run_id: str) -> tuple[Run, RunTape]:
        """What a re-run needs exactly as it was; never shown to anyone.

        Raises:
            RunNotFound: There is none, it is too old, or its conversation was deleted.
        """
        async with self._database.session() as session:
            run, tape = await session.get(Run, run_id), await session.get(RunTape, run_id)
        if run is None or tape is None:
            raise RunNotFound(run_id)
        return run, tape

    async def masked(self, value: Any, customer_id: int) -> Any:
        """A copy of a text or of JSON data without what is personal of a customer."""
        async with self._database.session() as session:
            return self._masker.masked(value, await self._known(session, customer_id))

    async def keep_prompts(self, prompts: Mapping[str, tuple[str, str]]) -> None:
        """Store texts of prompts that are not stored yet.

        Args:
            prompts: Hash and text by name.
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

    async def give_feedback(self, run_id: str, customer_id: int, score: int, comment: str | None) -> None:
        """Keep what the run's customer thought of it; a later one replaces it.

        Raises:
            RunNotFound: There is no such run of this customer.
        """
        async with self._database.write_session() as session:
            run = await session.get(Run, run_id)
            if run is None or run.customer_id != customer_id:
                raise RunNotFound(run_id)
            known = await self._known(session, customer_id)
            run.score, run.comment = score, self._masker.masked(comment, known)

    async def purge(self, before: datetime) -> int:
        """Forget what happened inside runs older than this; that they were, and the conversations, stay.

        Returns:
            How many were forgotten.
        """
        old = select(Run.id).where(Run.started_at < before)
        async with self._database.write_session() as session:
            await session.execute(delete(ReplayRun).where(ReplayRun.run_id.in_(old)))
            await session.execute(delete(RunTape).where(RunTape.run_id.in_(old)))
            gone = await session.execute(delete(RunRecord).where(RunRecord.run_id.in_(old)))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _row(run: Run, customer: str | None, message: str | None, answer: str | None) -> RunRow:
    return RunRow(
        id=run.id, thread_id=run.thread_id, customer=customer or "", channel=run.channel, started_at=run.started_at,
        message=message, answer=answer, intent=run.intent, confidence=run.confidence,
        tools=[name for name in run.tools.split(",") if name], error=run.error, ms=run.ms, tokens_in=run.tokens_in,
        tokens_out=run.tokens_out, score=run.score, comment=run.comment,
    )  # fmt: skip
