"""Prompt files: Markdown with front matter, identified by the hash of their content.

A prompt is text with ``{{ variable }}`` places. The front matter (YAML between two ``---`` lines) names the variables
and whatever structured data belongs to the prompt (questions, examples), so that an engineer edits one file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.yaml_text import read_yaml

PROMPT_FOLDER = Path(__file__).parent / "prompts"
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_PLACE = re.compile(r"\{\{ ([a-z_]+) \}\}")


class PromptError(ValueError):
    """A prompt file is missing, malformed, or names a variable that it does not declare."""


@dataclass(frozen=True)
class Prompt:
    """One prompt file.

    Attributes:
        name: File name without its ending.
        text: The text with its places.
        variables: Names of its places.
        data: The rest of the front matter.
        sha: First 12 hex digits of the SHA-256 of the file's content.
        source: The file's content.
    """

    name: str
    text: str
    variables: frozenset[str]
    data: Mapping[str, Any]
    sha: str
    source: str = ""

    def render(self, **values: str) -> str:
        """Return the text with its places filled in.

        Raises:
            PromptError: A variable is missing or not declared.
        """
        if values.keys() != self.variables:
            raise PromptError(f"{self.name}.md needs {sorted(self.variables)}, got {sorted(values)}")
        return _PLACE.sub(lambda place: values[place.group(1)], self.text)


def load_prompt(path: Path) -> Prompt:
    """Read one prompt file.

    Raises:
        PromptError: It is missing or malformed; the message names the file and the line.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PromptError(f"{path.name}: {error.strerror or error}") from error
    return read_prompt(path.stem, content)


def read_prompt(name: str, content: str) -> Prompt:
    """Parse a prompt.

    Args:
        name: The file's name without its ending.
        content: The file's content.

    Raises:
        PromptError: It is malformed; the message names the file and the line.
    """
    file = f"{name}.md"
    front = _FRONT.match(content)
    if front is None:
        raise PromptError(f"{file}:1: no front matter between two lines of ---")
    try:
        data = read_yaml(front.group(1)) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        raise PromptError(f"{file}:{line}: {getattr(error, 'problem', None) or error}") from error
    if not isinstance(data, dict):
        raise PromptError(f"{file}:2: the front matter names no fields")
    text = content[front.end() :].strip("\n")
    declared = frozenset(data.pop("variables", []))
    for place in _PLACE.finditer(text):
        if place.group(1) not in declared:
            line = content[: front.end()].count("\n") + text[: place.start()].count("\n") + 1
            raise PromptError(f"{file}:{line}: unknown variable {place.group(1)}")
    if missing := declared - {place.group(1) for place in _PLACE.finditer(text)}:
        raise PromptError(f"{file}:1: declared but not used: {', '.join(sorted(missing))}")
    sha = hashlib.sha256(content.encode()).hexdigest()[:12]
    return Prompt(name, text, declared, data, sha, content)


def load_prompts(folder: Path | None = None) -> dict[str, Prompt]:
    """Load every prompt, by name.

    Args:
        folder: Prompts that replace the agent's own of the same name, which are the default.

    Raises:
        PromptError: One of them is malformed, unknown, or has other variables than the code fills in.
    """
    own = {path.stem: load_prompt(path) for path in sorted(PROMPT_FOLDER.glob("*.md"))}
    if folder is None:
        return own
    if not folder.is_dir():
        raise PromptError(f"{folder}: there is no such folder of prompts")
    others = [load_prompt(path) for path in sorted(folder.glob("*.md"))]
    return own | {other.name: replacing(other, own) for other in others}


def replacing(prompt: Prompt, known: Mapping[str, Prompt]) -> Prompt:
    """Return the prompt where it can replace the known one of its name.

    Raises:
        PromptError: There is none of that name, or the code fills in other variables; the line is that of the
            declaration.
    """
    if prompt.name not in known:
        raise PromptError(f"{prompt.name}.md:1: there is no prompt {prompt.name}; known are {', '.join(sorted(known))}")
    needed = known[prompt.name].variables
    if prompt.variables != needed:
        line = next((n for n, text in enumerate(prompt.source.splitlines(), 1) if text.startswith("variables:")), 1)
        parts = {"missing": sorted(needed - prompt.variables), "unknown": sorted(prompt.variables - needed)}
        problems = [f"{word} variable {', '.join(names)}" for word, names in parts.items() if names]
        raise PromptError(f"{prompt.name}.md:{line}: {'; '.join(problems)}")
    return prompt
