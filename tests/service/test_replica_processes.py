"""Two real server processes on one PostgreSQL database, one of which dies; needs TEST_POSTGRES_URL."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import make_url
from telekom_client import TelekomClient
from telekom_client.models import ChatMessage, HandoverChange

from database.postgres import libpq_url
from tests.api.events import named, parsed
from tests.conftest import server_process
from tests.postgres import schema_url

pytest.importorskip("langgraph.checkpoint.postgres")
NAME = f"telekom-{uuid4().hex[:8]}"
"""Of these servers' sessions, so that those of other tests live on."""

PAY = "Faturamı kredi kartıyla öde"


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    with ExitStack() as stack:
        url = stack.enter_context(schema_url(NAME))
        settings = {"TELEKOM_DATABASE_URL": url, "TELEKOM_DATABASE_POOL": "4", "TELEKOM_MOUNT_CHAT": "false"}
        yield [
            stack.enter_context(
                server_process("tests.service.scripted_replica", tmp_path_factory.mktemp(name), **settings)
            )
            for name in ("first", "second")
        ]


def token(address: str) -> dict[str, str]:
    form = {"username": "musteri1@example.com", "password": "demo-1234"}
    return {"Authorization": f"Bearer {httpx.post(f'{address}/api/v1/auth/token', data=form).json()['access_token']}"}


def test_question_of_one_process_is_answered_at_another_and_told_at_both(addresses: list[str]) -> None:
    first, second = addresses
    headers = token(first)  # a login of one replica is one of every replica
    asked = httpx.post(f"{first}/api/v1/chat/", json={"message": PAY}, headers=headers, timeout=60).json()
    assert asked["pending"]["kind"] == "confirmation"
    session = asked["session_id"]
    paid = httpx.post(
        f"{second}/api/v1/chat/", json={"session_id": session, "resume": {"approve": True}}, headers=headers, timeout=60
    ).json()
    assert [call["arac_adi"] for call in paid["tool_calls"]] == ["pay_bill"]
    body = {"session_id": session, "message": "Faturam ne kadar?"}
    streamed = httpx.post(f"{first}/api/v1/chat/stream", json=body, headers=headers, timeout=60)
    assert named(parsed(streamed.text), "done")
    for address in addresses:
        kept = httpx.get(f"{address}/api/v1/chat/sessions/{session}", headers=headers, timeout=60).json()
        assert len(kept["messages"]) == 6 and kept["pending"] is None


def test_customer_at_one_process_reads_what_a_colleague_writes_at_another(addresses: list[str]) -> None:
    with TelekomClient(addresses[0]) as customer, TelekomClient(addresses[1]) as colleague:
        customer.login("musteri2@example.com", "demo-1234")
        colleague.login("temsilci@example.com", "demo-1234")
        session = customer.send_chat_message("Temsilci istiyorum").session_id
        followed = customer.follow_session(session)
        waiting = next(event for event in followed if isinstance(event, HandoverChange))
        assert waiting.handover is not None and waiting.handover.status == "open"
        [waits] = colleague.list_handovers("open").handovers
        colleague.take_handover(waits.id)
        colleague.write_to_customer(waits.id, "Merhaba, ben Selin.")
        told = [next(followed) for _ in range(3)]
        assert [each.text for each in told if isinstance(each, ChatMessage)][-1] == "Merhaba, ben Selin."
        assert (
            customer.send_chat_message("Sağ olun", session_id=session).response == "Mesajınız Selin Arslan'a iletildi."
        )
        read = colleague.get_session(session)
        assert [each.text for each in read.messages if each.role == "user"][-1] == "Sağ olun"
        colleague.close_handover(waits.id, "Tamamlandı.")
        ended = next(event for event in followed if isinstance(event, HandoverChange) and event.handover is None)
        assert ended.handover is None and "Tamamlandı." in customer.get_session(session).messages[-1].text
        followed.close()


def test_database_that_was_away_is_used_again_without_a_restart(addresses: list[str]) -> None:
    url = libpq_url(make_url(os.environ["TEST_POSTGRES_URL"]))
    headers = token(addresses[0])
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", (NAME,))
    end = time.monotonic() + 20
    while True:
        answer = httpx.post(
            f"{addresses[0]}/api/v1/chat/", json={"message": "Faturam ne kadar?"}, headers=headers, timeout=60
        )
        assert answer.status_code in (200, 503), answer.text
        if answer.status_code == 200:
            break
        assert answer.headers["Retry-After"] and time.monotonic() < end
        time.sleep(0.5)
    assert httpx.get(f"{addresses[0]}/ready", timeout=30).status_code == 200
