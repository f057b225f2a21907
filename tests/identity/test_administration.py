"""Accounts as the operator manages them, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from core.clock import ISTANBUL
from core.settings import Settings
from database.enums import AccountRole, HandoverReason
from database.handovers import Handovers
from database.session import Database
from database.tables import Account, CustomerRow
from database.threads import Threads
from identity.account_records import (
    AccountNotFound,
    ForeignNumber,
    LastAdmin,
    RoleOfAnother,
    UnfitPassword,
    UnknownCustomer,
)
from identity.accounts import Accounts, LoginTaken
from identity.administration import Administration
from identity.passwords import Passwords
from tests.database.conftest import database, empty_database

__all__ = ["database", "empty_database"]

NOW = datetime(2026, 11, 16, 12, 0, tzinfo=ISTANBUL)
PASSWORD = "uzun-bir-parola-1"
DENIZ = {"name": "Deniz Yıldız", "email": "deniz@example.com", "password": PASSWORD, "phone": "05320000001"}
CHEAP = Passwords(PasswordHash([Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)]))


@pytest.fixture
def administration(database: Database) -> Administration:
    return Administration(database, CHEAP, lambda: NOW, Settings(_env_file=None))


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database, CHEAP, lambda: NOW, Settings(_env_file=None))


async def admin_of(administration: Administration, login: str = "admin@example.com") -> int:
    record = await administration.add(
        login=login, role=AccountRole.ADMIN, name="Ada", password=PASSWORD, by="a test"
    )  # fmt: skip
    return record.id


async def test_first_admin_acts_for_a_customer_that_no_import_can_meet(
    administration: Administration, accounts: Accounts
) -> None:
    assert not await administration.has_admin()
    await admin_of(administration)
    await administration.add(login="selin@example.com", role=AccountRole.STAFF, by="a test", password=PASSWORD)
    assert await administration.has_admin()
    user = await accounts.authenticate("Admin@Example.com", PASSWORD)
    assert user is not None and (user.role, user.name, user.customer_id) == ("admin", "Ada", -1)
    assert [record.customer_id for record in await administration.list()] == [-1, -2]


async def test_disabled_account_is_out_at_once_and_its_tokens_stay_dead(
    administration: Administration, accounts: Accounts
) -> None:
    user = await accounts.register(**DENIZ)
    token = (await accounts.logins.begin(user)).access_token
    record = await administration.disable(user.account_id, "ada")
    assert record.disabled_at == NOW
    assert await accounts.by_token(token) is None and await accounts.by_login(DENIZ["email"]) is None
    assert await accounts.authenticate(DENIZ["email"], PASSWORD) is None
    await administration.disable(user.account_id, "ada")
    assert (await administration.enable(user.account_id, "ada")).disabled_at is None
    assert await accounts.by_token(token) is None
    again = await accounts.authenticate(DENIZ["email"], PASSWORD)
    assert again is not None and await accounts.by_token((await accounts.logins.begin(again)).access_token) == again
    changes = [(change.change, change.by) for change in await administration.changes(user.account_id)]
    assert changes == [("added", "deniz@example.com"), ("disabled", "ada"), ("enabled", "ada")]


async def test_new_password_ends_tokens_and_is_noted_without_itself(
    administration: Administration, accounts: Accounts
) -> None:
    user = await accounts.register(**DENIZ)
    token = (await accounts.logins.begin(user)).access_token
    await administration.set_password(user.account_id, "another-one-1", "ada")
    assert await accounts.by_token(token) is None
    assert await accounts.authenticate(DENIZ["email"], PASSWORD) is None
    assert await accounts.authenticate(DENIZ["email"], "another-one-1") is not None
    last = (await administration.changes(user.account_id))[-1]
    assert (last.change, last.by, last.before, last.after) == ("password", "ada", None, None)


async def test_link_works_once_and_is_no_access_token(administration: Administration, accounts: Accounts) -> None:
    record = await administration.add(login="selin@example.com", role=AccountRole.STAFF, by="ada", name="Selin")
    token = await administration.password_link(record.id, "ada")
    assert await accounts.by_token(token) is None
    assert await administration.invited(token) == record
    with pytest.raises(UnfitPassword):
        await administration.use_link(token, "short-one")
    both = await asyncio.gather(
        administration.use_link(token, PASSWORD), administration.use_link(token, PASSWORD + "x")
    )
    assert sorted(one is None for one in both) == [False, True]
    assert await administration.use_link(token, PASSWORD) is None and await administration.invited(token) is None
    user = await accounts.authenticate("selin@example.com", PASSWORD + ("" if both[0] else "x"))
    assert user is not None
    assert await administration.invited((await accounts.logins.begin(user)).access_token) is None


async def test_link_of_a_disabled_account_is_dead(administration: Administration) -> None:
    record = await administration.add(login="selin@example.com", role=AccountRole.STAFF, by="ada")
    token = await administration.password_link(record.id, "ada")
    await administration.disable(record.id, "ada")
    assert await administration.use_link(token, PASSWORD) is None
    await administration.enable(record.id, "ada")
    assert await administration.use_link(token, PASSWORD) is None


async def test_role_changes_with_the_next_request(administration: Administration, accounts: Accounts) -> None:
    added = await administration.add(login="z@example.com", role=AccountRole.STAFF, by="ada", password=PASSWORD)
    user = await accounts.authenticate("z@example.com", PASSWORD)
    assert user is not None and await accounts.is_current(user)
    token = (await accounts.logins.begin(user)).access_token
    await administration.give_role(added.id, AccountRole.ENGINEER, "ada")
    found = await accounts.by_token(token)
    assert found is not None and found.role == "engineer"
    assert not await accounts.is_current(user) and await accounts.is_current(found)
    last = (await administration.changes(added.id))[-1]
    assert (last.change, last.before, last.after) == ("role", "staff", "engineer")


async def test_customer_and_colleague_stay_what_they_are(administration: Administration, accounts: Accounts) -> None:
    user = await accounts.register(**{**DENIZ, "password": "parola12"})
    added = await administration.add(login="z@example.com", role=AccountRole.STAFF, by="ada")
    for id, role in ((user.account_id, AccountRole.ADMIN), (added.id, AccountRole.CUSTOMER)):
        with pytest.raises(RoleOfAnother):
            await administration.give_role(id, role, "ada")
    for role, number in ((AccountRole.STAFF, user.customer_id), (AccountRole.CUSTOMER, added.customer_id)):
        with pytest.raises(ForeignNumber):
            await administration.add(login="y@example.com", role=role, customer_id=number, by="ada")
    assert len(await administration.list()) == 2


async def test_only_the_newest_link_is_good_and_each_one_has_its_author(administration: Administration) -> None:
    record = await administration.add(login="selin@example.com", role=AccountRole.STAFF, by="ada")
    older = await administration.password_link(record.id, "ada")
    newer = await administration.password_link(record.id, "tuna")
    assert await administration.invited(older) is None and await administration.use_link(older, PASSWORD) is None
    assert await administration.use_link(newer, PASSWORD) is not None
    changes = [(change.change, change.by) for change in await administration.changes(record.id)]
    assert changes == [("added", "ada"), ("link", "ada"), ("link", "tuna"), ("password", "link")]


async def test_admin_who_never_chose_a_password_is_not_the_one_who_stays(
    administration: Administration, accounts: Accounts
) -> None:
    able = await admin_of(administration)
    never = await administration.add(login="never@example.com", role=AccountRole.ADMIN, by="ada")
    assert not never.has_password
    assert await accounts.authenticate("never@example.com", "a password that no account has") is None
    with pytest.raises(LastAdmin):
        await administration.disable(able, "ada")
    token = await administration.password_link(never.id, "ada")
    assert await administration.use_link(token, PASSWORD) is not None
    assert (await administration.disable(able, "ada")).disabled_at is not None


@pytest.mark.parametrize("act", ["disable", "role"])
async def test_conversation_of_a_colleague_who_goes_waits_again(
    administration: Administration, accounts: Accounts, database: Database, act: str
) -> None:
    customer = (await accounts.register(**DENIZ)).customer_id
    selin = await administration.add(login="selin@example.com", role=AccountRole.STAFF, by="ada", password=PASSWORD)
    await Threads(database, lambda: NOW).claim("t1", customer, "Faturam yanlış")
    handovers = Handovers(database)
    record = await handovers.open(
        thread_id="t1", run_id=None, customer_id=customer, reason=HandoverReason.ASKED, summary="İtiraz ediyor.",
        tried=(), language="tr", now=NOW,
    )  # fmt: skip
    await handovers.take(record.id, selin.login, NOW, colleague="Selin Kaya", told="Selin Kaya görüşmeye katıldı.")
    assert await administration.taken(selin.id) == 1
    if act == "disable":
        await administration.disable(selin.id, "ada")
    else:
        await administration.give_role(selin.id, AccountRole.ENGINEER, "ada")
    freed = await handovers.get(record.id)
    assert (freed.status, freed.taken_by, freed.colleague, freed.created_at) == ("open", None, None, NOW)
    told = (await Threads(database, lambda: NOW).newer("t1", customer, 0))[-1]
    assert told.role == "notice" and "yeniden sırada" in told.text and "Selin" not in told.text
    assert (await handovers.take(record.id, "tuna@example.com", NOW)).taken_by == "tuna@example.com"


async def test_last_admin_stays(administration: Administration) -> None:
    first = await admin_of(administration)
    for refused in (administration.disable(first, "ada"), administration.give_role(first, AccountRole.STAFF, "ada")):
        with pytest.raises(LastAdmin):
            await refused
    await admin_of(administration, "second@example.com")
    await administration.disable(first, "ada")
    assert await administration.has_admin()


async def test_two_admins_who_disable_each_other_leave_one(administration: Administration) -> None:
    first, second = await admin_of(administration), await admin_of(administration, "second@example.com")
    done = await asyncio.gather(
        administration.disable(first, "second"), administration.disable(second, "first"), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["AccountRecord", "LastAdmin"]
    assert await administration.has_admin()


async def test_refused_account_leaves_nothing(administration: Administration, database: Database) -> None:
    with pytest.raises(UnknownCustomer):
        await administration.add(login="a@example.com", role=AccountRole.CUSTOMER, by="ada")
    with pytest.raises(UnknownCustomer):
        await administration.add(login="a@example.com", role=AccountRole.CUSTOMER, customer_id=77, by="ada")
    with pytest.raises(UnfitPassword):
        await administration.add(login="a@example.com", role=AccountRole.ADMIN, password="eleven-long", by="ada")
    await admin_of(administration)
    with pytest.raises(LoginTaken):
        await admin_of(administration, "ADMIN@example.com")
    async with database.session() as session:
        assert len(list(await session.scalars(select(Account)))) == 1
        assert len(list(await session.scalars(select(CustomerRow)))) == 1
    with pytest.raises(AccountNotFound):
        await administration.find("a@example.com")
