"""One's own account on SQLite and PostgreSQL: links by mail, another password, the end of every login."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
import time_machine

from core.clock import istanbul_now
from core.settings import Settings
from database.session import Database
from identity.account_records import UnfitPassword
from identity.accounts import Accounts
from identity.administration import Administration
from identity.own_accounts import OwnAccounts, WrongPassword
from tests.database.conftest import database, empty_database
from tests.identity.test_administration import CHEAP, DENIZ, NOW, PASSWORD

__all__ = ["database", "empty_database"]

CHOSEN = "baska-bir-parola-2"


class Clock:
    """A clock that a test moves."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own(database: Database, clock: Clock) -> OwnAccounts:
    return OwnAccounts(database, CHEAP, clock, Settings(_env_file=None))


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    return Accounts(database, CHEAP, clock, Settings(_env_file=None))


@pytest.fixture
def administration(database: Database, clock: Clock) -> Administration:
    return Administration(database, CHEAP, clock, Settings(_env_file=None))


async def test_mailed_link_works_once_and_for_an_hour(
    own: OwnAccounts, accounts: Accounts, administration: Administration
) -> None:
    user = await accounts.register(**DENIZ)
    token = (await accounts.logins.begin(user)).access_token
    link = await own.link_for(" DENİZ@Example.com ")
    assert link is not None and link.login == "deniz@example.com"
    with time_machine.travel(istanbul_now() + timedelta(minutes=61)):
        assert await administration.invited(link.token) is None
    assert await accounts.by_token(link.token) is None, "a link is no login"
    with pytest.raises(UnfitPassword):
        await administration.use_link(link.token, "kısa")
    used = await asyncio.gather(*(administration.use_link(link.token, CHOSEN) for _ in range(2)))
    assert sorted(record is None for record in used) == [False, True]
    assert await accounts.authenticate(DENIZ["email"], CHOSEN) is not None
    assert await accounts.by_token(token) is None, "a new password ends the logins from before"


async def test_nobody_and_a_disabled_account_get_no_link_and_a_mailbox_is_not_filled(
    own: OwnAccounts, accounts: Accounts, administration: Administration, clock: Clock
) -> None:
    user = await accounts.register(**DENIZ)
    assert await own.link_for("nobody@example.com") is None
    links = await asyncio.gather(*(own.link_for(DENIZ["email"]) for _ in range(5)))
    assert sum(link is not None for link in links) == 3
    clock.now += timedelta(minutes=61)
    assert await own.link_for(DENIZ["email"]) is not None
    await administration.disable(user.account_id, "ada")
    clock.now += timedelta(minutes=61)
    assert await own.link_for(DENIZ["email"]) is None
    changes = [each.change for each in await administration.changes(user.account_id)]
    assert changes == ["added", *["link"] * 4, "disabled"]


async def test_changed_password_leaves_one_login_and_needs_the_present_one(
    own: OwnAccounts, accounts: Accounts
) -> None:
    user = await accounts.register(**DENIZ)
    others = (await accounts.logins.begin(user)).access_token
    with pytest.raises(WrongPassword):
        await own.change_password(user, "yanlış parola", CHOSEN)
    with pytest.raises(UnfitPassword):
        await own.change_password(user, PASSWORD, "kısa")
    assert await accounts.by_token(others) == user
    changed = await own.change_password(user, PASSWORD, CHOSEN)
    assert await accounts.by_token(others) is None and not await accounts.is_current(user)
    assert await accounts.by_token((await accounts.logins.begin(changed)).access_token) == changed
    assert await accounts.authenticate(DENIZ["email"], PASSWORD) is None
    with pytest.raises(WrongPassword):  # a page that was open before
        await own.change_password(user, CHOSEN, PASSWORD)


async def test_ending_the_logins_ends_tokens_and_links_and_is_recorded(
    own: OwnAccounts, accounts: Accounts, administration: Administration
) -> None:
    user = await accounts.register(**DENIZ)
    tokens = [(await accounts.logins.begin(user)).access_token for _ in range(2)]
    link = await own.link_for(DENIZ["email"])
    await own.end_logins(user)
    assert [await accounts.by_token(token) for token in tokens] == [None, None]
    assert link is not None and await administration.invited(link.token) is None
    await own.end_logins(user)  # a login that has ended ends nothing
    again = await accounts.authenticate(DENIZ["email"], PASSWORD)
    assert again is not None and again.token_version == 1
    last = (await administration.changes(user.account_id))[-1]
    assert (last.change, last.by) == ("logged_out", "deniz@example.com")
