"""The thread list, the rating and the ownership of conversations, asked for as Chainlit's page asks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.conftest import server_process

PASSWORD = "demo-1234"


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server process whose models are scripted."""
    folder = tmp_path_factory.mktemp("scripted")
    path = os.pathsep.join([".", "clients/python"])
    with server_process("tests.chat.scripted_server", folder, PYTHONPATH=path) as address:
        yield address


class Customer:
    """A customer who is logged in on the chat page and over REST."""

    def __init__(self, page: httpx.Client, rest: httpx.Client, number: int) -> None:
        login = f"musteri{number}@example.com"
        self.page, self.rest = page, rest
        site = f"{self.page.headers['Origin']}/login"
        assert self.page.post(site, data={"username": login, "password": PASSWORD}).status_code == 303
        token = self.rest.post("/auth/token", data={"username": login, "password": PASSWORD})
        self.rest.headers["Authorization"] = f"Bearer {token.json()['access_token']}"

    def say(self, words: str, thread: str) -> dict[str, Any]:
        answer = self.rest.post("/chat/", json={"message": words, "session_id": thread})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def listed(self, first: int = 35, cursor: str | None = None, **which: str) -> dict[str, Any]:
        asked = {"pagination": {"first": first, "cursor": cursor}, "filter": which}
        return dict(self.page.post("/project/threads", json=asked).json())


CustomerOf = Callable[[int], Customer]


@pytest.fixture
def customer_of(scripted: str) -> Iterator[CustomerOf]:
    with ExitStack() as clients:

        def client(path: str) -> httpx.Client:
            return clients.enter_context(
                httpx.Client(base_url=scripted + path, headers={"Origin": scripted}, timeout=60)
            )

        yield lambda number: Customer(client("/chat"), client("/api/v1"), number)


def test_list_pages_searches_renames_and_deletes(customer_of: CustomerOf) -> None:
    customer = customer_of(1)
    threads = [str(uuid4()) for _ in range(3)]
    for number, thread in enumerate(threads):
        customer.say(f"Merhaba, IŞIK numara {number}", thread)
    first = customer.listed(2)
    assert [one["id"] for one in first["data"]] == [threads[2], threads[1]]
    rest = customer.listed(2, first["pageInfo"]["endCursor"])
    assert ([one["id"] for one in rest["data"]], rest["pageInfo"]["hasNextPage"]) == ([threads[0]], False)
    assert [one["id"] for one in customer.listed(search="isik numara 1")["data"]] == [threads[1]]

    assert customer.page.put("/project/thread", json={"threadId": threads[0], "name": " Modem "}).status_code == 200
    assert [one["name"] for one in customer.listed(search="modem")["data"]] == ["Modem"]
    gone = customer.page.request("DELETE", "/project/thread", json={"threadId": threads[0]})
    assert gone.status_code == 200
    assert len(customer.listed()["data"]) == 2
    assert customer.rest.get(f"/chat/sessions/{threads[0]}").status_code == 404


def test_conversation_is_shown_turn_by_turn_with_its_ratings(customer_of: CustomerOf) -> None:
    customer, thread = customer_of(2), str(uuid4())
    run = customer.say("*Merhaba*", thread)["metadata"]["run_id"]
    rated = {"feedback": {"forId": run, "value": 0, "threadId": thread, "comment": "Kısa"}, "sessionId": "x"}
    assert customer.page.put("/feedback", json=rated).json() == {"success": True, "feedbackId": run}
    shown = customer.page.get(f"/project/thread/{thread}").json()
    asked, turn, answer = shown["steps"]
    assert (asked["type"], asked["output"]) == ("user_message", "*Merhaba*")
    assert (turn["id"], turn["parentId"], turn["name"]) == (run, asked["id"], "on_message")
    assert (turn["feedback"]["value"], turn["feedback"]["comment"]) == (0, "Kısa")
    assert (answer["type"], answer["parentId"]) == ("assistant_message", run)
    (steps,) = shown["elements"]
    assert (steps["name"], steps["forId"]) == ("Steps", answer["id"])
    assert steps["props"]["notes"][0].startswith("Güven: %")

    assert customer.page.request("DELETE", "/feedback", json={"feedbackId": run}).status_code == 200
    assert "feedback" not in customer.page.get(f"/project/thread/{thread}").json()["steps"][1]


def test_other_customers_conversation_is_found_by_nobody_else(customer_of: CustomerOf) -> None:
    owner, other, thread = customer_of(3), customer_of(4), str(uuid4())
    run = owner.say("Merhaba", thread)["metadata"]["run_id"]
    assert other.listed()["data"] == []
    rating = {"forId": run, "value": 1, "threadId": thread}
    refused = [
        other.page.get(f"/project/thread/{thread}"),
        other.page.put("/project/thread", json={"threadId": thread, "name": "Benim"}),
        other.page.request("DELETE", "/project/thread", json={"threadId": thread}),
        other.page.put("/project/thread/share", json={"threadId": thread, "isShared": True}),
        other.page.get(f"/project/share/{thread}"),
    ]
    assert [answer.status_code for answer in refused] == [404] * 5
    assert other.page.put("/feedback", json={"feedback": rating, "sessionId": "x"}).status_code >= 400
    assert [(one["id"], one["name"]) for one in owner.listed()["data"]] == [(thread, "Merhaba")]
    assert "feedback" not in owner.page.get(f"/project/thread/{thread}").json()["steps"][1]
    # The owner cannot make it public either.
    assert owner.page.put("/project/thread/share", json={"threadId": thread, "isShared": True}).status_code == 200
    assert other.page.get(f"/project/share/{thread}").status_code == 404
