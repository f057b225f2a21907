"""Logins: signing up, logging in, and the user behind a token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.clock import ISTANBUL
from core.settings import Settings
from database.session import Database
from database.tables import Account, CustomerRow
from identity.accounts import Accounts, LoginTaken
from identity.passwords import Passwords

NOW = datetime(2026, 11, 16, 12, 0, tzinfo=ISTANBUL)
PASSWORD = "uzun-parola-1"
DENIZ = {"name": "Deniz Yıldız", "email": "Deniz@Example.com", "password": PASSWORD, "phone": "05320000001"}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'telekom.sqlite3'}")
    await database.migrate()
    yield database
    await database.close()


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database, Passwords(), lambda: NOW, Settings(_env_file=None))


async def test_registered_user_logs_in_with_any_case_of_the_login(accounts: Accounts) -> None:
    user = await accounts.register(**DENIZ)
    assert (user.login, user.role, user.name) == ("deniz@example.com", "customer", "Deniz Yıldız")
    assert await accounts.authenticate(" DENİZ@EXAMPLE.COM ", PASSWORD) == user


async def test_wrong_login_and_wrong_password_give_no_user(accounts: Accounts) -> None:
    await accounts.register(**DENIZ)
    assert await accounts.authenticate("deniz@example.com", "wrong") is None
    assert await accounts.authenticate("nobody@example.com", PASSWORD) is None


async def test_taken_login_is_refused_and_leaves_no_customer(accounts: Accounts, database: Database) -> None:
    await accounts.register(**DENIZ)
    with pytest.raises(LoginTaken):
        await accounts.register(**DENIZ | {"name": "Başka Biri", "email": "deniz@example.com"})
    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(CustomerRow)) == 1


async def test_token_gives_the_user_as_the_database_knows_it_now(accounts: Accounts, database: Database) -> None:
    user = await accounts.register(**DENIZ)
    token = (await accounts.logins.begin(user)).access_token
    async with database.write_session() as session:
        (await session.get_one(CustomerRow, user.customer_id)).name = "Deniz Kaya"
    found = await accounts.by_token(token)
    assert found is not None and (found.account_id, found.name) == (user.account_id, "Deniz Kaya")
    async with database.write_session() as session:
        await session.delete(await session.get_one(Account, user.account_id))
    assert await accounts.by_token(token) is None and await accounts.by_token("x.y.z") is None
