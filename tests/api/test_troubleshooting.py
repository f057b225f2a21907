"""docs/troubleshooting.md names every code that the interface itself answers with, and the start's own messages."""

from __future__ import annotations

import ast
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


def program_files() -> list[Path]:
    root = Path(__file__).parents[2]
    folders = ("agent", "api", "chat", "conversation", "core", "database", "graph", "ports", "service", "tools")
    return [root / "chainlit_app.py", *(path for folder in folders for path in (root / folder).rglob("*.py"))]


def logged() -> set[str]:
    """The longest fixed part of each message that the program logs as a warning or worse."""
    found = set()
    for path in program_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="_log"), attr="warning" | "error" | "exception"),
                    args=[ast.Constant(value=str(text)), *_],
                ):
                    found.add(max((part.strip(" :;()") for part in re.split(r"%\w|[:;]", text)), key=len))
    return found


def test_every_logged_warning_is_explained() -> None:
    assert len(logged()) > 20
    assert {text for text in logged() if text not in TEXT} == set()


def test_every_message_of_the_program_is_still_printed() -> None:
    setup = Path(__file__).parents[2] / "scripts" / "setup.sh"
    program = " ".join(path.read_text(encoding="utf-8") for path in [setup, *program_files()])
    rows = [line.split("|")[1] for line in TEXT.partition("## Answers")[0].splitlines() if line.startswith("| `")]
    assert len(rows) > 12
    for message in (message for row in rows for message in re.findall(r"`([^`]+)`", row)):
        for part in filter(None, (part.strip(" '?") for part in message.split("…"))):
            assert part in program, f"nobody prints {part!r}"
