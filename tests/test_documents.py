"""The Markdown documents: every relative link resolves, every named path exists, every line is readable."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if not name.startswith(HISTORY)])
def test_named_paths_exist(name: str) -> None:
    """A path in backticks that begins with a folder of the repository is a file or folder of it."""
    text = _CODE.sub("", (ROOT / name).read_text(encoding="utf-8"))
    for path in re.findall(r"`([\w.-]+/[\w./-]*)`", text):
        if path.partition("/")[0] in FOLDERS:
            assert (ROOT / path).exists(), f"{name} names {path}"


def test_readme_lines_are_wrapped() -> None:
    text = _CODE.sub("", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [line for line in text.splitlines() if len(line) > 110 and not line.startswith("|")] == []


@pytest.mark.parametrize("folder", ["decisions", "experiments"])
def test_index_names_every_page(folder: str) -> None:
    pages = {path.name for path in (ROOT / "docs" / folder).glob("*.md")} - {"README.md"}
    linked = set(_LINK.findall((ROOT / "docs" / folder / "README.md").read_text(encoding="utf-8")))
    assert pages and pages <= linked
