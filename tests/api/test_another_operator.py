"""What customers of a second operator read: pages, letters and bills, and nothing of the demo operator."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pypdf import PdfReader

from chat.page import prepare_chat
from core.settings import Settings
from tests.api.conftest import Stage, bearer
from tests.api.routes.test_account import Mailbox
from tests.other_operator import demo_words, northwind

PAGES = ("/", "/login", "/signup", "/forgotten", "/demo", "/account", "/nowhere", "/password?token=over", "/docs")


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def client(tmp_path: Path, mailbox: Mailbox) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(
        _env_file=None, data_dir=tmp_path / "var", operator=northwind(tmp_path / "own"), mount_chat=False
    )
    async with Stage(settings, mail=mailbox).running() as (_, client):
        client.headers["Accept"] = "text/html"
        yield client


async def read(client: httpx.AsyncClient, path: str, language: str | None, token: str) -> str:
    cookies = {"telekom_token": token} | ({"telekom_language": language} if language else {})
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return (await client.get(path, headers={"Cookie": header})).text


async def test_pages_are_the_operators_in_both_languages(client: httpx.AsyncClient) -> None:
    token = (await bearer(client, "musteri1@example.com"))["Authorization"].removeprefix("Bearer ")
    pattern = demo_words()
    for path in PAGES:
        for language in (None, "en", "tr"):
            text = await read(client, path, language, token)
            assert "Northwind Mobile" in text, path
            assert pattern.findall(text) == [], path
            if path != "/docs":
                assert f'<html lang="{language or "en"}">' in text, path


async def test_colour_and_logo_are_the_operators(client: httpx.AsyncClient) -> None:
    page = (await client.get("/login")).text
    assert '<img src="/logo" alt="Northwind Mobile">' in page and 'href="/brand.css"' in page
    assert "--brand: #6d28d9;" in (await client.get("/brand.css")).text
    logo = await client.get("/logo")
    assert logo.headers["content-type"] == "image/svg+xml" and "northwind" in logo.text
    assert "script" not in logo.headers["content-security-policy"]
    sign, page = await client.get("/favicon.ico"), (await client.get("/login")).text
    assert sign.headers["content-type"] == "image/svg+xml" and "#6d28d9" in sign.text
    assert '<link rel="icon" href="/favicon.ico"' in page


async def test_letter_and_bill_are_the_operators(client: httpx.AsyncClient, mailbox: Mailbox) -> None:
    pattern, headers = demo_words(), await bearer(client, "musteri1@example.com")
    for language in ("en", "tr"):
        client.cookies.set("telekom_language", language)
        await client.post("/forgotten", data={"login": "musteri1@example.com"})
        letter = mailbox.letters[-1]
        assert letter.subject.startswith("Northwind Mobile: ") and letter.text.endswith("Northwind Mobile")
        bill = (await client.post("/api/v1/telekom/billing/current", headers=headers)).json()["data"]
        answer = await client.get(f"/bills/{bill['bill_id']}.pdf", headers=headers)
        text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
        assert text.startswith("Northwind Mobile") and "Compass World" in text
        assert pattern.findall(letter.subject + letter.text + text) == []


async def test_new_customer_gets_the_operators_cheapest_package(client: httpx.AsyncClient) -> None:
    body = {"name": "Deniz Yıldız", "email": "d@example.com", "password": "uzun-parola-1", "phone": "0532 000 00 01"}
    assert (await client.post("/api/v1/auth/register", json=body)).status_code == 201
    headers = await bearer(client, "d@example.com", "uzun-parola-1")
    package = (await client.post("/api/v1/telekom/packages/current", headers=headers)).json()["data"]
    assert package["package_name"] == "Breeze 10"


async def test_demo_operator_has_no_logo_and_both_languages(stage: Stage) -> None:
    async with stage.running() as (_, client):
        client.headers["Accept"] = "text/html"
        assert (await client.get("/logo")).status_code == 404
        page = (await client.get("/login")).text
        assert '<html lang="tr">' in page and 'lang="en">English' in page and "<img" not in page


async def test_page_of_one_language_offers_no_other(tmp_path: Path) -> None:
    folder = northwind(tmp_path / "own")
    facts = folder / "operator.yaml"
    facts.write_text(facts.read_text("utf-8").replace('languages: ["en", "tr"]', "languages: [en]"), "utf-8")
    settings = Settings(_env_file=None, data_dir=tmp_path / "var", operator=folder, mount_chat=False)
    async with Stage(settings).running() as (_, client):
        client.cookies.set("telekom_language", "tr")
        page = (await client.get("/login", headers={"Accept": "text/html"})).text
        assert '<html lang="en">' in page and "/language/" not in page


def test_chat_page_is_the_operators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("APP_ROOT", "AUTH_COOKIE_NAME", "ENV_FILE", "AUTH_SECRET", "CUSTOM_AUTH"):
        monkeypatch.setenv(f"CHAINLIT_{name}", "")
    own = Settings(_env_file=None, data_dir=tmp_path / "var", operator=northwind(tmp_path / "own"))
    prepare_chat(Settings(_env_file=None, data_dir=tmp_path / "var"))  # the demo's page was served before
    root, pattern = prepare_chat(own), demo_words()
    written = [*root.glob("*.md"), *(root / ".chainlit").rglob("*"), *(root / "public").rglob("*")]
    texts = {path: path.read_text(encoding="utf-8") for path in written if path.is_file()}
    assert {path.name: found for path, text in texts.items() if (found := pattern.findall(text))} == {}
    config = (root / ".chainlit" / "config.toml").read_text(encoding="utf-8")
    assert 'name = "Northwind Assistant"' in config and "An assistant for your bill" in config
    script = (root / "public" / "page" / "words.js").read_text(encoding="utf-8")
    assert 'LANGUAGES = ["en", "tr"]' in script and "Northwind Asistanı" in script
    assert '<html lang="en">' in (root / "frontend" / "index.html").read_text(encoding="utf-8")
    pictures = {path.name: path.read_text("utf-8") for path in (root / "public").glob("*.svg")}
    assert pictures.keys() == {"avatar.svg", "favicon.svg", "login.svg", "logo_dark.svg", "logo_light.svg"}
    assert all("#6d28d9" in picture and "#0b7285" not in picture for picture in pictures.values())
    assert re.search(r'"--primary": "263 70% 50%"', (root / "public" / "theme.json").read_text("utf-8"))
