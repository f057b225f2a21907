"""Contracts of import-linter that see the single files ``server.py`` and ``chainlit_app.py`` too.

import-linter builds its graph from packages only. These two contract types add single modules to the graph before they
check it; what the contracts demand stands in ``.importlinter``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from grimp import ImportGraph
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain.contract import ContractCheck

SINGLE_FILES = ("server", "chainlit_app")


class LayersWithFiles(LayersContract):
    """The ``layers`` contract, single files included."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """See ``LayersContract.check``."""
        add_single_files(graph)
        return super().check(graph, verbose)


class ForbiddenWithFiles(ForbiddenContract):
    """The ``forbidden`` contract, single files included."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """See ``ForbiddenContract.check``."""
        add_single_files(graph)
        return super().check(graph, verbose)


def add_single_files(graph: ImportGraph, folder: Path | None = None) -> None:
    """Add the single files of a folder and their imports to a graph; default: the working directory."""
    for name in SINGLE_FILES:
        path = (folder or Path.cwd()) / f"{name}.py"
        source = path.read_text(encoding="utf-8")
        importers = sorted(graph.find_modules_that_directly_import(name)) if name in graph.modules else []
        details = [detail for one in importers for detail in graph.get_import_details(importer=one, imported=name)]
        # Seen from a package, a single file is an external module, which has no imports of its own.
        graph.remove_module(name)
        graph.add_module(name)
        for detail in details:
            graph.add_import(**detail)
        for number, imported in _imports(ast.parse(source)):
            module = _known(imported, graph)
            graph.add_import(
                importer=name, imported=module, line_number=number, line_contents=source.splitlines()[number - 1]
            )


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line number and full name of everything that a module imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _known(name: str, graph: ImportGraph) -> str:
    """Return the longest part of a dotted name that is a module of the graph; otherwise its external root."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        module = ".".join(parts[:count])
        if module in graph.modules:
            return module
    graph.add_module(parts[0], is_squashed=True)
    return parts[0]
