"""Roll-outs over HTTP and on their page: who may, what is refused, and that both ends are served at once."""

from __future__ import annotations

from typing import Any

import httpx

from agent.prompt_files import load_prompts
from database.rollouts import MEASURES
from service.rollouts import SERVICE, take_back_worse
from service.trial import is_new
from tests.api.conftest import Login, Stage, bearer
from tests.doubles import meanings_of

ROLLOUTS, PAGE = "/api/v1/prompts/rollouts", "/replay/rollouts"
NAME = "prompts/policy.md"
IMPATIENT = load_prompts()["policy"].source.replace("patience: 2", "patience: 1")
BODY = {"versions": [f"{NAME}@2"], "share": 50}
UNCLEAR = "zart zurt"


async def engineer(client: httpx.AsyncClient) -> dict[str, str]:
    headers = await bearer(client, "muhendis@example.com")
    body = {"name": NAME, "text": IMPATIENT}
    assert (await client.post("/api/v1/prompts/versions", headers=headers, json=body)).status_code == 201
    return headers


async def post(client: httpx.AsyncClient, headers: dict[str, str], path: str = "", body: Any = None) -> Any:
    response = await client.post(f"{ROLLOUTS}{path}", headers=headers, json=body)
    assert response.status_code in (200, 201), response.text
    return response.json()["data"]


async def test_only_engineers_roll_out(client: httpx.AsyncClient, login: Login) -> None:
    assert (await client.get(ROLLOUTS)).status_code == 401
    for headers in (await login(1), await bearer(client, "temsilci@example.com")):
        for method, path in (("GET", ""), ("POST", ""), ("GET", "/1"), ("POST", "/1/return"), ("POST", "/1/serve")):
            response = await client.request(method, f"{ROLLOUTS}{path}", headers=headers, json=BODY)
            assert response.status_code == 403, path


async def test_one_is_begun_taken_back_and_another_served_to_all(client: httpx.AsyncClient) -> None:
    headers = await engineer(client)

    async def served() -> str:
        texts = (await client.get("/api/v1/prompts", headers=headers)).json()["data"]["texts"]
        return str(next(each["origin"] for each in texts if each["name"] == NAME))

    begun = await post(client, headers, body={**BODY, "note": "one try"})
    assert (begun["texts"], begun["measures"], begun["label"]) == ({NAME: 2}, list(MEASURES), "production")
    assert (begun["by"], begun["how"], begun["note"]) == ("muhendis@example.com", None, "one try")
    first = f"/{begun['id']}"
    assert (await post(client, headers, f"{first}/return"))["how"] == "returned" and await served() == "files"
    second = await post(client, headers, body={"versions": [f"{NAME}@2"], "share": 5, "measures": ["disliked"]})
    assert (await post(client, headers, f"/{second['id']}/serve"))["ended_by"] == "muhendis@example.com"
    assert await served() == "label"
    listed = (await client.get(ROLLOUTS, headers=headers)).json()["data"]["rollouts"]
    assert [(each["id"], each["how"]) for each in listed] == [(second["id"], "served"), (begun["id"], "returned")]
    one = (await client.get(f"{ROLLOUTS}{first}", headers=headers)).json()["data"]
    assert one["figures"]["conversations"] == {"served": 0, "new": 0}
    assert {each["worse"] for each in one["figures"]["compared"]} == {1.0}


async def test_what_cannot_be_is_refused_with_the_reason(client: httpx.AsyncClient) -> None:
    headers = await engineer(client)
    running = (await post(client, headers, body=BODY))["id"]
    for path, body, status, code in (
        ("", BODY, 409, "ROLLOUT_REFUSED"),
        ("", {**BODY, "versions": [f"{NAME}@1"], "label": "staging"}, 409, "ROLLOUT_REFUSED"),
        ("", {**BODY, "versions": [f"{NAME}@9"]}, 404, "TEXT_NOT_FOUND"),
        ("", {**BODY, "share": 100}, 422, "VALIDATION_ERROR"),
        ("", {**BODY, "measures": []}, 422, "VALIDATION_ERROR"),
        ("/99/return", None, 404, "ROLLOUT_NOT_FOUND"),
        ("/99/serve", None, 404, "ROLLOUT_NOT_FOUND"),
    ):
        response = await client.post(f"{ROLLOUTS}{path}", headers=headers, json=body)
        assert (response.status_code, response.json()["error"]["code"]) == (status, code), (path, body)
    assert (await client.get(f"{ROLLOUTS}/99", headers=headers)).status_code == 404
    await post(client, headers, f"/{running}/return")
    again = await client.post(f"{ROLLOUTS}/{running}/return", headers=headers)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "ROLLOUT_REFUSED")


async def test_the_page_says_what_is_wrong_and_one_click_takes_it_back(client: httpx.AsyncClient) -> None:
    headers = await engineer(client)
    bad = await client.post(PAGE, headers=headers, data={"version": f"{NAME}@9", "share": "20", "measure": ["fault"]})
    assert bad.status_code == 422 and "There is no version 9" in bad.text
    none = await client.post(PAGE, headers=headers, data={"version": f"{NAME}@2", "share": "20"})
    assert none.status_code == 422 and "measures" in none.text
    begun = await client.post(PAGE, headers=headers, data={"version": f"{NAME}@2", "share": "20", "measure": ["fault"]})
    assert begun.status_code == 303
    page = begun.headers["location"]
    assert f"{page}/part" in (await client.get(page, headers=headers)).text
    assert (await client.post(f"{page}/return", headers=headers)).status_code == 303
    assert "hx-get" not in (await client.get(f"{page}/part", headers=headers)).text
    assert (await client.post(f"{page}/serve", headers=headers)).status_code == 409
    assert (await client.get(f"{PAGE}/99", headers=headers)).status_code == 404


async def test_a_worse_one_is_taken_back_while_customers_write(stage: Stage) -> None:
    for message, means in meanings_of({UNCLEAR: "talk:unclear"}).items():
        stage.decision_model.meanings[message] = means
    async with stage.running() as (app, client):
        mine, headers = await bearer(client, "musteri1@example.com"), await engineer(client)
        row = await post(client, headers, body={**BODY, "measures": ["handed_over"]})
        store = app.state.service.rollouts.rollouts
        for number in range(60):
            body = {"message": UNCLEAR, "session_id": f"s-{number}"}
            told = await client.post("/api/v1/chat/", headers=mine, json=body)
            assert told.status_code == 200, told.text
            await take_back_worse(store, "production", app.state.service.clock)  # as it does by itself
            if (await store.one(row["id"])).how:
                break
        one = (await client.get(f"{ROLLOUTS}/{row['id']}", headers=headers)).json()["data"]
        assert (one["how"], one["ended_by"]) == ("worse", SERVICE)
        found = next(each for each in one["figures"]["compared"] if each["measure"] == "handed_over")
        new = sum(is_new(row["id"], 50, f"s-{each}") for each in range(number + 1))
        assert (found["new"], found["served"]) == (new, 0) and found["worse"] <= 0.05
