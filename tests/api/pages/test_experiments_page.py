"""Sets and experiments as forms send them: made of what the list shows, run by their page, judged, dropped."""

from __future__ import annotations

import re

import httpx
import pytest

from agent.prompt_files import load_prompts
from tests.api.conftest import Login, bearer
from tests.api.routes.test_runs import say

RESPOND = load_prompts()["respond"].source
NAME = "prompts/respond.md"


@pytest.fixture
async def engineer(client: httpx.AsyncClient, login: Login) -> dict[str, str]:
    """Two turns are recorded, and a second version of a prompt is in the registry."""
    for message in ("Faturam ne kadar?", "Merhaba"):
        await say(client, await login(1), message)
    headers = await bearer(client, "muhendis@example.com")
    body = {"name": NAME, "text": RESPOND.replace("Temsilci:", "Cevap:")}
    assert (await client.post("/api/v1/prompts/versions", headers=headers, json=body)).status_code == 201
    return headers


async def test_a_set_is_made_of_the_conditions_of_the_list(client: httpx.AsyncClient, engineer: dict[str, str]) -> None:
    shown = await client.get("/replay", headers=engineer, params={"text": "faturam", "since": "2020-01-01"})
    assert shown.status_code == 200 and "Faturam ne kadar?" in shown.text and ">Merhaba<" not in shown.text
    form = await client.get("/replay/sets", headers=engineer, params={"text": "faturam", "until": ""})
    assert 'value="faturam"' in form.text
    made = await client.post("/replay/sets", headers=engineer, data={"name": "bills", "text": "faturam", "limit": "5"})
    assert made.status_code == 303 and made.headers["location"] == "/replay/sets/bills"
    page = (await client.get("/replay/sets/bills", headers=engineer)).text
    assert "Faturam ne kadar?" in page and "Merhaba" not in page
    for name, said in (("bills", "There is a set bills already."), ("Bad Name", "small letters")):
        refused = await client.post("/replay/sets", headers=engineer, data={"name": name, "text": "faturam"})
        assert refused.status_code == 422 and said in refused.text


async def test_an_experiment_runs_while_its_page_asks_for_steps(
    client: httpx.AsyncClient, engineer: dict[str, str]
) -> None:
    runs = (await client.get("/api/v1/runs", headers=engineer)).json()["data"]["runs"]
    ticked = {"name": "both", "run": [run["id"] for run in runs]}
    assert (await client.post("/replay/sets/ticked", headers=engineer, data=ticked)).status_code == 303
    bill = next(run["id"] for run in runs if run["tools"])
    expected = {"expected": f"{bill[:8]}: {{says: [bulunmaz], called: [get_current_bill]}}"}
    assert (await client.post("/replay/sets/both/expect", headers=engineer, data=expected)).status_code == 303
    assert "bulunmaz" in (await client.get("/replay/sets/both", headers=engineer)).text
    wrong = await client.post("/replay/sets/both/expect", headers=engineer, data={"expected": "none: {says: [x]}"})
    assert wrong.status_code == 422 and "no such turn" in wrong.text and "none: {says" in wrong.text

    asked = {"first": "served", "other": ["recorded", f"{NAME}@2"], "temperature": "0 0,5"}
    begun = await client.post("/replay/sets/both/experiment", headers=engineer, data=asked)
    place = begun.headers["location"]
    page = (await client.get(place, headers=engineer)).text
    step = re.search(r'hx-post="([^"]+)"', page)
    assert begun.status_code == 303 and step and "served, temperature 0.5" in page
    for _ in range(40):
        page = (await client.post(step[1], headers=engineer)).text
        if "hx-post" not in page:
            break
    assert "hx-post" not in page and "2 / 2" not in page and "1 / 2" in page  # one turn never says what is expected
    whole = (await client.get(place, headers=engineer)).text
    assert "hx-post" not in whole  # done: it is shown, and not run again

    assert (await client.post("/replay/sets/both/drop", headers=engineer)).status_code == 303
    assert (await client.get(place, headers=engineer)).status_code == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"first": "served"}, "2 to 12 sides"),
        ({"first": "served", "other": "label:none"}, "No text has the label none."),
        ({"first": "served", "other": "recorded", "temperature": "warm"}, "temperature: warm"),
        ({"first": "served", "other": f"{NAME}@9"}, "There is no version 9"),
    ],
)
async def test_an_experiment_that_cannot_be_is_told_in_words(
    client: httpx.AsyncClient, engineer: dict[str, str], form: dict[str, str], said: str
) -> None:
    await client.post("/replay/sets", headers=engineer, data={"name": "all"})
    refused = await client.post("/replay/sets/all/experiment", headers=engineer, data=form)
    assert refused.status_code == 422 and said in refused.text


async def test_what_there_is_not_is_not_found(client: httpx.AsyncClient, engineer: dict[str, str]) -> None:
    for method, path in (
        ("GET", "/replay/sets/none"), ("POST", "/replay/sets/none/drop"), ("GET", "/replay/experiments/none"),
        ("POST", "/replay/experiments/none/step"), ("POST", "/replay/sets/none/experiment"),
    ):  # fmt: skip
        assert (await client.request(method, path, headers=engineer)).status_code == 404, path


async def test_figures_over_time_are_those_of_the_days_and_the_channel(
    client: httpx.AsyncClient, engineer: dict[str, str]
) -> None:
    page = (await client.get("/replay/over-time", headers=engineer)).text
    assert page.count("<tr>") == 15 and "get_current_bill</code>" in page
    assert re.search(r'<td class="number">2</td><td><meter', page)
    other = (await client.get("/replay/over-time", headers=engineer, params={"channel": "langserve"})).text
    assert not re.search(r'<td class="number">2</td><td><meter', other)
    for asked in (
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"until": "0001-01-01"},
        {"since": "2026-12-31", "until": "2026-01-01"},
    ):
        for path in ("/replay/over-time", "/replay", "/replay/sets"):
            assert (await client.get(path, headers=engineer, params=asked)).status_code == 200, (path, asked)
