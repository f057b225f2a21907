"""The sync client is the async one without its awaits, and the committed files are up to date."""

from __future__ import annotations

import inspect

import pytest
from telekom_client import AsyncTelekomClient, TelekomClient

from scripts.make_sync_client import TARGET, files, sync_source


def test_generate_gives_the_committed_files() -> None:
    texts = dict(files())
    assert set(TARGET.glob("*.py")) == set(texts)
    for path, text in texts.items():
        assert path.read_text(encoding="utf-8") == text, f"run python -m scripts.make_sync_client ({path.name})"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("async def f():\n    await g(await h())\n", "def f():\n    g(h())\n"),
        (
            "async with A() as a:\n    async for b in a:\n        pass\n",
            "with A() as a:\n    for b in a:\n        pass\n",
        ),
        ('"""AsyncTelekomClient"""\nawaited = AsyncClient\n', '"""TelekomClient"""\n\nawaited = Client\n'),
        ("def f():\n    return (\n        await g()\n    )\n", "def f():\n    return g()\n"),
    ],
    ids=["call", "blocks", "names", "lines"],
)
def test_generate_leaves_out_what_is_async(source: str, expected: str) -> None:
    assert sync_source(source).split("\n", 1)[1].lstrip() == expected


def test_both_clients_have_the_same_methods() -> None:
    def methods(kind: type) -> dict[str, list[str]]:
        return {
            name: [f"{one.name}: {one.annotation}" for one in inspect.signature(member).parameters.values()]
            for name, member in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_")
        }

    assert methods(TelekomClient) == methods(AsyncTelekomClient)
    assert len(methods(TelekomClient)) > 40
