"""The names of an imported catalogue are understood at once, by the embedded model as it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.channels import Channel
from core.settings import Settings
from database.exchange.importing import import_file
from database.exchange.kinds import KINDS
from service.container import open_service

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"


@pytest.mark.embedded
async def test_imported_package_is_found_by_its_name_without_training(tmp_path: Path) -> None:
    async with open_service(Settings(_env_file=None, data_dir=tmp_path)) as service:
        user = await service.accounts.by_login("musteri1@example.com")
        assert user is not None

        async def say(message: str, session: str) -> str:
            told = await service.conversations.run(user, session_id=session, message=message, channel=Channel.REST)
            return told.response if told.pending is None else told.pending.text

        # While the service runs, as an operator does it.
        done = await import_file(service.database, KINDS["catalogue"], SAMPLES / "catalogue.csv")
        assert done.problems == []
        assert "179,90" in await say("Deniz Yıldızı Tarifesi kaç para?", "a")
        assert "40" in await say("martı paketinde kaç GB internet var", "b")
        asked = await say("Paketimi Martı Paketi yap", "c")
        assert "Martı Paketi" in asked and "329,90" in asked
