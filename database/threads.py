"""Conversations: their owners, their titles and their messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from core.channels import Channel
from core.clock import Clock
from core.turkish import fold
from database.enums import MESSAGES_OF_TURNS, UNFINISHED_HANDOVER, MessageRole
from database.messages import TurnMessage, turn_message
from database.photos import leave_conversation
from database.session import Database
from database.tables import (
    ExperimentResult,
    Handover,
    ReplayRun,
    Run,
    RunRecord,
    RunSetTurn,
    RunSnapshot,
    Thread,
    ThreadMessage,
)
from database.thread_records import LastTurn, SessionSummary, ThreadTurn
from database.turn_keys import forget_keys_of

_TITLE_LENGTH = 80
_SEARCHED = 2000
"""Messages of a customer that a search looks through, the newest ones."""
_NEWER = 200
"""Messages that are given at once to those who follow a conversation."""

_OWNER = select(Thread.customer_id, Thread.deleted).where(Thread.id == bindparam("thread"))
_LAST_TURN = (
    select(ThreadMessage.run_id, ThreadMessage.role, ThreadMessage.at, Run.error, Run.channel)
    .outerjoin(Run, Run.id == ThreadMessage.run_id)
    .where(ThreadMessage.thread_id == bindparam("thread"), ThreadMessage.role.in_(MESSAGES_OF_TURNS))
    .order_by(ThreadMessage.id.desc())
    .limit(1)
)

LEFT = "Cancelled"
"""The error that is recorded for a turn whose client went away or stopped it."""


class ThreadNotFound(LookupError):
    """The thread does not exist or belongs to another customer; callers cannot tell the two apart."""


class Threads:
    """The threads and messages of all customers.

    Args:
        database: The database.
        clock: Returns the present time.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, thread_id: str, customer_id: int, title: str) -> None:
        """Create the thread for this customer unless it exists.

        Args:
            thread_id: An id that the client or the server has chosen.
            customer_id: The owner.
            title: The title of a new thread; only its first 80 characters are stored.

        Raises:
            ThreadNotFound: It exists and belongs to another customer, or was deleted.
        """
        now = self._clock()
        row = Thread(id=thread_id, customer_id=customer_id, title=title[:_TITLE_LENGTH], created_at=now, updated_at=now)
        for owner, deleted in await self._database.rows(_OWNER, thread=thread_id):
            if owner != customer_id or deleted:
                raise ThreadNotFound(thread_id)
            return
        try:
            # In a transaction of its own: SQLite refuses to write at once what was begun as a read.
            async with self._database.write_session() as session:
                session.add(row)
        except IntegrityError:  # made by another request meanwhile
            await self.check_owner(thread_id, customer_id)

    async def check_owner(self, thread_id: str, customer_id: int) -> None:
        """Raise ``ThreadNotFound`` unless the thread exists and belongs to this customer."""
        async with self._database.session() as session:
            owner = await session.scalar(
                select(Thread.customer_id).where(Thread.id == thread_id, Thread.deleted.is_(False))
            )
        if owner is None or owner != customer_id:
            raise ThreadNotFound(thread_id)

    async def summaries(self, customer_id: int, *, limit: int, offset: int) -> tuple[Sequence[SessionSummary], int]:
        """Return a page of the customer's threads, newest first, and the number of all of them."""
        mine = (Thread.customer_id == customer_id) & Thread.deleted.is_(False)
        async with self._database.session() as session:
            total = await session.scalar(select(func.count()).select_from(Thread).where(mine)) or 0
            rows = await session.scalars(
                select(Thread).where(mine).order_by(Thread.updated_at.desc(), Thread.id).limit(limit).offset(offset)
            )
            found = [_summary(row) for row in rows]
        return found, total

    async def messages(self, thread_id: str, customer_id: int, *, limit: int, offset: int) -> Sequence[TurnMessage]:
        """Return a page of the messages of a thread, oldest first.

        Raises:
            ThreadNotFound: It does not exist or belongs to another customer.
        """
        await self.check_owner(thread_id, customer_id)
        async with self._database.session() as session:
            rows = await session.scalars(
                select(ThreadMessage)
                .where(ThreadMessage.thread_id == thread_id)
                .order_by(ThreadMessage.id)
                .limit(limit)
                .offset(offset)
            )
            return [turn_message(row) for row in rows]

    async def newer(self, thread_id: str, customer_id: int, after: int) -> Sequence[TurnMessage]:
        """Return the messages of a thread with a higher id, oldest first.

        Raises:
            ThreadNotFound: It does not exist or belongs to another customer.
        """
        await self.check_owner(thread_id, customer_id)
        newer = (ThreadMessage.thread_id == thread_id) & (ThreadMessage.id > after)
        async with self._database.session() as session:
            rows = await session.scalars(select(ThreadMessage).where(newer).order_by(ThreadMessage.id).limit(_NEWER))
            return [turn_message(row) for row in rows]

    async def between_turns(self, thread_id: str) -> Sequence[TurnMessage]:
        """Return what colleagues said in a thread and the notices about them, oldest first."""
        between = (ThreadMessage.thread_id == thread_id) & ThreadMessage.role.not_in(MESSAGES_OF_TURNS)
        async with self._database.session() as session:
            rows = await session.scalars(select(ThreadMessage).where(between).order_by(ThreadMessage.id))
            return [turn_message(row) for row in rows]

    async def turns(self, thread_id: str, customer_id: int, *, limit: int) -> Sequence[ThreadTurn]:
        """Return the last turns of a thread, oldest first.

        Raises:
            ThreadNotFound: It does not exist or belongs to another customer.
        """
        await self.check_owner(thread_id, customer_id)
        newest = (
            select(Run).where(Run.thread_id == thread_id).order_by(Run.started_at.desc(), Run.id.desc()).limit(limit)
        )
        async with self._database.session() as session:
            runs = list(await session.scalars(newest))
            ids = [run.id for run in runs]
            rows = await session.scalars(
                select(ThreadMessage).where(ThreadMessage.run_id.in_(ids)).order_by(ThreadMessage.id)
            )
            said = {(row.run_id, row.role): row for row in rows}
            courses = select(RunRecord.run_id, RunRecord.steps).where(RunRecord.run_id.in_(ids))
            used = select(RunSnapshot.run_id, RunSnapshot.calls).where(RunSnapshot.run_id.in_(ids))
            nodes = {run_id: steps for run_id, steps in await session.execute(courses)}
            calls = {run_id: each for run_id, each in await session.execute(used)}
        turns = []
        for run in reversed(runs):
            asked, answer = said.get((run.id, MessageRole.USER)), said.get((run.id, MessageRole.ASSISTANT))
            turns.append(
                ThreadTurn(
                    run, asked.text if asked else None, answer.text if answer else None, answer.at if answer else None,
                    nodes.get(run.id, ()), calls.get(run.id, ()),
                )
            )  # fmt: skip
        return turns

    async def newest_turn(self, thread_id: str) -> str | None:
        """Return the id of the last turn that was begun in a thread, over or not."""
        query = select(Run.id).where(Run.thread_id == thread_id).order_by(Run.started_at.desc(), Run.id.desc()).limit(1)
        async with self._database.session() as session:
            return await session.scalar(query)

    async def search(self, customer_id: int, words: str, *, limit: int) -> Sequence[SessionSummary]:
        """Return the customer's threads whose title or whose words of the customer contain these, newest first.

        Letter case and Turkish letters make no difference, which no database's LIKE can do.
        """
        wanted = fold(words)
        mine = (Thread.customer_id == customer_id) & Thread.deleted.is_(False)
        written = (
            select(ThreadMessage.thread_id, ThreadMessage.text)
            .join(Thread, Thread.id == ThreadMessage.thread_id)
            .where(mine, ThreadMessage.role == MessageRole.USER)
            .order_by(ThreadMessage.id.desc())
            .limit(_SEARCHED)
        )
        async with self._database.session() as session:
            found = {thread_id for thread_id, text in await session.execute(written) if wanted in fold(text)}
            rows = await session.scalars(select(Thread).where(mine).order_by(Thread.updated_at.desc(), Thread.id))
            summaries = [_summary(row) for row in rows if row.id in found or wanted in fold(row.title)]
        return summaries[:limit]

    async def newest_of(self, customer_id: int, channel: Channel, since: datetime) -> str | None:
        """Return the thread that the customer used last through a channel, if that was after a time."""
        query = (
            select(Run.thread_id)
            .join(Thread, Thread.id == Run.thread_id)
            .where(
                Run.customer_id == customer_id, Run.channel == channel, Run.started_at >= since,
                Thread.deleted.is_(False),
            )
            .order_by(Run.started_at.desc())
            .limit(1)
        )  # fmt: skip
        async with self._database.session() as session:
            newest: str | None = await session.scalar(query)
        return newest

    async def rename(self, thread_id: str, customer_id: int, title: str) -> None:
        """Give a thread another title; only its first 80 characters are stored.

        Raises:
            ThreadNotFound: It does not exist or belongs to another customer.
        """
        await self.check_owner(thread_id, customer_id)
        async with self._database.write_session() as session:
            await session.execute(update(Thread).where(Thread.id == thread_id).values(title=title[:_TITLE_LENGTH]))

    async def last_turn(self, thread_id: str) -> LastTurn | None:
        """Return the last turn of a thread; None before the first one."""
        for run_id, role, at, error, channel in await self._database.rows(_LAST_TURN, thread=thread_id):
            answered_at = at if role == MessageRole.ASSISTANT else None
            return LastTurn(run_id, answered_at, error == LEFT, channel == Channel.SERVICE)
        return None

    async def last_answer(self, thread_id: str) -> Run | None:
        """Return the run whose answer is the last one of a thread; None before the first."""
        query = (
            select(Run)
            .join(ThreadMessage, ThreadMessage.run_id == Run.id)
            .where(ThreadMessage.thread_id == thread_id, ThreadMessage.role == MessageRole.ASSISTANT)
            .order_by(ThreadMessage.id.desc())
            .limit(1)
        )
        async with self._database.session() as session:
            found: Run | None = await session.scalar(query)
        return found

    async def is_answered(self, run_id: str) -> bool:
        """Return True for a run whose answer was stored."""
        async with self._database.session() as session:
            return await session.scalar(select(Run.answer).where(Run.id == run_id)) is not None

    async def delete(self, thread_id: str, customer_id: int) -> None:
        """Delete the messages, recorded details, summaries and waiting photos of a thread.

        Its id is not used again; the audit of its writes stays, and so do the photos that a ticket has.

        Raises:
            ThreadNotFound: It does not exist or belongs to another customer.
        """
        await self.check_owner(thread_id, customer_id)
        async with self._database.write_session() as session:
            await leave_conversation(session, thread_id)
            await session.execute(delete(ThreadMessage).where(ThreadMessage.thread_id == thread_id))
            await forget_keys_of(session, thread_id)
            await session.execute(update(Thread).where(Thread.id == thread_id).values(deleted=True, title=""))
            mine = select(Run.id).where(Run.thread_id == thread_id)
            for table in (ReplayRun, ExperimentResult, RunSetTurn, RunSnapshot, RunRecord):
                await session.execute(delete(table).where(table.run_id.in_(mine)))
            emptied = {"message": None, "answer": None, "outcome": None, "comment": None}
            await session.execute(update(Run).where(Run.thread_id == thread_id).values(emptied))
            await session.execute(update(Handover).where(Handover.thread_id == thread_id).values(summary=""))

    async def unused_since(self, before: datetime) -> Sequence[tuple[str, int]]:
        """Return id and customer of the conversations that nobody has used since a time, the oldest first.

        One that waits for a person is in use.
        """
        waits = select(Handover.thread_id).where(Handover.status.in_(UNFINISHED_HANDOVER))
        old = (Thread.updated_at < before) & Thread.deleted.is_(False) & Thread.id.not_in(waits)
        async with self._database.session() as session:
            rows = await session.execute(select(Thread.id, Thread.customer_id).where(old).order_by(Thread.updated_at))
            return [(thread_id, customer_id) for thread_id, customer_id in rows]


def _summary(row: Thread) -> SessionSummary:
    return SessionSummary(
        session_id=row.id, title=row.title, created_at=row.created_at, updated_at=row.updated_at
    )  # fmt: skip
