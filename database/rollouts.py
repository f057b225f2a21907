"""Roll-outs: versions of texts that a share of the conversations gets, and how often each side goes wrong.

Which conversations those are and what the figures mean is decided above (``service.rollouts``). A row is only ended,
never deleted: who began it, who or what ended it and with which figures stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from database.run_records import RunFilter
from database.session import Database
from database.tables import Run, TextLabel, TextRollout, TextVersion

Side = Literal["new", "served"]
How = Literal["worse", "returned", "served", "replaced"]
"""How a roll-out ended: found worse by the service, taken back or served to all by somebody, or a label moved."""

MEASURES: Mapping[str, ColumnElement[bool]] = {
    "fault": RunFilter(failed=True).where(),
    "handed_over": RunFilter(handed_over=True).where(),
    "misunderstood": Run.intent.in_(("unclear", "unclear_again")),
    "kept_back": Run.kept_back.is_(True),
    "disliked": RunFilter(score=-1).where(),
}
"""How a conversation goes wrong, by name: in one of its turns a fault ended it, it was handed to a person, the message
was not understood, the proof kept a text of the model back, or the customer gave a thumb down."""


class NoSuchRollout(LookupError):
    """There is no such roll-out."""


class RolloutNotPossible(ValueError):
    """Another roll-out runs, this one has ended, or it would change nothing."""


@dataclass(frozen=True)
class Rollout:
    """A roll-out. Fields are those of ``database.tables.TextRollout``."""

    id: int
    label: str
    texts: dict[str, int]
    share: int
    measures: list[str]
    note: str
    by: str
    at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    how: How | None = None
    figures: dict[str, Any] | None = None


@dataclass(frozen=True)
class SideCount:
    """The conversations of one side.

    Attributes:
        conversations: Those that had a turn in the roll-out.
        turns: Their turns in it.
        wrong: By measure, the conversations that went wrong.
    """

    conversations: int = 0
    turns: int = 0
    wrong: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(MEASURES, 0))


class Rollouts:
    """The roll-outs in the database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self, label: str, texts: Mapping[str, int], share: int, measures: Sequence[str], *, note: str, by: str,
        at: datetime,
    ) -> Rollout:  # fmt: skip
        """Begin a roll-out; the fields are those of ``Rollout``.

        Raises:
            RolloutNotPossible: One runs for this label already.
        """
        row = TextRollout(
            label=label, texts=dict(texts), share=share, measures=list(measures), note=note, by=by, at=at
        )  # fmt: skip
        try:
            async with self._database.write_session() as session:
                session.add(row)
        except IntegrityError as error:
            raise RolloutNotPossible(f"A roll-out of {label} runs already: end it first.") from error
        return _rollout(row)

    async def running(self, label: str | None = None) -> list[Rollout]:
        """Return the roll-outs that run, or the one of a label."""
        query = select(TextRollout).where(TextRollout.ended_at.is_(None)).order_by(TextRollout.id)
        if label is not None:
            query = query.where(TextRollout.label == label)
        async with self._database.session() as session:
            return [_rollout(row) for row in await session.scalars(query)]

    async def all(self) -> list[Rollout]:
        """Return all roll-outs, the newest first."""
        async with self._database.session() as session:
            return [_rollout(row) for row in await session.scalars(select(TextRollout).order_by(TextRollout.id.desc()))]

    async def one(self, rollout_id: int) -> Rollout:
        """Return one roll-out.

        Raises:
            NoSuchRollout: There is none.
        """
        async with self._database.session() as session:
            row = await session.get(TextRollout, rollout_id)
        if row is None:
            raise NoSuchRollout(f"There is no roll-out {rollout_id}.")
        return _rollout(row)

    async def end(
        self, rollout_id: int, how: How, figures: Mapping[str, Any], *, by: str, at: datetime
    ) -> None:  # fmt: skip
        """End a roll-out; where it is served from now on, its label moves onto its versions in the same transaction.

        Args:
            rollout_id: The roll-out.
            how: How it ends.
            figures: What was found.
            by: Login of who ends it.
            at: The present time.

        Raises:
            RolloutNotPossible: It has ended, perhaps a moment ago by somebody else.
        """
        async with self._database.write_session() as session:
            place = (TextRollout.id == rollout_id) & TextRollout.ended_at.is_(None)
            values = {"ended_at": at, "ended_by": by, "how": how, "figures": dict(figures)}
            ended = await session.execute(update(TextRollout).where(place).values(**values))
            if not ended.rowcount:  # type: ignore[attr-defined]
                raise RolloutNotPossible(f"The roll-out {rollout_id} has ended.")
            if how == "served":
                await _label(session, rollout_id, by, at)

    async def counts(self, rollout_id: int) -> dict[Side, SideCount]:
        """Return the figures of both sides."""
        wrong = [func.max(case((condition, 1), else_=0)).label(name) for name, condition in MEASURES.items()]
        found = (
            select(Run.rollout_side.label("side"), func.count().label("turns"), *wrong)
            .where(Run.rollout_id == rollout_id)
            .group_by(Run.thread_id, Run.rollout_side)
            .subquery()
        )
        sums = [func.sum(found.c[name]) for name in ("turns", *MEASURES)]
        query = select(found.c.side, func.count(), *sums).group_by(found.c.side)
        async with self._database.session() as session:
            rows = (await session.execute(query)).all()
        sides: dict[Side, SideCount] = {"served": SideCount(), "new": SideCount()}
        for side, conversations, turns, *bad in rows:  # sums are decimals on PostgreSQL
            sides[side] = SideCount(conversations, int(turns), dict(zip(MEASURES, map(int, bad), strict=True)))
        return sides


async def _label(session: AsyncSession, rollout_id: int, by: str, at: datetime) -> None:
    row = await session.get_one(TextRollout, rollout_id)
    for name, number in row.texts.items():
        place = select(TextVersion.id).where(TextVersion.name == name, TextVersion.number == number)
        version_id = await session.scalar(place)
        session.add(TextLabel(name=name, label=row.label, version_id=version_id, by=by, at=at))


def _rollout(row: TextRollout) -> Rollout:
    return Rollout(**{each.name: getattr(row, each.name) for each in fields(Rollout)})
