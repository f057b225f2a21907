"""The application around the interface: its front page, its health and its readiness."""

from __future__ import annotations

from pathlib import Path

import httpx

from core.settings import Settings
from server import create_app
from tests.api.conftest import Stage


async def test_front_is_a_page_for_people_and_data_for_programs(client: httpx.AsyncClient) -> None:
    page = await client.get("/", headers={"Accept": "text/html"})
    assert 'href="/agent/playground/"' in page.text
    # What customers can do comes first; what is for others stands apart.
    places = [page.text.index(words) for words in ('href="/chat"', "Çalışanlar ve geliştiriciler için", 'href="/docs"')]
    assert places == sorted(places)
    assert (await client.get("/")).json()["docs"] == "/docs"


async def test_health_and_ready_need_no_login(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health")).json() == {"status": "alive"}
    ready = await client.get("/ready")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {"database": True, "checkpointer": True, "model": True}


async def test_ready_without_database_gives_503(stage: Stage) -> None:
    async with stage.running() as (app, client):
        await app.state.service.database.close()
        folder = stage.settings.data_dir
        for file in folder.glob("telekom.sqlite3*"):
            file.unlink()
        folder.joinpath("telekom.sqlite3").mkdir()
        response = await client.get("/ready")
        assert response.status_code == 503
        assert response.json()["checks"]["database"] is False


async def test_two_applications_of_one_process_do_not_mix(stage: Stage, tmp_path: Path) -> None:
    async with stage.running() as (first, _):
        second = create_app(Settings(_env_file=None, data_dir=tmp_path / "other", mount_chat=False))
        assert not hasattr(second.state, "service")
        assert first.state.service.settings is stage.settings


async def test_docs_page_opens_without_login(client: httpx.AsyncClient) -> None:
    assert (await client.get("/docs")).status_code == 200
