"""The registry over HTTP: who may use it, what is refused, and that a moved label is served at once."""

from __future__ import annotations

from typing import Any

import httpx

from agent.prompt_files import load_prompts
from graph.answers.approved import own_texts
from tests.api.conftest import Login, Stage, bearer

PROMPTS = "/api/v1/prompts"
NAME, WORDING = "prompts/policy.md", "prompts/wording.yaml"
POLICY = load_prompts()["policy"].source
EDITED = POLICY.replace("patience: 2", "patience: 3")


async def engineer(client: httpx.AsyncClient) -> dict[str, str]:
    return await bearer(client, "muhendis@example.com")


async def test_only_engineers_use_the_registry(client: httpx.AsyncClient, login: Login) -> None:
    body = {"name": NAME, "text": EDITED}
    assert (await client.get(PROMPTS)).status_code == 401
    for headers in (await login(1), await bearer(client, "temsilci@example.com")):
        assert (await client.get(PROMPTS, headers=headers)).status_code == 403
        assert (await client.post(f"{PROMPTS}/versions", headers=headers, json=body)).status_code == 403
        assert (await client.post(f"{PROMPTS}/labels", headers=headers, json={"name": NAME})).status_code == 403


async def test_a_version_is_added_labelled_compared_and_rolled_back(client: httpx.AsyncClient) -> None:
    headers = await engineer(client)

    async def post(path: str, **body: Any) -> dict[str, Any]:
        response = await client.post(f"{PROMPTS}/{path}", headers=headers, json=body)
        assert response.status_code in (200, 201), response.text
        found: dict[str, Any] = response.json()["data"]
        return found

    async def row() -> dict[str, Any]:
        texts = (await client.get(PROMPTS, headers=headers)).json()["data"]["texts"]
        return next(each for each in texts if each["name"] == NAME)

    added = await post("versions", name=NAME, text=EDITED.replace("\n", "\r\n"), note="one more try")
    assert (added["number"], added["by"], added["text"]) == (2, "muhendis@example.com", EDITED)
    assert (await row())["origin"] == "files"
    assert await post("labels", name=NAME, label="production", number=2)
    assert (await row())["origin"] == "label" and (await row())["labels"] == {"production": 2}
    query = {"name": NAME, "first": 1, "second": 2}
    lines = (await client.get(f"{PROMPTS}/diff", headers=headers, params=query)).json()["data"]["lines"]
    assert "-patience: 2" in lines and "+patience: 3" in lines
    assert (await post("rollback", name=NAME))["number"] is None and (await row())["origin"] == "files"
    assert (await post("rollback", name=NAME))["number"] == 2
    found = (await client.get(f"{PROMPTS}/versions", headers=headers, params={"name": NAME})).json()["data"]
    assert [(each["number"], each["labels"]) for each in found["versions"]] == [(2, ["production"]), (1, [])]


async def test_what_cannot_be_served_is_refused_with_its_line(client: httpx.AsyncClient) -> None:
    headers = await engineer(client)
    for name, text, said in (
        (NAME, POLICY.replace("patience: 2", "patience: iki"), "policy.md:4: patience"),
        (NAME, "---\n\n---\n", "policy.md:2: patience: Field required"),
        (WORDING, "a: b", "wording.yaml:1: a: nothing asks for it"),
        ("knowledge/bills.md", "no entry", "bills.md:1: the page begins with its subject"),
        ("prompts/answer.md", POLICY, "answer.md:1: there is no prompt answer"),
        ("somewhere/else", "x", "somewhere/else: there is no text of this name"),
    ):
        response = await client.post(f"{PROMPTS}/versions", headers=headers, json={"name": name, "text": text})
        error = response.json()["error"]
        assert (response.status_code, error["code"]) == (422, "BAD_TEXT") and said in error["details"]["reason"]
        listed = await client.get(f"{PROMPTS}/versions", headers=headers, params={"name": name})
        known = name in (NAME, WORDING, "knowledge/bills.md")
        assert (listed.status_code, listed.json().get("data")) == ((200, {"versions": []}) if known else (404, None))
    for path, body in (
        ("labels", {"name": NAME, "number": 9}), ("rollback", {"name": NAME}),
    ):  # fmt: skip
        response = await client.post(f"{PROMPTS}/{path}", headers=headers, json=body)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "TEXT_NOT_FOUND")
    bad = await client.post(f"{PROMPTS}/labels", headers=headers, json={"name": NAME, "label": "No Label"})
    assert bad.status_code == 422


async def test_the_next_turn_has_the_labelled_words(stage: Stage) -> None:
    async with stage.running() as (_, client):
        mine, headers = await bearer(client, "musteri1@example.com"), await engineer(client)

        async def greeted() -> str:
            told = await client.post("/api/v1/chat/", headers=mine, json={"message": "Merhaba"})
            return str(told.json()["response"])

        before = await greeted()
        words = own_texts()["wording.yaml"].replace("Merhaba, ben", "Hoş geldiniz, ben")
        body = {"name": WORDING, "text": words, "label": "production"}
        assert (await client.post(f"{PROMPTS}/versions", headers=headers, json=body)).status_code == 201
        assert (await greeted()).startswith("Hoş geldiniz, ben")
        await client.post(f"{PROMPTS}/rollback", headers=headers, json={"name": WORDING})
        assert await greeted() == before


async def test_the_longest_file_of_ours_fits_into_a_request_and_a_form(client: httpx.AsyncClient) -> None:
    headers = await engineer(client)
    name = "prompts/answers.yaml"
    body = {"name": name, "text": own_texts()["answers.yaml"] + "# longer\n"}
    assert (await client.post(f"{PROMPTS}/versions", headers=headers, json=body)).status_code == 201
    form = await client.post("/replay/texts/save", headers=headers, data={**body, "text": body["text"] + "# more\n"})
    assert form.status_code == 303, form.text
