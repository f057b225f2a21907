"""Hostile texts, wrong types and deep bodies at every entry point: refused or read, never a fault of the program."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from api.document import examples
from conversation.service import Conversations, User
from tests.api.conftest import MEANINGS, Stage
from tests.api.test_isolation import Scene, door_of, routes_of, scene  # noqa: F401  a fixture

HOSTILE: tuple[Any, ...] = (
    "\x00", "a\x00b", "\ud800", "a\u2028b\u2029c\x85", "\u202eevil\u202c", "e" + "\u0301" * 2000, "1." * 900, "", " ",
    "'; DROP TABLE customers; --", "{{7*7}}", "../../etc/passwd", "%00", "a" * 30_000,
    None, True, 0, -1, 1.5, 10**30, float("1e308"), [], {}, [[]], {"a": {"b": {}}},
)  # fmt: skip
DEEP = "[" * 20_000, '{"a":' * 20_000, '{"message": ' + "[" * 20_000 + "]" * 20_000 + "}", "\ud800", "nul", "", "1e999"


def mutations(body: Any) -> Iterator[Any]:
    """The body with one of its values replaced, for each value and each hostile one."""
    if not isinstance(body, dict):
        return
    for key, value in body.items():
        for hostile in HOSTILE:
            yield {**body, key: hostile}
        for inner in mutations(value):
            yield {**body, key: inner}


def is_fault(answer: httpx.Response) -> bool:
    return answer.status_code >= 500 and answer.json().get("code") not in ("SERVICE_BUSY", "NO_BATCH")


def raw(body: Any) -> bytes:
    """JSON as a hostile client writes it: lone surrogates as escapes."""
    return json.dumps(body).encode()


async def test_no_value_of_any_body_is_a_fault(
    scene: Scene,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    chance, faults = random.Random(7), []
    for method, path, operation in routes_of(scene.app.routes):
        example = examples().get(operation.removesuffix("_older"), {}).get("request")
        body = {"input": {"message": "Merhaba"}} if path.startswith("/agent/") and method == "POST" else example
        if method != "POST" or not isinstance(body, dict) or operation == "replay_run":
            continue
        door = door_of(method, path)
        headers = await scene.headers("customer" if door in ("open", "own") else str(door))
        for name, value in scene.ids.items():
            path = path.replace("{" + name + "}", value)
        every = list(mutations(body))
        for mutated in chance.sample(every, min(len(every), 24)):
            sent: dict[str, Any] = {"content": raw(mutated), "headers": {**headers, "Content-Type": "application/json"}}
            if operation == "create_token":
                sent = {"data": {key: str(value).encode(errors="replace") for key, value in mutated.items()}}
            answer = await scene.client.request(method, path, **sent)
            if is_fault(answer):
                faults.append((path, str(mutated)[:80], answer.text[:200]))
    assert faults == []
    begun = [line for line in caplog.messages if "failed; reference" in line and "stream_log" not in line]
    assert begun == [], "nor in an event stream that had begun; stream_log is deprecated, an error under pytest"


@pytest.mark.parametrize("path", ["/api/v1/chat/", "/api/v1/chat/stream", "/agent/invoke", "/api/v1/auth/register"])
@pytest.mark.parametrize("body", DEEP, ids=range(len(DEEP)))
async def test_deep_and_broken_json_is_refused(scene: Scene, path: str, body: str) -> None:  # noqa: F811
    headers = {**await scene.headers("customer"), "Content-Type": "application/json"}
    answer = await scene.client.post(path, content=body.encode(errors="surrogatepass"), headers=headers)
    assert answer.status_code in (413, 422), answer.text[:200]


@pytest.mark.parametrize("value", ["\x00", "a\x00b", "%00", "\u2028", "e" + "\u0301" * 500, "9" * 40, "-1", "../x"])
async def test_ids_in_paths_and_queries_are_refused(scene: Scene, value: str) -> None:  # noqa: F811
    faults = []
    for method, path, _ in routes_of(scene.app.routes):
        if "{" not in path or path.startswith("/agent/") or method not in ("GET", "DELETE"):
            continue
        door = door_of(method, path)
        headers = await scene.headers("customer" if door in ("open", "own") else str(door))
        for name in scene.ids:
            path = path.replace("{" + name + "}", httpx.QueryParams({"v": value}).__str__()[2:])
        answer = await scene.client.request(method, path, headers=headers, params={"after": value, "limit": value})
        if answer.status_code >= 500:
            faults.append((path, answer.status_code, answer.text[:200]))
    assert faults == []


MARKED = "e\u0301\u0302\u0303\u0304"
PIECES = (
    *MEANINGS, "evet", "hayır", "iptal", "450,10 TL", "1.1.1.", "\x00", "\ud800", "\u2028", "\u202e", MARKED,
    "İIıi", "👍🏽", "kart", "0532 000 00 01", "ab@c.de", "'\"`", "{bill_id}", "<b>", "%s", "\\", "9" * 50, "-", "\t",
    "paketimi değiştir", "?", "15 Mart 2026", "null", "yarın", "bin beş yüz", "Atatürk Cad. No: 5/3 Çankaya", "\n\n\n",
)  # fmt: skip


@pytest.fixture
async def talk(stage: Stage) -> AsyncIterator[tuple[Conversations, User]]:
    async with stage.running() as (app, _):
        service = app.state.service
        yield service.conversations, await service.accounts.by_login("musteri1@example.com")


@pytest.mark.parametrize("seed", range(4))
async def test_random_messages_are_answered_and_leave_the_conversation_usable(
    talk: tuple[Conversations, User], seed: int
) -> None:
    """Random and mutated messages, in conversations of a few turns, so that they meet open questions, too."""
    conversations, user = talk
    chance = random.Random(seed)
    for _ in range(10):
        session = str(uuid.UUID(int=chance.getrandbits(128)))
        for _ in range(4):
            words = "".join(chance.choice(PIECES) + chance.choice(("", " ")) for _ in range(chance.randint(1, 12)))
            letters = list(words)
            for _ in range(chance.randint(0, 4)):
                odd = chr(chance.choice((0, 9, 0x300, 0xD800, 0x2028, 0x1F600)))
                letters.insert(chance.randrange(len(letters) + 1), odd)
            message = "".join(letters)[:2000] + "x"
            assert (await conversations.run(user, session_id=session, message=message)).response
        assert (await conversations.run(user, session_id=session, message="Merhaba")).response


KINDS = (
    "1.",
    "e\u0301\u0302\u0303\u0304",
    "1",
    "a ",
    "evet hayır ",
    "((",
    "a@a.",
    "1,5 TL ",
    "\n",
    "İ",
    "1/",
    "a,",
    "-",
)


@pytest.mark.parametrize("unit", KINDS)
@pytest.mark.parametrize("is_reply", [False, True])
async def test_cost_of_a_message_grows_no_more_than_its_length(
    talk: tuple[Conversations, User], unit: str, is_reply: bool
) -> None:
    """Four times the letters cost about four times the processor, outside of the models; a square costs 16 times."""
    conversations, user = talk

    async def cost(length: int) -> float:
        session = None
        if is_reply:
            session = (await conversations.run(user, message="Faturamı kredi kartıyla öde")).session_id
        message = "a" + (unit * length)[: length - 1]
        began = time.process_time()
        await conversations.run(user, session_id=session, message=message)
        return time.process_time() - began

    await cost(100)
    short, long = min([await cost(500) for _ in range(2)]), min([await cost(2000) for _ in range(2)])
    assert long < 13 * max(short, 0.04)
