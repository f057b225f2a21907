"""The registry of texts: versions with author, date and note, and labels that move from one version to another.

What may stand in a text, and which text is served, is decided above (``service.texts``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import stamina
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from database.session import Database
from database.tables import TextLabel, TextRollout, TextVersion

FILES = "files"
"""The author of a version that was taken from the files."""


_NEWEST = select(func.max(TextLabel.id)).group_by(TextLabel.name, TextLabel.label)
"""The rows that say where each label stands."""


class VersionNotFound(LookupError):
    """There is no such version of a text, or nothing to go back to."""


@dataclass(frozen=True)
class Version:
    """One version of a text.

    Attributes:
        name: The text's name, as a path.
        number: From 1 on.
        sha: Hash of the content.
        text: The content.
        by: Login of the author; ``files`` where it was taken from them.
        at: When it was added.
        note: Why, in the author's words.
        labels: The labels that it carries now.
    """

    name: str
    number: int
    sha: str
    text: str
    by: str
    at: datetime
    note: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Author:
    by: str
    at: datetime
    note: str = ""


def hash_of(text: str) -> str:
    """Return the first 12 hex digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Texts:
    """The versions and labels in the database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last_move(self) -> int:
        """Return a number that grows with every move of a label; one look at the end of an index."""
        async with self._database.session() as session:
            return await session.scalar(select(func.max(TextLabel.id))) or 0

    async def labels(self) -> dict[str, dict[str, int]]:
        """Return the version that each label stands on, by text and label."""
        async with self._database.session() as session:
            return await _labels(session)

    async def labelled(self, label: str) -> dict[str, Version]:
        """Return the versions that carry a label, by text."""
        async with self._database.session() as session:
            query = (
                select(TextVersion)
                .join(TextLabel, TextLabel.version_id == TextVersion.id)
                .where(TextLabel.id.in_(_NEWEST), TextLabel.label == label)
            )
            return {row.name: _version(row) for row in await session.scalars(query)}

    async def numbers(self) -> list[tuple[str, int]]:
        """Return name and number of every version, by name, the newest first."""
        query = select(TextVersion.name, TextVersion.number).order_by(TextVersion.name, TextVersion.number.desc())
        async with self._database.session() as session:
            return [(name, number) for name, number in await session.execute(query)]

    async def versions(self, name: str) -> list[Version]:
        """Return all versions of a text with their labels, the newest first."""
        async with self._database.session() as session:
            held = (await _labels(session)).get(name, {})
            query = select(TextVersion).where(TextVersion.name == name).order_by(TextVersion.number.desc())
            return [_version(row, held) for row in await session.scalars(query)]

    async def version(self, name: str, number: int) -> Version:
        """Return one version.

        Raises:
            VersionNotFound: There is none.
        """
        found = next((each for each in await self.versions(name) if each.number == number), None)
        if found is None:
            raise VersionNotFound(f"There is no version {number} of {name}.")
        return found

    async def add(self, name: str, text: str, *, first: str | None, by: str, at: datetime, note: str = "") -> Version:
        """Add a version; the newest one is returned where it has this very content already.

        Args:
            name: The text's name.
            text: The content.
            first: What the files hold, added before it where no version has it; None where they hold nothing.
            by: Login of the author.
            at: The present time.
            note: Why, in the author's words.
        """
        retried = stamina.AsyncRetryingCaller(attempts=3, wait_initial=0.01, wait_max=0.1, wait_jitter=0.02)
        add = partial(self._add, name, text, first, _Author(by, at, note))
        try:
            return await retried(IntegrityError, add)  # somebody else added one at the same moment
        except IntegrityError as error:
            raise VersionNotFound(f"{name}: others add versions all the time; try again.") from error

    async def _add(self, name: str, text: str, first: str | None, author: _Author) -> Version:
        async with self._database.write_session() as session:
            known = list(await session.scalars(
                select(TextVersion).where(TextVersion.name == name).order_by(TextVersion.number)
            ))  # fmt: skip
            newest = known[-1] if known else None
            if first is not None and hash_of(first) not in {each.sha for each in known}:
                newest = _next(newest, name, first, _Author(FILES, author.at))
                session.add(newest)
            if newest is None or newest.sha != hash_of(text):
                newest = _next(newest, name, text, author)
                session.add(newest)
        return _version(newest)

    async def move(self, name: str, label: str, number: int | None, *, by: str, at: datetime) -> None:
        """Put a label on a version, or take it off; a roll-out of the text under this label ends.

        Args:
            name: The text's name.
            label: The label.
            number: The version; None takes the label off.
            by: Login of who does it.
            at: The present time.

        Raises:
            VersionNotFound: There is no such version.
        """
        async with self._database.write_session() as session:
            place = select(TextVersion.id).where(TextVersion.name == name, TextVersion.number == number)
            version_id = None if number is None else await session.scalar(place)
            if number is not None and version_id is None:
                raise VersionNotFound(f"There is no version {number} of {name}.")
            session.add(TextLabel(name=name, label=label, version_id=version_id, by=by, at=at))
            running = select(TextRollout).where(TextRollout.label == label, TextRollout.ended_at.is_(None))
            rollout = await session.scalar(running)
            if rollout is not None and name in rollout.texts:  # what it was compared with is served no more
                rollout.ended_at, rollout.ended_by, rollout.how = at, by, "replaced"

    async def before(self, name: str, label: str) -> int | None:
        """Return the version that carried a label before the present one; None where the files were served.

        Raises:
            VersionNotFound: The label was never on this text.
        """
        async with self._database.session() as session:
            query = (
                select(TextVersion.number)
                .select_from(TextLabel)
                .outerjoin(TextVersion, TextVersion.id == TextLabel.version_id)
                .where(TextLabel.name == name, TextLabel.label == label)
            )
            moves = list(await session.scalars(query.order_by(TextLabel.id.desc()).limit(2)))
        if not moves:
            raise VersionNotFound(f"{name} never had the label {label}; there is nothing to go back to.")
        return moves[1] if len(moves) > 1 else None


async def _labels(session: AsyncSession) -> dict[str, dict[str, int]]:
    query = (
        select(TextLabel.name, TextLabel.label, TextVersion.number)
        .join(TextVersion, TextVersion.id == TextLabel.version_id)
        .where(TextLabel.id.in_(_NEWEST))
    )
    found: dict[str, dict[str, int]] = {}
    for name, label, number in await session.execute(query):
        found.setdefault(name, {})[label] = number
    return found


def _next(newest: TextVersion | None, name: str, text: str, author: _Author) -> TextVersion:
    number = newest.number + 1 if newest else 1
    return TextVersion(
        name=name, number=number, sha=hash_of(text), text=text, by=author.by, at=author.at, note=author.note
    )


def _version(row: TextVersion, held: Mapping[str, int] | None = None) -> Version:
    labels = tuple(sorted(label for label, number in (held or {}).items() if number == row.number))
    return Version(row.name, row.number, row.sha, row.text, row.by, row.at, row.note, labels)
