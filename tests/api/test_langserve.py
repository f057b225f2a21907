"""The agent through LangServe: its routes, and its own client against a real server."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import jsonpatch
import pytest
from langchain_core.tracers.log_stream import RunLog
from langserve import RemoteRunnable

from tests.api.conftest import PASSWORD, Login, Stage, real_server
from tests.api.events import named, parsed

BILL = {"message": "Faturam ne kadar?"}
PAY = {"message": "Faturamı kredi kartıyla öde"}
OUTPUT = {"answer", "run_id", "session_id", "intent", "confidence", "tool_calls", "tool_results", "pending"}
ROUTES = [
    ("POST", "/agent/invoke"),
    ("POST", "/agent/stream"),
    ("POST", "/agent/stream_events"),
    ("POST", "/agent/stream_log"),
    ("GET", "/agent/input_schema"),
    ("GET", "/agent/output_schema"),
    ("GET", "/agent/config_schema"),
    ("GET", "/agent/playground/"),
    ("GET", "/agent/c/N4XyA/playground/"),
    ("POST", "/agent/c/N4XyA/invoke"),
]


# The playground needs the route all the same.
_STREAM_LOG_IS_OLD = pytest.mark.filterwarnings("ignore:astream_log is deprecated")


async def invoke(client: httpx.AsyncClient, headers: dict[str, str], **body: Any) -> httpx.Response:
    return await client.post("/agent/invoke", json={"input": body}, headers=headers)


async def test_route_without_login_gives_401(client: httpx.AsyncClient) -> None:
    for method, path in ROUTES:
        assert (await client.request(method, path, json={"input": BILL})).status_code == 401, path


@_STREAM_LOG_IS_OLD
async def test_every_documented_route_is_one_of_the_working_ones(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1)
    documented = (await client.get("/openapi.json")).json()["paths"]
    routes = [(method.upper(), path) for path in documented if path.startswith("/agent") for method in documented[path]]
    assert len(routes) >= 7
    # "{}", compressed as the playground's share link does it.
    for method, path in routes:
        address = path.replace("{config_hash}", "N4XyA")
        response = await client.request(method, address, json={"input": {"message": "Merhaba"}}, headers=headers)
        assert response.status_code == 200, (method, path, response.text)
        assert "event: error" not in response.text, (path, response.text)


async def test_batch_and_feedback_are_not_mounted(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1)
    refused = await client.post("/agent/batch", json={"inputs": [BILL]}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (501, "NO_BATCH")
    for path in ("feedback", "token_feedback", "public_trace_link"):
        assert (await client.post(f"/agent/{path}", json={"inputs": [BILL]}, headers=headers)).status_code == 404


async def test_invoke_gives_the_narrow_output(client: httpx.AsyncClient, login: Login) -> None:
    response = await invoke(client, await login(1), **BILL)
    output = response.json()["output"]
    assert output.keys() == OUTPUT
    assert [call["name"] for call in output["tool_calls"]] == ["get_current_bill"]
    assert output["tool_results"][0]["result"]["status"] == "unpaid"
    assert output["answer"]


async def test_invoke_shows_the_question_and_takes_the_answer(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1)
    asked = (await invoke(client, headers, **PAY)).json()["output"]
    assert asked["pending"]["kind"] == "confirmation"
    assert asked["pending"]["text"] in asked["answer"]
    resume = {"session_id": asked["session_id"], "resume": {"approve": True}}
    done = (await invoke(client, headers, **resume)).json()["output"]
    assert [call["name"] for call in done["tool_calls"]] == ["pay_bill"]
    again = (await invoke(client, headers, **resume)).json()["output"]
    assert (again["intent"], again["tool_calls"]) == ("already_done", [])


@pytest.mark.parametrize("path", ["invoke", "stream", "stream_events", "stream_log"])
async def test_refused_turn_is_a_status_on_every_route(client: httpx.AsyncClient, login: Login, path: str) -> None:
    await invoke(client, await login(1), **PAY, session_id="mine")
    headers = await login(2)
    expected = [
        ({"session_id": "mine", **BILL}, 404),
        ({"session_id": "mine", "resume": {"approve": True}}, 404),
        ({"session_id": "new", "resume": {"approve": True}}, 409),
        ({"resume": {"approve": True}}, 409),
        ({}, 422),
        ({"message": "a", "resume": {"approve": True}}, 422),
        ({"message": "a", "customer_id": 1}, 422),
        ({"message": "a", "session_id": "a b"}, 422),
        ("text", 422),
    ]
    for turn, status in expected:
        response = await client.post(f"/agent/{path}", json={"input": turn}, headers=headers)
        assert response.status_code == status, (turn, response.text)
    for content in ("", "[]", "{", '{"input": null}'):
        response = await client.post(f"/agent/{path}", content=content, headers=headers)
        assert response.status_code == 422, content


@pytest.mark.parametrize("key", ["user", "caller", "customer_id", "thread_id"])
async def test_client_cannot_set_identity_by_configuration(client: httpx.AsyncClient, login: Login, key: str) -> None:
    for config in ({"configurable": {key: 2}}, {"metadata": {key: 2}, "tags": ["mine"]}):
        response = await client.post("/agent/invoke", json={"input": BILL, "config": config}, headers=await login(1))
        assert response.json()["output"]["tool_results"][0]["result"]["bill_id"].endswith("-0001")


async def test_stream_pieces_add_up_to_the_output(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1)
    response = await client.post("/agent/stream", json={"input": BILL}, headers=headers)
    events = parsed(response.text)
    pieces = named(events, "data")
    assert len(pieces) > 2 and events[-1][0] == "end"
    whole: dict[str, Any] = {}
    for piece in pieces:
        whole |= piece | {"answer": whole.get("answer", "") + piece["answer"]}
    assert whole.keys() == OUTPUT
    told = (await client.get(f"/api/v1/chat/sessions/{whole['session_id']}", headers=headers)).json()
    assert told["messages"][-1]["text"] == whole["answer"]


async def test_stream_events_show_the_nodes_of_the_graph(client: httpx.AsyncClient, login: Login) -> None:
    response = await client.post("/agent/stream_events", json={"input": BILL}, headers=await login(1))
    events = named(parsed(response.text), "data")
    assert {"/agent", "detect_intent", "execute_tools", "synthesize"} <= {event["name"] for event in events}
    assert "password" not in response.text


@_STREAM_LOG_IS_OLD
async def test_stream_log_ends_with_the_output(client: httpx.AsyncClient, login: Login) -> None:
    response = await client.post("/agent/stream_log", json={"input": BILL}, headers=await login(1))
    operations = [op for data in named(parsed(response.text), "data") for op in data["ops"]]
    log = jsonpatch.apply_patch({}, operations)
    assert log["final_output"].keys() == OUTPUT
    assert "synthesize" in log["logs"]


async def test_playground_page_holds_the_input_form(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1)
    page = (await client.get("/agent/playground/", headers=headers)).text
    assert "session_id" in page
    script = page.split('src="/')[1].split('"')[0]
    assert (await client.get(f"/{script}", headers=headers)).status_code == 200


async def test_schemas_are_narrow(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1)
    schema = (await client.get("/agent/input_schema", headers=headers)).json()
    assert schema["properties"].keys() == {"message", "session_id", "resume"}
    assert schema["properties"]["message"]["type"] == "string"
    assert (await client.get("/agent/output_schema", headers=headers)).json()["properties"].keys() == OUTPUT


@_STREAM_LOG_IS_OLD
def test_remote_runnable_with_token_invokes_streams_and_resumes(stage: Stage) -> None:
    with real_server(stage) as address:
        form = {"username": "musteri1@example.com", "password": PASSWORD}
        token = httpx.post(f"{address}/api/v1/auth/token", data=form).json()["access_token"]
        agent = RemoteRunnable(f"{address}/agent", headers={"Authorization": f"Bearer {token}"})
        with pytest.raises(httpx.HTTPStatusError, match="401"):
            RemoteRunnable(f"{address}/agent").invoke(BILL)
        assert agent.invoke(BILL)["tool_calls"][0]["name"] == "get_current_bill"
        assert "".join(piece["answer"] for piece in agent.stream(BILL))
        asked = agent.invoke(PAY)
        paid = agent.invoke({"session_id": asked["session_id"], "resume": {"approve": True}})
        assert paid["tool_calls"][0]["name"] == "pay_bill"
        asyncio.run(_stream_asynchronously(agent))


async def _stream_asynchronously(agent: RemoteRunnable) -> None:
    output = await agent.ainvoke(BILL)
    assert output["intent"] == "get_current_bill"
    events = [event async for event in agent.astream_events(BILL, version="v2")]
    assert json.dumps([event["name"] for event in events]).count("synthesize")
    log = RunLog(state=None)  # type: ignore[arg-type]
    async for patch in agent.astream_log(BILL):
        log += patch  # type: ignore[assignment]
    assert log.state["final_output"]["tool_calls"][0]["name"] == "get_current_bill"
    await agent.async_client.aclose()


@pytest.mark.parametrize("frame", [{"config": None}, {"config": []}, {"kwargs": [None]}])
async def test_a_frame_that_langserve_would_fail_on_is_refused(
    client: httpx.AsyncClient, login: Login, frame: dict[str, object]
) -> None:
    body = {"input": {"message": "Merhaba"}, **frame}
    for route in ("invoke", "stream", "stream_log", "stream_events"):
        response = await client.post(f"/agent/{route}", json=body, headers=await login())
        assert response.status_code == 422 and response.json()["code"] == "VALIDATION_ERROR"


async def test_a_body_that_is_no_text_is_refused(client: httpx.AsyncClient, login: Login) -> None:
    for path in ("/agent/invoke", "/api/v1/chat/", "/api/v1/auth/register", "/api/v1/telekom/billing/pay"):
        response = await client.post(path, content=b"\xff\xfe{", headers=await login())
        assert response.status_code == 422, path
