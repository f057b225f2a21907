"""The shape of the repository: imports point down, and the drawing is the graph's own."""

from __future__ import annotations

import ast
import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.draw_graph import DOCUMENT, updated

ROOT = Path(__file__).parents[1]
SINGLE_FILES = ("server", "chainlit_app")

LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 300, 44
"""The docstring of a function does not count."""

LONG_FILES = {"graph/state.py"}
"""Files that are still longer; no other one may become so."""

LONG_FUNCTIONS = {
    "api/errors.py:install_error_handlers", "cli/backup.py:restore", "cli/train.py:decisions",
    "evaluation/reliability/replica.py:open_replica", "graph/build.py:build_graph",
    "graph/nodes/confirm.py:_decided", "graph/nodes/detect_intent.py:__call__",
    "graph/understanding/lines.py:_mentions", "server.py:_agent_routes",
}  # fmt: skip
"""Functions that are still longer."""


def _packages() -> list[str]:
    found = [init.parent for folder in (ROOT, ROOT / "clients" / "python") for init in folder.glob("*/__init__.py")]
    return sorted(folder.name for folder in found if folder.name != "tests")


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{folder / 'clients' / 'python'}", "COLUMNS": "200"}
    return subprocess.run(
        [*command, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of every Python file that import-linter reads."""
    folder = tmp_path_factory.mktemp("scratch")
    for name in _packages():
        source = ROOT / name if (ROOT / name).is_dir() else ROOT / "clients" / "python" / name
        for path in source.rglob("*.py"):
            copied = folder / path.relative_to(ROOT)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copied)
    for name in ("server.py", "chainlit_app.py", ".importlinter"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def test_imports_point_down() -> None:
    done = _lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "breach"),
    [
        ("tools/billing.py", "import torch", "tools.billing -> torch"),
        ("chainlit_app.py", "from langserve import add_routes", "chainlit_app -> langserve"),
        ("server.py", "from cli import chat", "server -> cli.chat"),
        ("core/clock.py", "from ports import regions", "core.clock -> ports.regions"),
        ("graph/build.py", "import server", "graph.build -> server"),
        ("agent/models.py", "from tools import billing", "agent.models -> tools.billing"),
        ("service/systems.py", "from ports.contract import checks", "service.systems -> ports.contract"),
    ],
)
def test_import_against_the_direction_is_found(scratch: Path, file: str, line: str, breach: str) -> None:
    path = scratch / file
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n{line}\n", encoding="utf-8")
    try:
        done = _lint_imports(scratch)
    finally:
        path.write_text(text, encoding="utf-8")
    assert done.returncode == 1
    assert breach in " ".join(done.stdout.split()), done.stdout


def test_every_package_is_under_the_contracts() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    assert sorted(contracts["importlinter"]["root_packages"].split()) == _packages()
    layers = contracts["importlinter:contract:layers"]["layers"].replace("|", " ").split()
    assert sorted(layers) == sorted([*_packages(), *SINGLE_FILES])


@pytest.mark.parametrize(
    ("contract", "importers"),
    [("langserve", {"server"}), ("chainlit", {"chainlit_app", "chat"}), ("torch", {"agent", "training"})],
)
def test_contract_holds_for_everything_but_its_importers(contract: str, importers: set[str]) -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    held = contracts[f"importlinter:contract:{contract}"]["source_modules"].split()
    assert sorted(held) == sorted({*_packages(), *SINGLE_FILES} - importers)


def _arrows() -> set[tuple[str, str]]:
    """Return which room imports which, imports inside functions too; the client with its old name is one room."""
    clients = {"telekom_client": "clients", "client": "clients"}
    rooms = {*_packages(), *SINGLE_FILES, "benchmarks"}
    arrows = set()
    for room in rooms:
        package = ROOT / "clients" / "python" / room if room in clients else ROOT / room
        for file in package.rglob("*.py") if package.is_dir() else [ROOT / f"{room}.py"]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module or ""]
                arrows |= {(room, name.partition(".")[0]) for name in names}
    named = {(clients.get(a, a), clients.get(b, b)) for a, b in arrows if b in rooms}
    return {(a, b) for a, b in named if a != b}


def _floor(room: str, arrows: set[tuple[str, str]]) -> int:
    """Return the floor of a room: 1 for what imports nothing of ours, else one above the highest that it imports."""
    return 1 + max((_floor(below, arrows) for above, below in arrows if above == room), default=0)


def test_layout_stays_small_enough_to_be_seen() -> None:
    rooms, arrows = {*_packages(), *SINGLE_FILES} - {"client"}, _arrows()
    assert len(rooms) <= 20, sorted(rooms)
    assert len(arrows) <= 100, sorted(arrows)
    assert max(_floor(room, arrows) for room in rooms) <= 10
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    assert len(contracts["importlinter:contract:layers"]["layers"].split("\n")) - 1 <= 10


def _product() -> dict[str, ast.Module]:
    """Return the parsed files; the client's distribution repeats the wire's names, and migrations are past."""
    rooms = [ROOT / name for name in (*_packages(), "benchmarks", "deploy") if (ROOT / name).is_dir()]
    files = [file for room in rooms for file in room.rglob("*.py")] + [ROOT / f"{name}.py" for name in SINGLE_FILES]
    kept = [file for file in files if not file.is_relative_to(ROOT / "database" / "migrations" / "versions")]
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in sorted(kept)}


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """Return the statements of a function without its docstring."""
    return function.body if ast.get_docstring(function) is None else function.body[1:]


def test_a_class_name_stands_for_one_thing() -> None:
    found: dict[str, list[str]] = {}
    for file, tree in _product().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(file)
    assert {name: files for name, files in found.items() if len(files) > 1} == {}


def test_no_function_is_a_copy_of_another() -> None:
    """What uses a private name of its file (``_FILE``) is another function, although it reads the same."""
    found: dict[str, list[str]] = {}
    for file, tree in _product().items():
        for node in (each for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)):
            body = _body(node)
            names = [each.id for part in body for each in ast.walk(part) if isinstance(each, ast.Name)]
            if body and not any(name.startswith("_") for name in names):
                text = "\n".join([ast.unparse(node.args), *map(ast.unparse, body)])
                found.setdefault(text, []).append(f"{file}:{node.name}")
    assert [copies for copies in found.values() if len(copies) > 1] == []


def test_files_and_functions_stay_short() -> None:
    long_files = {file for file in _product() if (ROOT / file).read_text("utf-8").count("\n") > LINES_OF_A_FILE}
    long_functions = set()
    for file, tree in _product().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if (body := _body(node)) is not node.body:
                    text = node.body[0]
                    length -= (text.end_lineno or 0) - text.lineno + 1
                if length > LINES_OF_A_FUNCTION and body:
                    long_functions.add(f"{file}:{node.name}")
    assert long_files == LONG_FILES, long_files ^ LONG_FILES
    assert long_functions == LONG_FUNCTIONS, long_functions ^ LONG_FUNCTIONS


def test_drawing_in_the_architecture_is_the_compiled_graph() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert updated(text) == text
