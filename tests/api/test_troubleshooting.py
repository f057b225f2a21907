"""docs/troubleshooting.md names every code that the interface itself answers with, and the start's own messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import api.routes.auth
import api.routes.runs
import api.security  # noqa: F401  its errors count
from api.errors import _NAMED_ERRORS, ApiError

TEXT = (Path(__file__).parents[2] / "docs" / "troubleshooting.md").read_text(encoding="utf-8")


def codes_of(kind: type[ApiError]) -> set[str]:
    own = {kind.code} if "code" in vars(kind) else set()
    return own.union(*(codes_of(each) for each in kind.__subclasses__()))


@pytest.mark.parametrize("code", sorted({code for _, code, _ in _NAMED_ERRORS.values()} | codes_of(ApiError)))
def test_every_code_is_explained(code: str) -> None:
    assert f"`{code}`" in TEXT


def test_every_message_of_the_program_is_still_printed() -> None:
    root = Path(__file__).parents[2]
    folders = ("service", "database", "api", "tools", "core", "ports", "chat")
    program = " ".join(path.read_text(encoding="utf-8") for folder in folders for path in (root / folder).rglob("*.py"))
    rows = [line.split("|")[1] for line in TEXT.partition("## Answers")[0].splitlines() if line.startswith("| `")]
    assert len(rows) > 12
    for message in (message for row in rows for message in re.findall(r"`([^`]+)`", row)):
        for part in filter(None, (part.strip(" '?") for part in message.split("…"))):
            assert part in program, f"nobody prints {part!r}"
