"""Twenty of everything at once, at one service and at two on one database (PostgreSQL's needs TEST_POSTGRES_URL).

SQLite is for one process: two services on one file do not share the locks of conversations, so that only what is about
money and records is looked at there.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import func, select

from core.settings import Settings
from database.tables import AuditEntry, Handover, Run, Thread, ThreadMessage
from evaluation.environment import ManualClock
from ports import Adapters
from ports.bank_ledger_postgres import PostgresBankLedger
from ports.payment import SimulatedPayment
from service.container import RunningService
from tests.api.conftest import NOW, Stage, bearer
from tests.postgres import own_schema

pytestmark = pytest.mark.asyncio(loop_scope="module")

TIMES = 20
CHAT, PAY_OVER_REST = "/api/v1/chat/", "/api/v1/telekom/billing/pay"
PAY, BILL, PERSON = "Faturamı kredi kartıyla öde", "Faturam ne kadar?", "Temsilci istiyorum"
YES = {"approve": True}


@dataclass
class Fleet:
    """Some services on one database, each with a client; their bank takes a moment for a charge."""

    services: list[RunningService]
    clients: list[httpx.AsyncClient]
    shares_locks: bool
    bank: SimulatedPayment

    async def login(self, name: str) -> dict[str, str]:
        return await bearer(self.clients[0], name)

    async def post(self, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        return await self.clients[0].post(path, json=body, headers=headers)

    async def at_once(self, requests: Sequence[tuple[str, str, Any, dict[str, str]]]) -> list[httpx.Response]:
        """All requests together, in turn at each service."""
        clients = cycle(self.clients)
        return list(
            await asyncio.gather(
                *(next(clients).request(how, path, json=body, headers=given) for how, path, body, given in requests)
            )
        )

    async def count(self, *where: Any) -> int:
        async with self.services[0].database.session() as session:
            return await session.scalar(select(func.count()).where(*where)) or 0

    async def is_paid_once(self, customer: int) -> bool:
        booked = await self.count(AuditEntry.customer_id == customer, AuditEntry.operation == "pay_bill")
        return booked == 1 == sum(receipt.customer_id == customer for receipt in self.bank.receipts)


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=["one on sqlite", "two on sqlite", "two on postgresql"]
)
async def fleet(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, seeded_folder: Path
) -> AsyncIterator[Fleet]:
    number, database = (2 if "two" in request.param else 1), request.param.split()[-1]
    folder, url = tmp_path_factory.mktemp("races"), None
    async with AsyncExitStack() as stack:
        if database == "postgresql":
            pytest.importorskip("langgraph.checkpoint.postgres")
            url = await stack.enter_async_context(own_schema())
            book: Any = PostgresBankLedger(url.replace("+psycopg", ""))
        else:
            shutil.copytree(seeded_folder, folder, dirs_exist_ok=True)
            book = folder / "the bank's book.sqlite3"
        clock, running = ManualClock(NOW), []
        for place in range(number):
            own = folder if url is None else folder / str(place)
            settings = Settings(_env_file=None, data_dir=own, database_url=url, mount_chat=False, turns_of_customer=100)
            stage = Stage(settings, clock)
            stage.ports = Adapters(payment=SimulatedPayment(book, delay=0.05))
            running.append(await stack.enter_async_context(stage.running()))
        services, clients = [app.state.service for app, _ in running], [client for _, client in running]
        yield Fleet(services, clients, number == 1 or url is not None, SimulatedPayment(book))


def statuses(answers: Sequence[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def needs_shared_locks(fleet: Fleet) -> None:
    if not fleet.shares_locks:
        pytest.skip("SQLite is for one process")


async def asked_to_pay(fleet: Fleet, headers: dict[str, str]) -> str:
    asked = (await fleet.post(CHAT, {"message": PAY}, headers)).json()
    assert asked["pending"]["kind"] == "confirmation"
    return str(asked["session_id"])


async def test_yes_by_word_and_by_button_pays_once(fleet: Fleet) -> None:
    headers = await fleet.login("musteri1@example.com")
    session = await asked_to_pay(fleet, headers)
    bodies = [{"session_id": session, **({"resume": YES} if n % 2 else {"message": "evet"})} for n in range(TIMES)]
    answers = await fleet.at_once([("POST", CHAT, body, headers) for body in bodies])
    assert statuses(answers).keys() <= {200, 409} and statuses(answers)[200] >= 1, statuses(answers)
    assert await fleet.is_paid_once(1)
    if fleet.shares_locks:
        ran = [call for answer in answers if answer.status_code == 200 for call in answer.json()["tool_calls"]]
        assert [call["arac_adi"] for call in ran] == ["pay_bill"]


async def test_payments_without_a_key_pay_once(fleet: Fleet) -> None:
    headers = await fleet.login("musteri2@example.com")
    answers = await fleet.at_once([("POST", PAY_OVER_REST, {"method": "credit_card"}, headers)] * TIMES)
    assert statuses(answers) == {200: 1, 409: TIMES - 1}
    assert await fleet.is_paid_once(2)


async def test_payments_with_one_key_have_one_answer(fleet: Fleet) -> None:
    headers = {**await fleet.login("musteri7@example.com"), "Idempotency-Key": "the same"}
    answers = await fleet.at_once([("POST", PAY_OVER_REST, {"method": "credit_card"}, headers)] * TIMES)
    assert statuses(answers) == {200: TIMES}
    assert len({answer.json()["data"]["transaction_id"] for answer in answers}) == 1
    assert await fleet.is_paid_once(7)


async def test_messages_are_answered_one_after_the_other(fleet: Fleet) -> None:
    needs_shared_locks(fleet)
    headers = await fleet.login("musteri3@example.com")
    session = (await fleet.post(CHAT, {"message": BILL}, headers)).json()["session_id"]
    answers = await fleet.at_once([("POST", CHAT, {"session_id": session, "message": BILL}, headers)] * TIMES)
    assert statuses(answers) == {200: TIMES}
    kept = (await fleet.clients[-1].get(f"{CHAT}sessions/{session}", headers=headers)).json()["messages"]
    assert [message["role"] for message in kept] == ["user", "assistant"] * (TIMES + 1)


async def test_messages_with_one_key_are_one_turn(fleet: Fleet) -> None:
    headers = {**await fleet.login("musteri4@example.com"), "Idempotency-Key": "the same"}
    body = {"session_id": f"keyed-{len(fleet.clients)}", "message": BILL}
    answers = await fleet.at_once([("POST", CHAT, body, headers)] * TIMES)
    assert statuses(answers).keys() <= {200, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"IDEMPOTENCY_KEY_IN_USE"}
    assert len({answer.json()["metadata"]["run_id"] for answer in answers if answer.status_code == 200}) == 1
    assert await fleet.count(Run.thread_id == body["session_id"]) == 1


async def test_deletions_in_the_middle_of_a_payment_lose_no_money(fleet: Fleet) -> None:
    needs_shared_locks(fleet)
    headers = await fleet.login("muhendis@example.com")
    session = await asked_to_pay(fleet, headers)
    place = f"{CHAT}sessions/{session}"
    yes = ("POST", CHAT, {"session_id": session, "resume": YES}, headers)
    paid, *deleted = await fleet.at_once([yes, *[("DELETE", place, None, headers)] * TIMES])
    assert paid.status_code in (200, 404, 409) and statuses(deleted).keys() <= {204, 404, 409}
    assert paid.status_code != 200 or await fleet.is_paid_once(8)
    assert paid.status_code == 200 or not [each for each in fleet.bank.receipts if each.customer_id == 8]
    await fleet.clients[0].delete(place, headers=headers)
    assert (await fleet.clients[-1].get(place, headers=headers)).status_code == 404
    assert await fleet.count(ThreadMessage.thread_id == session) == 0
    assert await fleet.count(Thread.id == session, Thread.deleted) == 1
    checkpointer = fleet.services[0].checkpointer
    assert await checkpointer.aget_tuple({"configurable": {"thread_id": session}}) is None


async def test_feedback_is_kept_once(fleet: Fleet) -> None:
    headers = await fleet.login("musteri5@example.com")
    run = (await fleet.post(CHAT, {"message": BILL}, headers)).json()["metadata"]["run_id"]
    place = f"/api/v1/runs/{run}/feedback"
    bodies = [{"score": 1 if n % 2 else -1, "comment": f"{n}."} for n in range(TIMES)]
    answers = await fleet.at_once([("POST", place, body, headers) for body in bodies])
    assert statuses(answers) == {200: TIMES}
    async with fleet.services[0].database.session() as session:
        kept = await session.get_one(Run, run)
    assert kept.comment in {body["comment"] for body in bodies}, "one of them, whole"
    number = int((kept.comment or "").rstrip("."))
    assert kept.score == bodies[number]["score"]


async def test_wishes_for_a_person_are_one_hand_over_which_one_colleague_takes(fleet: Fleet) -> None:
    headers = await fleet.login("musteri6@example.com")
    session = (await fleet.post(CHAT, {"message": "Merhaba"}, headers)).json()["session_id"]
    wish = ("POST", CHAT, {"session_id": session, "message": PERSON}, headers)
    assert statuses(await fleet.at_once([wish] * TIMES)).keys() <= {200, 409}
    assert await fleet.count(Handover.thread_id == session) == 1
    staff = [await fleet.login(name) for name in ("temsilci@example.com", "muhendis@example.com")]
    found = (await fleet.clients[0].get("/api/v1/handovers", headers=staff[0])).json()["data"]["handovers"]
    [waits] = [each for each in found if each["thread_id"] == session]
    take = [("POST", f"/api/v1/handovers/{waits['id']}/take", None, staff[n % 2]) for n in range(TIMES)]
    answers = await fleet.at_once(take)
    assert statuses(answers).keys() <= {200, 403, 409} and statuses(answers)[200] >= 1
    assert len({answer.json()["data"]["taken_by"] for answer in answers if answer.status_code == 200}) == 1
