"""Idempotency keys and buttons of conversations over REST: the first answer again, and nothing twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from agent.decision.model import Answers, DecisionRequest
from evaluation.scripted import ScriptedDecisionModel
from tests.api.conftest import MEANINGS, Login, Stage, bearer
from tests.api.events import named, parsed
from tests.api.routes.test_chat import BILL, CHAT, PAY, SESSIONS, STREAM
from tests.doubles import meanings_of

YES = {"resume": {"approve": True}}


class Held(ScriptedDecisionModel):
    """Reads nothing until it may."""

    free = threading.Event()

    def _classify(self, request: DecisionRequest) -> Answers:
        self.free.wait()
        return super()._classify(request)


class Customer:
    """A customer's client that names its requests."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers

    async def post(self, body: dict[str, Any], key: str | None = None, path: str = CHAT) -> httpx.Response:
        headers = self._headers if key is None else {**self._headers, "Idempotency-Key": key}
        return await self._client.post(path, json=body, headers=headers)

    async def asked_to_pay(self) -> dict[str, Any]:
        return dict((await self.post({**PAY, "session_id": "s"})).json()["pending"])

    async def messages(self) -> list[str]:
        session = (await self._client.get(f"{SESSIONS}/s", headers=self._headers)).json()
        return [message["text"] for message in session["messages"]]


@pytest.fixture
async def customer(client: httpx.AsyncClient, login: Login) -> AsyncIterator[Customer]:
    yield Customer(client, await login(1))


async def test_same_key_gives_the_first_answer_again(customer: Customer) -> None:
    await customer.asked_to_pay()
    first = await customer.post({**YES, "session_id": "s"}, "k-1")
    again = await customer.post({**YES, "session_id": "s"}, "k-1")
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert len(await customer.messages()) == 4


async def test_key_without_a_conversation_names_the_one_that_was_made(customer: Customer) -> None:
    first, again = [(await customer.post(BILL, "k-1")).json() for _ in range(2)]
    assert first == again and first["session_id"]


async def test_stream_gives_the_same_last_events(customer: Customer) -> None:
    body = {**PAY, "session_id": "s"}
    first, again = [parsed((await customer.post(body, "k-1", STREAM)).text) for _ in range(2)]
    assert named(first, "done") == named(again, "done") and named(first, "pending") == named(again, "pending")
    at_once = (await customer.post(body, "k-1")).json()
    assert [at_once] == named(again, "done")


async def test_two_retries_at_once_take_one_turn(stage: Stage) -> None:
    stage.decision_model = Held(meanings_of(MEANINGS))
    async with stage.running() as (_, client):
        customer = Customer(client, await bearer(client, "musteri1@example.com"))
        turns = [asyncio.create_task(customer.post({**BILL, "session_id": "s"}, "k-1")) for _ in range(2)]
        await asyncio.wait(turns, return_when=asyncio.FIRST_COMPLETED)  # one is refused while the other reads
        Held.free.set()
        answers = await asyncio.gather(*turns)
        assert len(await customer.messages()) == 2
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    [refused] = [answer for answer in answers if answer.status_code == 409]
    assert refused.json()["code"] == "IDEMPOTENCY_KEY_IN_USE" and 1 <= int(refused.headers["retry-after"]) <= 6


async def test_other_request_under_the_key_is_refused_as_the_operations_refuse_it(customer: Customer) -> None:
    await customer.post(BILL, "k-1")
    refused = await customer.post(PAY, "k-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")


async def test_refused_turn_leaves_its_key_free(customer: Customer) -> None:
    nothing = await customer.post({**YES, "session_id": "s"}, "k-1")
    assert nothing.json()["code"] == "NOTHING_PENDING"
    assert (await customer.post({**BILL, "session_id": "s"}, "k-1")).status_code == 200


async def test_empty_key_is_refused(customer: Customer) -> None:
    assert (await customer.post(BILL, "")).status_code == 422


async def test_button_pressed_again_after_its_change_is_already_done(customer: Customer) -> None:
    pending = await customer.asked_to_pay()
    yes = {"session_id": "s", "resume": {"approve": True, "question_id": pending["id"]}}
    paid = (await customer.post(yes)).json()
    again = await customer.post(yes)
    assert again.status_code == 200 and again.json()["metadata"]["intent"] == "already_done"
    results = [answer["metadata"]["tool_results"][0]["result"] for answer in (paid, again.json())]
    assert results[0] == results[1] and again.json()["tool_calls"] == []
    unnamed = await customer.post({"session_id": "s", **YES})
    assert unnamed.json()["metadata"]["intent"] == "already_done"


async def test_no_to_a_change_that_was_done_says_so(customer: Customer) -> None:
    pending = await customer.asked_to_pay()
    answer = {"session_id": "s", "resume": {"approve": True, "question_id": pending["id"]}}
    await customer.post(answer)
    answer["resume"] = {"approve": False, "question_id": pending["id"]}
    refused = await customer.post(answer)
    assert refused.status_code == 409 and "yapıldı" in refused.json()["detail"]


async def test_button_of_another_question_answers_nothing(customer: Customer) -> None:
    pending = await customer.asked_to_pay()
    stale = {"session_id": "s", "resume": {"approve": True, "question_id": "0" * 16}}
    refused = await customer.post(stale)
    assert (refused.status_code, refused.json()["code"]) == (409, "NOTHING_PENDING")
    assert "başka bir soru" in refused.json()["detail"]
    stale["resume"] = {"approve": True, "question_id": pending["id"]}
    assert [call["arac_adi"] for call in (await customer.post(stale)).json()["tool_calls"]] == ["pay_bill"]
