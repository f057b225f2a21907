"""Recorded turns over HTTP: who may read them, what is masked, feedback, and re-runs that change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from agent.prompt_files import load_prompts
from database.session import Database
from database.tables import Base, Payment, ReplayRun
from tests.api.conftest import Login, Stage, bearer
from tests.doubles import meaning

RUNS = "/api/v1/runs"


async def say(client: httpx.AsyncClient, headers: dict[str, str], message: str, **more: Any) -> dict[str, Any]:
    response = await client.post("/api/v1/chat/", headers=headers, json={"message": message, **more})
    assert response.status_code == 200, response.text
    answer = response.json()
    return {**answer, "run_id": answer["metadata"]["run_id"]}


async def engineer(client: httpx.AsyncClient) -> dict[str, str]:
    return await bearer(client, "muhendis@example.com")


async def dump(stage: Stage) -> dict[str, list[Any]]:
    """Every row of every table but the re-runs', and of the checkpoints."""
    found: dict[str, list[Any]] = {}
    database = Database(stage.settings.resolved_database_url)
    try:
        async with database.session() as session:
            for table in Base.metadata.sorted_tables:
                if not table.name.startswith("replay"):
                    found[table.name] = [tuple(row) for row in await session.execute(select(table))]
    finally:
        await database.close()
    threads = Database(f"sqlite+aiosqlite:///{Path(stage.settings.data_dir) / 'threads.sqlite3'}")
    try:
        async with threads.session() as session:
            for name in ("checkpoints", "writes"):
                found[name] = [tuple(row) for row in await session.execute(text(f"SELECT * FROM {name}"))]
    finally:
        await threads.close()
    return found


async def test_only_engineers_read_runs(client: httpx.AsyncClient, login: Login) -> None:
    assert (await client.get(RUNS)).status_code == 401
    refused = await client.get(RUNS, headers=await login(1))
    assert refused.status_code == 403 and refused.json()["success"] is False


async def test_a_turn_is_listed_with_its_inside_and_without_personal_data(
    client: httpx.AsyncClient, login: Login
) -> None:
    told = await say(client, await login(1), "Faturam ne kadar?")
    headers = await engineer(client)
    [row] = (await client.get(RUNS, headers=headers)).json()["data"]["runs"]
    assert row["id"] == told["run_id"] and row["tools"] == ["get_current_bill"] and row["ms"] is not None
    detail = (await client.get(f"{RUNS}/{row['id']}", headers=headers)).json()["data"]
    assert [step["node"] for step in detail["steps"]][:2] == ["detect_intent", "select_tools"]
    assert {use["role"] for use in detail["models"]} == {"decide", "write"}
    assert detail["calls"][-1]["operation"] == "get_current_bill" and detail["calls"][-1]["result"]
    assert detail["prompts"]["respond"] == load_prompts()["respond"].source
    profile = (await client.post("/api/v1/telekom/customers/profile", headers=await login(1))).json()["data"]
    shown = str(detail)
    for value in (profile["name"], profile["email"], profile["phone_numbers"][0]["number"]):
        assert value not in shown


async def test_personal_data_in_messages_are_masked(client: httpx.AsyncClient, login: Login) -> None:
    await say(client, await login(1), "Ben 0532 999 88 77, mailim x.y@posta.com")
    [row] = (await client.get(RUNS, headers=await engineer(client))).json()["data"]["runs"]
    assert "999" not in row["message"] and "posta" not in row["message"] and "⟨phone" in row["message"]


async def test_runs_are_filtered_and_paged(client: httpx.AsyncClient, login: Login) -> None:
    headers, mine = await engineer(client), await login(1)
    for message in ("Faturam ne kadar?", "Merhaba", "Faturam ne kadar?"):
        await say(client, mine, message)

    async def listed(**query: Any) -> dict[str, Any]:
        response = await client.get(RUNS, headers=headers, params=query)
        assert response.status_code == 200
        found: dict[str, Any] = response.json()["data"]
        return found

    assert len((await listed(tool="get_current_bill"))["runs"]) == 2
    assert len((await listed(failed=True))["runs"]) == 0
    first = await listed(limit=2)
    second = await listed(limit=2, after=first["next"])
    ids = [row["id"] for row in first["runs"] + second["runs"]]
    assert len(set(ids)) == 3 and second["next"] is None


async def test_feedback_is_given_by_the_runs_customer_only(client: httpx.AsyncClient, login: Login) -> None:
    told = await say(client, await login(1), "Merhaba")
    place = f"{RUNS}/{told['run_id']}/feedback"
    assert (await client.post(place, headers=await login(2), json={"score": 1})).status_code == 404
    assert (await client.post(place, headers=await login(1), json={"score": 5})).status_code == 422
    given = await client.post(place, headers=await login(1), json={"score": -1, "comment": "beni ara: 0532 999 88 77"})
    assert given.status_code == 200
    [row] = (await client.get(RUNS, headers=await engineer(client), params={"score": -1})).json()["data"]["runs"]
    assert row["score"] == -1 and "999" not in row["comment"]


async def test_a_run_that_failed_is_recorded(stage: Stage) -> None:
    stage.decision_model.broken = True
    async with stage.running() as (_, client):
        headers = await bearer(client, "musteri1@example.com")
        response = await client.post("/api/v1/chat/", headers=headers, json={"message": "Merhaba"})
        [row] = (await client.get(RUNS, headers=await engineer(client), params={"failed": True})).json()["data"]["runs"]
    assert (response.status_code, row["error"]) == (200, "GenerationError")


async def test_a_refusal_is_no_fault(stage: Stage) -> None:
    stage.decision_model.meanings["Hattımı geri açın"] = meaning("reactivate_line")
    async with stage.running() as (_, client):
        await say(client, await bearer(client, "musteri1@example.com"), "Hattımı geri açın")
        headers = await engineer(client)

        async def listed(**query: Any) -> list[str]:
            page = (await client.get(RUNS, headers=headers, params=query)).json()["data"]["runs"]
            return [row["error"] for row in page]

        assert await listed(refused=True) == ["LINE_NOT_SUSPENDED"] and await listed(failed=True) == []
        assert await listed(refused=False) == [] and await listed(failed=False) == ["LINE_NOT_SUSPENDED"]


@pytest.mark.parametrize("resume", ["button", "words"])
async def test_rerun_gives_the_same_and_changes_nothing(stage: Stage, resume: str) -> None:
    async with stage.running() as (_, client):
        mine = await bearer(client, "musteri1@example.com")
        asked = await say(client, mine, "Faturamı kredi kartıyla öde")
        if resume == "button":
            body = {"session_id": asked["session_id"], "resume": {"approve": True}}
            paid = (await client.post("/api/v1/chat/", headers=mine, json=body)).json()["metadata"]
        else:
            paid = await say(client, mine, "evet", session_id=asked["session_id"])
        headers = await engineer(client)
        before = await dump(stage)
        for told in (asked, paid):
            response = await client.post(f"{RUNS}/{told['run_id']}/replay", headers=headers)
            assert response.status_code == 200, response.text
            again = response.json()["data"]
            assert again["same"], again
            assert again["not_recorded"] == []
        assert await dump(stage) == before


async def test_rerun_from_a_node_with_an_edited_result_tells_the_edited_fact(stage: Stage) -> None:
    async with stage.running() as (_, client):
        told = await say(client, await bearer(client, "musteri1@example.com"), "Faturam ne kadar?")
        headers = await engineer(client)
        detail = (await client.get(f"{RUNS}/{told['run_id']}", headers=headers)).json()["data"]
        edited = {**detail["calls"][-1]["result"], "amount": "777.77"}
        before = await dump(stage)
        body = {"node": "execute_tools", "results": {"get_current_bill": edited}}
        again = (await client.post(f"{RUNS}/{told['run_id']}/replay", headers=headers, json=body)).json()["data"]
        assert "777,77" in again["answer"] and not again["same"]
        assert await dump(stage) == before


async def test_operations_without_a_record_run_on_a_copy(stage: Stage) -> None:
    """The payment of a re-run that the record does not answer happens on the copy only."""
    async with stage.running() as (_, client):
        mine = await bearer(client, "musteri1@example.com")
        asked = await say(client, mine, "Faturamı kredi kartıyla öde")
        stage.decision_model.meanings["evet"] = meaning(reply="no")
        refused = await say(client, mine, "evet", session_id=asked["session_id"])
        stage.decision_model.meanings["evet"] = meaning(reply="yes")
        reader = await engineer(client)  # a login is a row, too
        before = await dump(stage)
        response = await client.post(f"{RUNS}/{refused['run_id']}/replay", headers=reader)
        again = response.json()["data"]
        assert "pay_bill" in again["not_recorded"] and ["+", "pay_bill"] in again["difference"]["calls"]
        assert await dump(stage) == before
    database = Database(stage.settings.resolved_database_url)
    async with database.session() as session:
        kept = (await session.scalars(select(ReplayRun))).all()
        paid = [row for row in await session.scalars(select(Payment)) if row.at.date() == stage.clock().date()]
    await database.close()
    assert len(kept) == 1 and not paid


async def test_bad_overrides_and_unknown_runs_are_refused(client: httpx.AsyncClient, login: Login) -> None:
    told = await say(client, await login(1), "Merhaba")
    headers = await engineer(client)
    place = f"{RUNS}/{told['run_id']}/replay"
    assert (await client.post(f"{RUNS}/nothing/replay", headers=headers)).status_code == 404
    bad = await client.post(place, headers=headers, json={"prompts": {"respond": "no front matter"}})
    assert bad.status_code == 422 and "respond.md:1" in bad.json()["error"]["details"]["reason"]
    never = await client.post(place, headers=headers, json={"node": "execute_tools"})
    assert never.status_code == 409


async def test_a_run_through_langserve_is_recorded_the_same_way_and_takes_feedback(
    client: httpx.AsyncClient, login: Login
) -> None:
    mine, headers = await login(1), await engineer(client)
    body = {"input": {"message": "Faturam ne kadar?"}}
    told = (await client.post("/agent/invoke", headers=mine, json=body)).json()["output"]
    detail = (await client.get(f"{RUNS}/{told['run_id']}", headers=headers)).json()["data"]
    assert detail["row"]["channel"] == "langserve" and detail["row"]["answer"] == told["answer"]
    assert [step["node"] for step in detail["steps"]][0] == "detect_intent" and detail["calls"] and detail["prompts"]
    again = (await client.post(f"{RUNS}/{told['run_id']}/replay", headers=headers)).json()["data"]
    assert again["same"]
    place = f"{RUNS}/{told['run_id']}/feedback"
    assert (await client.post(place, headers=mine, json={"score": -1, "comment": "yanlış"})).status_code == 200
    assert (await client.post(place, headers=await login(2), json={"score": 1})).status_code == 404
    rows = (await client.get(RUNS, headers=headers, params={"score": -1})).json()["data"]["runs"]
    assert [row["comment"] for row in rows] == ["yanlış"]
