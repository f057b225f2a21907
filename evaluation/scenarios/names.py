"""The names that a scenario may use: tables, columns, operations, arguments. Any other is a fault of its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from core.clock import istanbul_now
from database.session import Database
from database.tables import Base
from ports import Adapters
from tools.catalog import build_rest_only_tools, build_tools
from tools.toolbox import Toolbox

_VIRTUAL = {"lines": {"package"}}
"""Columns that the runner adds."""


def check_columns(table: str, *values: Mapping[str, Any] | None) -> None:
    """Refuse columns that the table has not, and a table that does not exist."""
    if table not in Base.metadata.tables:
        raise ValueError(f"there is no table {table}")
    known = set(Base.metadata.tables[table].columns.keys()) | _VIRTUAL.get(table, set())
    if unknown := sorted({name for one in values if one for name in one} - known):
        raise ValueError(f"{table} has no column {', '.join(unknown)}")


@lru_cache(maxsize=1)
def _toolbox() -> Toolbox:
    """Return every operation, those for older REST clients included; no database is opened."""
    parts = Database("sqlite+aiosqlite://"), Adapters(), istanbul_now
    return Toolbox([*build_tools(*parts), *build_rest_only_tools(*parts)])


@lru_cache(maxsize=1)
def _arguments() -> Mapping[str, frozenset[str]]:
    return {tool.name: frozenset(tool.arguments.model_fields) for tool in _toolbox().tools}


def check_operations(names: Sequence[str]) -> Sequence[str]:
    """Refuse operations that do not exist."""
    if unknown := [name for name in names if name not in _arguments()]:
        raise ValueError(f"there is no operation {', '.join(unknown)}")
    return names


def check_look_ups(names: Sequence[str]) -> Sequence[str]:
    """Refuse operations that change something."""
    if changes := [name for name in check_operations(names) if _toolbox().is_write(name)]:
        raise ValueError(f"{', '.join(changes)} is no look-up")
    return names


def check_arguments(operations: Sequence[str], stated: Mapping[str, Any]) -> None:
    """Refuse arguments that none of the operations has, or none at all where none is named."""
    known = {argument for name in operations or _arguments() for argument in _arguments()[name]}
    if unknown := sorted(set(stated) - known):
        raise ValueError(f"no such argument of {' or '.join(operations) or 'any operation'}: {', '.join(unknown)}")
