"""Prompt files: Markdown with front matter, identified by the hash of their content.

A prompt is text with ``{{ variable }}`` places. The front matter (YAML between two ``---`` lines) names the variables
and whatever structured data belongs to the prompt (questions, examples), so that an engineer edits one file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from agent.prompt_schemas import FIRST_LINE, PromptProblem, front_problems, name_problems, option_problems
from core.yaml_text import FRONT_MATTER, TextError, read_yaml, repeated_names

PROMPT_FOLDER = Path(__file__).parent / "prompts"
_PLACE = re.compile(r"\{\{ ([a-z_]+) \}\}")
_NO_PLACE = re.compile(r"\{\{(?! [a-z_]+ \}\})")


class PromptError(TextError):
    """A prompt file cannot be used; each line of the message names the file and the line of one mistake."""


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
    return read_prompt(path.stem, text_of(path))


def text_of(path: Path) -> str:
    """Return the content of a file.

    Raises:
        PromptError: It is missing, or not UTF-8; the message names the file and the line.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PromptError(f"{path.name}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PromptError(f"{path.name}:{line}: not UTF-8") from error


def read_prompt(name: str, content: str) -> Prompt:
    """Parse a prompt and check it by the schema of its name.

    Args:
        name: The file's name without its ending.
        content: The file's content; a byte order mark is left out, and line breaks become those of Unix.

    Raises:
        PromptError: It is malformed; each line of the message names the file and the line of one mistake.
    """
    content = content.removeprefix("\ufeff").replace("\r\n", "\n")
    front = FRONT_MATTER.match(content)
    if front is None:
        raise _error(name, [PromptProblem(1, "no front matter between two lines of ---")])
    if (nul := content.find("\0")) >= 0:
        raise _error(name, [PromptProblem(content[:nul].count("\n") + 1, "a character of the code 0")])
    data = _front_data(name, front.group(1))
    declared = data.get("variables", [])
    if not isinstance(declared, list) or not all(isinstance(each, str) for each in declared):
        raise _error(name, [PromptProblem(_line_of_variables(content), "variables: a list of names is needed")])
    body = content[front.end() :]
    text = body.strip("\n")
    blank = len(body) - len(body.lstrip("\n"))
    problems = _place_problems(text, set(declared), content[: front.end()].count("\n") + blank + 1)
    problems += front_problems(name, front.group(1), data)
    if problems:
        raise _error(name, problems)
    data = {key: value for key, value in data.items() if key != "variables"}
    sha = hashlib.sha256(content.encode()).hexdigest()[:12]
    return Prompt(name, text, frozenset(declared), data, sha, content)


def _front_data(name: str, front: str) -> dict[str, Any]:
    """Parse a front matter.

    Raises:
        PromptError: It is no mapping, or has a name twice.
    """
    try:
        data = read_yaml(front) or {}
        repeated = [PromptProblem(*each) for each in repeated_names(front, FIRST_LINE)] if data else []
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        raise _error(name, [PromptProblem(line, str(getattr(error, "problem", None) or error))]) from error
    except (ValueError, RecursionError) as error:  # a date that there is not, a number without end, too many brackets
        raise _error(name, [PromptProblem(1, f"the front matter cannot be read: {error}")]) from error
    if not isinstance(data, dict):
        raise _error(name, [PromptProblem(2, "the front matter names no fields")])
    if repeated:
        raise _error(name, repeated)
    return data


def _place_problems(text: str, declared: set[str], first: int) -> list[PromptProblem]:
    """Return what is wrong with the places of a text whose first line is this one of the file."""
    problems = []
    for place in _PLACE.finditer(text):
        if place.group(1) not in declared:
            problems.append(
                PromptProblem(first + text[: place.start()].count("\n"), f"unknown variable {place.group(1)}")
            )
    for place in _NO_PLACE.finditer(text):
        line = first + text[: place.start()].count("\n")
        problems.append(PromptProblem(line, "a place is written {{ name }}, with a blank on either side"))
    if missing := declared - {place.group(1) for place in _PLACE.finditer(text)}:
        problems.append(PromptProblem(1, f"declared but not used: {', '.join(sorted(missing))}"))
    return problems


def _error(name: str, problems: Iterable[PromptProblem]) -> PromptError:
    return PromptError("\n".join(f"{name}.md:{problem.line}: {problem.text}" for problem in problems))


def _line_of_variables(content: str) -> int:
    return next((n for n, text in enumerate(content.splitlines(), 1) if text.startswith("variables:")), 1)


def load_prompts(folder: Path | None = None) -> dict[str, Prompt]:
    """Load every prompt, by name.

    Args:
        folder: Prompts that replace the agent's own of the same name, which are the default.

    Raises:
        PromptError: Some are malformed, unknown, or have other variables or names than the code knows; each line of
            the message names the file and the line of one mistake.
    """
    own = {path.stem: load_prompt(path) for path in sorted(PROMPT_FOLDER.glob("*.md"))}
    if folder is None:
        return own
    if not folder.is_dir():
        raise PromptError(f"{folder}: there is no such folder of prompts")
    others: dict[str, Prompt] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.md")):
        try:
            others[path.stem] = replacing(load_prompt(path), own)
        except PromptError as error:
            problems.append(str(error))
    if problems:
        raise PromptError("\n".join(problems))
    return own | others


def replacing(prompt: Prompt, known: Mapping[str, Prompt]) -> Prompt:
    """Return the prompt where it can replace the known one of its name.

    Raises:
        PromptError: There is none of that name, the code fills in other variables, or a name is not known.
    """
    if prompt.name not in known:
        raise PromptError(f"{prompt.name}.md:1: there is no prompt {prompt.name}; known are {', '.join(sorted(known))}")
    needed = known[prompt.name].variables
    if prompt.variables != needed:
        parts = {"missing": sorted(needed - prompt.variables), "unknown": sorted(prompt.variables - needed)}
        problems = [f"{word} variable {', '.join(names)}" for word, names in parts.items() if names]
        raise _error(prompt.name, [PromptProblem(_line_of_variables(prompt.source), "; ".join(problems))])
    if found := name_problems(prompt.name, _front_of(prompt), prompt.data, known[prompt.name].data):
        raise _error(prompt.name, found)
    return prompt


def check_options(prompts: Mapping[str, Prompt], trained: Mapping[str, Collection[str]] | None) -> None:
    """Check that a decision model can answer the questions of questions.md.

    Args:
        prompts: The prompts by name.
        trained: The options by question that the model was trained on; None for one that reads any question.

    Raises:
        PromptError: It was not trained on an option; each line names the file and the line.
    """
    questions = prompts["questions"]
    if trained is not None and (found := option_problems(_front_of(questions), questions.data, trained)):
        raise _error("questions", found)


def _front_of(prompt: Prompt) -> str:
    front = FRONT_MATTER.match(prompt.source)
    return front.group(1) if front else ""
