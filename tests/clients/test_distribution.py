"""The client is a distribution of its own, and the old name of its package still works."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import telekom_client

ROOT = Path(__file__).parents[2]
DISTRIBUTION = ROOT / "clients" / "python"
NEEDED = {"httpx", "httpx_sse", "pydantic"}


def test_client_imports_only_its_three_dependencies() -> None:
    for path in (DISTRIBUTION / "telekom_client").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign = {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"telekom_client"}
            assert foreign <= NEEDED, f"{path.name} imports {foreign - NEEDED}"


def test_client_declares_its_three_dependencies_and_its_types() -> None:
    project = tomllib.loads((DISTRIBUTION / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {name.partition(">")[0].replace("-", "_") for name in project["dependencies"]} == NEEDED
    assert (DISTRIBUTION / "telekom_client" / "py.typed").is_file()


def test_import_of_the_old_name_warns_and_gives_the_same_classes() -> None:
    sys.modules.pop("client", None)
    with pytest.warns(DeprecationWarning, match="telekom_client"):
        old = importlib.import_module("client")
    assert old.TelekomClient is telekom_client.TelekomClient
    assert set(old.__all__) >= set(telekom_client.__all__)
    assert importlib.import_module("client.errors").refusal is telekom_client.errors.refusal


@pytest.mark.slow
def test_install_alone_gives_a_working_client(tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    constraints = ROOT / "constraints.txt"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", constraints]
    subprocess.run([*install, DISTRIBUTION], check=True, timeout=240)
    code = (
        "import importlib.resources, importlib.util, telekom_client as t; "
        "assert 'site-packages' in t.__file__ and importlib.util.find_spec('fastapi') is None; "
        "assert (importlib.resources.files(t) / 'py.typed').is_file(); "
        "client = t.TelekomClient('http://127.0.0.1:9', retries=0)\n"
        "try: client.check_health()\n"
        "except t.ConnectionFailed as error: print(error.sent)"
    )
    ran = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert ran.stdout.strip() == "False", ran.stderr
