"""The Markdown documents: links resolve, named paths, settings and commands exist, lines are readable."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
import typer
from telekom_client import AsyncTelekomClient

from cli.main import app
from core.settings import Settings
from scripts.write_settings import PAGE, page, written_name

ROOT = Path(__file__).parents[1]
HISTORY = ("CHANGELOG.md", "agent/weights/", "docs/decisions/", "docs/experiments/")
"""Documents that name things as they were; a head's card belongs to its digest."""
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```", re.M | re.S)
_HEADING = re.compile(r"^#+ (.+)$", re.M)


def _tracked(pattern: str = "*") -> list[str]:
    ran = subprocess.run(["git", "ls-files", "-z", pattern], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in ran.stdout.split("\0") if name and (ROOT / name).exists()]


DOCUMENTS = _tracked("*.md")
PRESENT = [name for name in DOCUMENTS if not name.startswith(HISTORY)]
FOLDERS = {name.partition("/")[0] for name in _tracked() if "/" in name}


def _anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = _HEADING.findall(_CODE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_relative_links_resolve(name: str) -> None:
    document = ROOT / name
    text = document.read_text(encoding="utf-8")
    for link in _LINK.findall(_CODE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{name} links to {link}"
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target.read_text(encoding="utf-8")), f"{name} links to {link}"


@pytest.mark.parametrize("name", PRESENT)
def test_named_paths_exist(name: str) -> None:
    """A path in backticks that begins with a folder of the repository is a file or folder of it."""
    text = _CODE.sub("", (ROOT / name).read_text(encoding="utf-8"))
    for path in re.findall(r"`([\w.-]+/[\w./-]*)`", text):
        if path.partition("/")[0] in FOLDERS:
            assert (ROOT / path).exists(), f"{name} names {path}"


def test_architecture_names_functions_and_classes_of_today() -> None:
    """Names behind a file and a colon (`` `path.py`: `Class.method`, `function` ``) are defined in that file."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    walked = re.findall(r"`([\w./]+\.py)`: ((?:`[\w.]+`(?:, )?)+)", text)
    assert len(walked) > 30
    for path, names in walked:
        for name in re.findall(r"`([\w.]+)`", names):
            found = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
            for part in name.split("."):
                node = next((each for each in found if getattr(each, "name", None) == part), None)
                assert node is not None, f"{path} has no {name}"
                found = getattr(node, "body", [])


def test_settings_page_is_made_from_the_settings() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m scripts.write_settings"


@pytest.mark.parametrize("name", PRESENT)
def test_named_settings_exist(name: str) -> None:
    known = {written_name(*each) for each in Settings.model_fields.items()}
    text = (ROOT / name).read_text(encoding="utf-8")
    named = {found for found in re.findall(r"\bTELEKOM_[A-Z_]*[A-Z]\b(?![_…*])", text)}
    assert named <= known, f"{name} names {named - known}"


@pytest.mark.parametrize("name", PRESENT)
def test_named_commands_exist(name: str) -> None:
    """``telekom …`` in code names a command, a subcommand where there are any, and options that it has."""
    text = (ROOT / name).read_text(encoding="utf-8")
    code = [*_CODE.findall(text), *re.findall(r"`([^`\n]+)`", _CODE.sub("", text))]
    for words in re.findall(r"(?:^|\s)(?<!-\w )telekom ([a-z][^`\n#;&]*)", "\n".join(code), re.M):
        command, rest = typer.main.get_command(app), words.split()
        while rest and (below := getattr(command, "commands", None)) is not None:
            if (word := rest.pop(0)) == "--help" or "|" in word or "…" in word:
                break
            assert word in below, f"{name}: telekom {words}"
            command = below[word]
        known = {"--help"}.union(*(option.opts + option.secondary_opts for option in command.params))
        assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= known, f"{name}: telekom {words}"


def test_every_method_of_the_clients_is_named() -> None:
    text = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    methods = {name for name in dir(AsyncTelekomClient) if not name.startswith("_") and name != "token"}
    assert {name for name in methods if f"`{name}`" not in text} == set()


def test_readme_lines_are_wrapped() -> None:
    text = _CODE.sub("", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [line for line in text.splitlines() if len(line) > 110 and not line.startswith("|")] == []


@pytest.mark.parametrize("folder", ["decisions", "experiments"])
def test_index_names_every_page(folder: str) -> None:
    pages = {path.name for path in (ROOT / "docs" / folder).glob("*.md")} - {"README.md"}
    linked = set(_LINK.findall((ROOT / "docs" / folder / "README.md").read_text(encoding="utf-8")))
    assert pages and pages <= linked
