"""YAML read by libyaml where PyYAML was built with it: about ten times as fast, which a start feels. And its lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
"""The YAML between two lines of --- with which a Markdown file begins."""


class TextError(ValueError):
    """A text that customers read, or that words what they read, cannot be used; file and line are named."""


_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """Parse a document of plain data.

    Raises:
        yaml.YAMLError: The text is not valid YAML.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506  a safe loader, whichever it is


@cache
def yaml_file(path: Path) -> Mapping[str, Any]:
    """Read a file of our own, once."""
    content: Mapping[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
    return content


def lines_of(text: str, first: int) -> Callable[[tuple[int | str, ...]], int]:
    """Return a function that tells the line of the file for a place in its YAML, or for what holds it.

    Args:
        text: The YAML.
        first: The line of the file on which it begins.
    """
    root = yaml.compose(text, Loader=_Loader)

    def line(place: tuple[int | str, ...]) -> int:
        node, found = root, first
        for part in place:
            below = _below(node, part)
            if below is None:
                break
            found, node = first + below[0], below[1]
        return found

    return line


def repeated_names(text: str, first: int) -> list[tuple[int, str]]:
    """Return the names that a mapping of YAML has twice: it would keep the last one and say nothing.

    Args:
        text: The YAML.
        first: The line of the file on which it begins.
    """
    found: list[tuple[int, str]] = []
    todo = [yaml.compose(text, Loader=_Loader)]
    seen: set[int] = set()
    while todo:
        node = todo.pop()
        if id(node) in seen:  # an alias
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            names: set[str] = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in names:
                        found.append((first + key.start_mark.line, f"{key.value} stands there twice"))
                    names.add(key.value)
                todo.append(value)
        elif isinstance(node, yaml.SequenceNode):
            todo += node.value
    return sorted(found)


def _below(node: Any, part: int | str) -> tuple[int, Any] | None:
    """Return the line and the node of an entry."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if getattr(key, "value", None) == str(part):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line, node.value[part]
    return None
