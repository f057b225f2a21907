"""Holds single files to the direction rule; import-linter does the packages.

Reads imports from the syntax tree, runs nothing. Prints each breach and exits with 1 where there is one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ONLY_IN = {
    "langserve": {"server.py"},
    "chainlit": {"chainlit_app.py", "chat"},
    "torch": {"agent", "training", "benchmarks"},
    "transformers": {"agent", "training", "benchmarks"},
}
"""Libraries that stay inside some files or folders."""

LOWEST = {"settings.py", "clock.py", "turkish.py"}
OURS = {"chat", "client", "agent", "tools", "graph", "ports", "api", "database", "identity", "evaluation", "training",
        "server", "chainlit_app", "events", "conversation", "turn", "recording", "masking", "telemetry", "bootstrap",
        "cli", "settings", "studio", "turkish", "turkish_speech", "clock", "terminal",
        "terminal_chat", "terminal_line", "replay"}  # fmt: skip


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and top-level name of every import of a file, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.lineno, node.module.partition(".")[0]


def breaches(root: Path = ROOT) -> list[str]:
    """Every import that the rule forbids, as ``file:line: reason``."""
    found = []
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        top = name.split("/")[0]
        if top.startswith(".") or top in {"tests", "build", "var", "node_modules"}:
            continue
        for line, module in imported(path):
            allowed = ONLY_IN.get(module)
            if allowed is not None and name not in allowed and top not in allowed:
                found.append(f"{name}:{line}: {module} belongs in {', '.join(sorted(allowed))}")
            if name in LOWEST and module in OURS - {"clock"}:
                found.append(f"{name}:{line}: the lowest line imports nothing of ours ({module})")
            if module in {"server", "chainlit_app", "cli", "studio"} and top != "scripts" and name != "cli.py":
                found.append(f"{name}:{line}: nothing imports {module}")
    return found


if __name__ == "__main__":
    problems = breaches()
    sys.stderr.write("".join(f"{problem}\n" for problem in problems))
    sys.exit(bool(problems))
