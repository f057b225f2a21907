"""The registry of texts: versions stay as they are, labels move, and every move is kept."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from database.session import Database
from database.texts import FILES, Texts, VersionNotFound

NAME = "prompts/policy.md"


async def add(texts: Texts, text: str, now: datetime, first: str | None = "ours") -> int:
    return (await texts.add(NAME, text, first=first, by="a@example.com", at=now, note="why")).number


async def test_the_files_are_the_first_version(database: Database, now: datetime) -> None:
    texts = Texts(database)
    assert await add(texts, "edited", now) == 2
    newest, first = await texts.versions(NAME)
    assert (first.number, first.text, first.by) == (1, "ours", FILES)
    assert (newest.number, newest.text, newest.by, newest.note) == (2, "edited", "a@example.com", "why")


async def test_the_same_content_is_no_new_version(database: Database, now: datetime) -> None:
    texts = Texts(database)
    assert [await add(texts, text, now) for text in ("ours", "edited", "edited", "ours")] == [1, 2, 2, 3]


async def test_files_of_a_new_release_become_a_version_of_their_own(database: Database, now: datetime) -> None:
    texts = Texts(database)
    await add(texts, "edited", now)
    assert await add(texts, "edited again", now, first="of the new release") == 4
    assert [each.by for each in await texts.versions(NAME)] == ["a@example.com", FILES, "a@example.com", FILES]


async def test_a_label_moves_and_goes_back(database: Database, now: datetime) -> None:
    texts = Texts(database)
    await add(texts, "edited", now)
    moves = [await texts.last_move()]
    for number in (1, 2):
        await texts.move(NAME, "production", number, by="b@example.com", at=now)
        moves.append(await texts.last_move())
    await texts.move(NAME, "staging", 1, by="b@example.com", at=now)
    assert moves == sorted(set(moves))
    assert await texts.labels() == {NAME: {"production": 2, "staging": 1}}
    assert {name: each.text for name, each in (await texts.labelled("production")).items()} == {NAME: "edited"}
    assert [each.labels for each in await texts.versions(NAME)] == [("production",), ("staging",)]
    assert await texts.before(NAME, "production") == 1 and await texts.before(NAME, "staging") is None
    await texts.move(NAME, "production", None, by="b@example.com", at=now)
    assert await texts.labelled("production") == {} and await texts.before(NAME, "production") == 2


async def test_what_there_is_not_is_refused(database: Database, now: datetime) -> None:
    texts = Texts(database)
    with pytest.raises(VersionNotFound):
        await texts.move(NAME, "production", 1, by="b", at=now)
    with pytest.raises(VersionNotFound):
        await texts.before(NAME, "production")
    assert await texts.last_move() == 0


async def test_versions_added_at_once_get_numbers_of_their_own(database: Database, now: datetime) -> None:
    texts = Texts(database)
    numbers = await asyncio.gather(*(add(texts, f"text {n}", now) for n in range(3)))
    assert sorted(numbers) == [2, 3, 4]
