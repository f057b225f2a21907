"""Who does a thing too often is told to wait, and nobody can be locked out by a stranger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from conversation.service import User
from tests.api.conftest import PASSWORD, Stage, bearer

TOKEN, REGISTER, CHAT = "/api/v1/auth/token", "/api/v1/auth/register", "/api/v1/chat/"
ORIGIN = {"Origin": "http://telekom.test"}
AYSE = "musteri1@example.com"


@pytest.fixture
async def app(stage: Stage) -> AsyncIterator[FastAPI]:
    stage.settings.limit_logins = "3/minute;5/hour"
    stage.settings.limit_logins_account = "6/hour"
    stage.settings.limit_logins_address = "8/hour"
    stage.settings.limit_sign_ups = "2/hour"
    stage.settings.limit_mails = "2/hour"
    stage.settings.limit_customer = "5/minute"
    async with stage.running() as (app, _):
        yield app


def at(app: FastAPI, address: str) -> httpx.AsyncClient:
    """A client at a network address."""
    transport = httpx.ASGITransport(app, client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://telekom.test")


async def try_login(client: httpx.AsyncClient, password: str = "wrong", login: str = AYSE) -> httpx.Response:
    return await client.post(TOKEN, data={"username": login, "password": password})


def assert_told_to_wait(answer: httpx.Response) -> int:
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    return int(answer.headers["Retry-After"])


async def test_wrong_logins_wait_longer_and_longer(app: FastAPI, stage: Stage) -> None:
    stranger = at(app, "10.0.0.1")
    assert [(await try_login(stranger)).status_code for _ in range(3)] == [401] * 3
    minute = assert_told_to_wait(await try_login(stranger, PASSWORD))
    stage.clock.now += timedelta(seconds=minute)
    assert [(await try_login(stranger)).status_code for _ in range(2)] == [401] * 2
    hour = assert_told_to_wait(await try_login(stranger))
    assert minute <= 60 < hour
    stage.clock.now += timedelta(seconds=hour)
    assert (await try_login(stranger, PASSWORD)).status_code == 200


async def test_many_guesses_at_once_are_counted_exactly(app: FastAPI) -> None:
    stranger = at(app, "10.0.0.1")
    answers = await asyncio.gather(*(try_login(stranger) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [401] * 3 + [429] * 17


async def test_unknown_logins_wait_as_known_ones_do(app: FastAPI) -> None:
    stranger = at(app, "10.0.0.1")
    known = [(await try_login(stranger)).status_code for _ in range(4)]
    assert [(await try_login(stranger, login="nobody@example.com")).status_code for _ in range(4)] == known


async def test_right_logins_are_not_counted(app: FastAPI) -> None:
    client = at(app, "10.0.0.1")
    assert {(await try_login(client, PASSWORD)).status_code for _ in range(20)} == {200}


async def test_stranger_elsewhere_locks_nobody_out(app: FastAPI) -> None:
    home, office = at(app, "10.0.0.1"), at(app, "10.0.0.2")
    assert (await try_login(home, PASSWORD)).status_code == 200
    for number in range(8):
        await try_login(at(app, f"10.9.0.{number}"))
    refused = await try_login(at(app, "10.9.1.1"), PASSWORD)
    assert refused.json()["details"]["limit"] == "logins_account", "places that the account does not know have to wait"
    assert (await try_login(home, PASSWORD)).status_code == 200
    assert (await try_login(office, PASSWORD)).status_code == 429, "and find the way by a new password"


async def test_stranger_at_the_same_address_does_not_lock_a_browser_out(app: FastAPI) -> None:
    browser, stranger = at(app, "10.0.0.1"), at(app, "10.0.0.1")
    form = {"username": AYSE, "password": PASSWORD}
    assert (await browser.post("/login", data=form, headers=ORIGIN)).status_code == 303
    for _ in range(9):
        await try_login(stranger)
    assert (await try_login(stranger, PASSWORD)).status_code == 429
    assert (await browser.post("/login", data=form, headers=ORIGIN)).status_code == 303
    wrong = [await browser.post("/login", data=form | {"password": "x"}, headers=ORIGIN) for _ in range(4)]
    assert [page.status_code for page in wrong] == [401] * 3 + [429], "a browser's own guesses are counted, too"
    other = {**form, "username": "musteri2@example.com"}
    assert (await browser.post("/login", data=other, headers=ORIGIN)).status_code == 303, "each account by itself"


async def test_one_address_guesses_at_few_accounts(app: FastAPI) -> None:
    stranger = at(app, "10.0.0.1")
    answers = [await try_login(stranger, login=f"a{number}@example.com") for number in range(9)]
    assert [answer.status_code for answer in answers] == [401] * 8 + [429]
    assert answers[-1].json()["details"]["limit"] == "logins_address"


async def test_addresses_of_one_subscriber_are_one(app: FastAPI) -> None:
    answers = [await try_login(at(app, f"2001:db8:1:2::{number}")) for number in range(4)]
    assert [answer.status_code for answer in answers] == [401] * 3 + [429]


async def test_forwarded_address_of_a_stranger_counts_for_nothing(app: FastAPI) -> None:
    stranger = at(app, "10.0.0.1")
    answers = [
        await stranger.post(
            TOKEN, data={"username": AYSE, "password": "x"}, headers={"X-Forwarded-For": f"10.5.5.{number}"}
        )
        for number in range(4)
    ]
    assert answers[-1].status_code == 429


async def test_sign_ups_of_one_address_are_limited(app: FastAPI) -> None:
    def person(number: int) -> dict[str, str]:
        login = f"yeni{number}@example.com"
        return {"name": "Deniz Yıldız", "email": login, "password": "uzun-parola-1", "phone": "0532 000 00 01"}

    client = at(app, "10.0.0.1")
    answers = [await client.post(REGISTER, json=person(number)) for number in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    page = await client.post("/signup", data=person(4), headers=ORIGIN)
    assert page.status_code == 429 and "dakika" in page.text and 'value="yeni4@example.com"' in page.text
    assert (await at(app, "10.0.0.2").post(REGISTER, json=person(5))).status_code == 201


async def test_letters_of_one_address_are_limited(app: FastAPI) -> None:
    client = at(app, "10.0.0.1")
    pages = [await client.post("/forgotten", data={"login": AYSE}, headers=ORIGIN) for _ in range(3)]
    assert [page.status_code for page in pages] == [200, 200, 429] and int(pages[-1].headers["Retry-After"]) > 60


async def test_guessing_the_present_password_is_limited(app: FastAPI) -> None:
    client = at(app, "10.0.0.1")
    app.state.service.requests._rates["customer"] = ()
    headers = await bearer(client, AYSE)
    wrong = {"present": "wrong", "chosen": "another-long-one"}
    pages = [await client.post("/account/password", data=wrong, headers=headers) for _ in range(4)]
    assert [page.status_code for page in pages] == [422] * 3 + [429]


async def test_requests_of_one_login_are_limited(app: FastAPI) -> None:
    client = at(app, "10.0.0.1")
    headers = await bearer(client, AYSE)
    answers = [await client.get("/api/v1/chat/sessions", headers=headers) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    enveloped = await client.post("/api/v1/telekom/billing/current", headers=headers)
    assert enveloped.json()["error"]["code"] == "TOO_MANY_REQUESTS" and "saniye" in enveloped.json()["error"]["message"]
    assert (
        await client.get("/api/v1/auth/me", headers=await bearer(client, "musteri2@example.com"))
    ).status_code == 200


async def test_requests_of_one_address_are_limited_before_anything_else(stage: Stage) -> None:
    stage.settings.limit_requests = "3/minute"
    async with stage.running() as (app, _):
        client = at(app, "10.0.0.1")
        answers = [await client.get("/nowhere") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [404] * 3 + [429]
        assert (await client.get("/ready")).status_code == 200, "probes are not counted"
        page = await client.get("/login", headers={"Accept": "text/html", "Accept-Language": "en-GB"})
        assert page.status_code == 429 and "try again in" in page.text and int(page.headers["Retry-After"]) <= 60
        assert (await at(app, "10.0.0.2").get("/login")).status_code == 200


async def test_english_is_spoken_to_who_asks_for_it(app: FastAPI) -> None:
    client = at(app, "10.0.0.1")
    for _ in range(3):
        await try_login(client)
    assert "yeni şifre" in (await try_login(client)).json()["detail"]
    client.headers["Accept-Language"] = "en"
    assert "new password" in (await try_login(client)).json()["detail"]


class Held:
    """Holds turns until they are let go."""

    def __init__(self, app: FastAPI, user: User) -> None:
        self._conversations = app.state.service.conversations
        self._user = user
        self.tasks: list[asyncio.Task[Any]] = []

    async def begin(self, session_id: str) -> None:
        """Take a turn in a conversation whose lock is held elsewhere, so that it waits."""
        task = asyncio.create_task(
            self._conversations.run(self._user, session_id=session_id, message="Faturam ne kadar?")
        )
        self.tasks.append(task)
        await asyncio.sleep(0.05)


async def test_turns_at_once_are_limited_for_each_and_for_all(stage: Stage) -> None:
    stage.settings.turns_of_customer, stage.settings.turns_at_once = 2, 3
    async with stage.running() as (app, client):
        service = app.state.service
        first, second = [await service.accounts.by_login(f"musteri{n}@example.com") for n in (1, 2)]
        headers = [await bearer(client, f"musteri{n}@example.com") for n in (1, 2, 3)]
        async with service.conversations._locks.hold("t-1", 0), service.conversations._locks.hold("t-2", 0):
            held, other = Held(app, first), Held(app, second)
            for _ in range(2):
                await held.begin("t-1")
            for path in (CHAT, f"{CHAT}stream"):
                mine = await client.post(path, json={"message": "Merhaba"}, headers=headers[0])
                assert assert_told_to_wait(mine) > 0 and mine.json()["details"]["limit"] == "turns"
            body = {"input": {"message": "Merhaba"}}
            assert (await client.post("/agent/invoke", json=body, headers=headers[0])).status_code == 429
            assert (await client.post(CHAT, json={"message": "Merhaba"}, headers=headers[1])).status_code == 200
            await other.begin("t-2")
            full = await client.post(CHAT, json={"message": "Merhaba"}, headers=headers[2])
            assert (full.status_code, full.json()["code"]) == (503, "SERVICE_BUSY")
            assert int(full.headers["Retry-After"]) > 0
        await asyncio.gather(*held.tasks, *other.tasks)
        assert (await client.post(CHAT, json={"message": "Merhaba"}, headers=headers[0])).status_code == 200


async def test_client_that_leaves_gives_its_room_back(stage: Stage) -> None:
    stage.settings.turns_of_customer = 1
    async with stage.running() as (app, _):
        service = app.state.service
        user = await service.accounts.by_login(AYSE)
        for _ in range(3):
            events = service.conversations.stream(user, message="Faturam ne kadar?")
            async with aclosing(events):
                await anext(events)
        assert (await service.conversations.run(user, message="Merhaba")).response


async def test_followed_conversations_are_limited(stage: Stage) -> None:
    stage.settings.streams_of_customer = 1
    async with stage.running() as (app, client):
        headers = await bearer(client, AYSE)
        session = (await client.post(CHAT, json={"message": "Merhaba"}, headers=headers)).json()["session_id"]
        streams, account = app.state.service.streams, await app.state.service.accounts.by_login(AYSE)
        with streams.hold(account.account_id):
            assert_told_to_wait(await client.get(f"{CHAT}sessions/{session}/events", headers=headers))
        streams.check(account.account_id)
