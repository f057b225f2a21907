"""The packaged pages as the server reads them, and an operator's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.operator_facts import KnowledgeError
from core.settings import Settings
from service.container import open_service
from service.knowledge import knowledge_pages


def test_packaged_pages_are_whole() -> None:
    pages = knowledge_pages(Settings(_env_file=None))
    entries = [entry for page in pages for entry in page.entries]
    assert len(entries) >= 60
    for entry in entries:
        for language in ("tr", "en"):
            text = entry.text(language)
            assert "{" not in text and (not text[0].islower() or text.startswith("eSIM")) and text[-1] == ".", (
                entry.place
            )
            assert len(text) <= 420, entry.place
        assert len(entry.askings["tr"]) >= 3 and len(entry.askings["en"]) >= 1, entry.place


def test_pages_follow_settings() -> None:
    pages = knowledge_pages(Settings(_env_file=None, confirmation_minutes=7))
    entry = next(entry for page in pages for entry in page.entries if entry.id == "confirm_minutes")
    assert "7 dakika" in entry.text("tr") and "7 minutes" in entry.text("en")


async def test_start_is_refused_with_a_broken_page(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("## Yalnız Türkçe\nid: x\n", encoding="utf-8")
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", knowledge=tmp_path)
    with pytest.raises(KnowledgeError, match=r"page\.md:1"):
        async with open_service(settings):  # refused before any model is loaded
            pass
