"""Checks answer and wording files against the agent's own: the same situations, no fact that is not there, no figure.

What an edited file may change is how things are said. A situation without an answer would end a turn, a fact that is
not there could not be filled in, and a question that leaves a fact out would ask for a consent to something unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from agent.prompt_files import PromptError
from core.fields import FIELD
from core.yaml_text import lines_of, read_yaml, repeated_names
from graph.answers.approved import WORDING_FILE

_Place = tuple[int | str, ...]
_FIGURE = re.compile(r"\d")
_BRACE = re.compile(r"[{}]")
_APPROVED = ("operations", "errors", "small_talk")


def check_answers(name: str, content: str, own: str) -> None:
    """Check an answer or wording file.

    Args:
        name: The file's name.
        content: Its content.
        own: The content of the agent's own file of that name.

    Raises:
        PromptError: It cannot be served; each line of the message names the file and the line of one mistake.
    """
    try:
        data, repeated = read_yaml(content), repeated_names(content, first=1)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise PromptError(f"{name}:{line}: {getattr(error, 'problem', None) or error}") from error
    except (ValueError, RecursionError) as error:
        raise PromptError(f"{name}:1: it cannot be read: {error}") from error
    problems = list(repeated)
    line_of = lines_of(content, first=1)
    problems += [(line_of(place), text) for place, text in _problems(data, read_yaml(own), (), name == WORDING_FILE)]
    if problems:
        raise PromptError("\n".join(f"{name}:{line}: {text}" for line, text in problems))


def _problems(value: Any, own: Any, place: _Place, all_fields: bool) -> Iterator[tuple[_Place, str]]:
    """Yield the places where a value differs from our own in more than its words."""
    if isinstance(own, Mapping):
        yield from _of_mapping(value, own, place, all_fields)
    elif isinstance(own, list):
        yield from _of_list(value, own, place, all_fields)
    elif not isinstance(value, str) or not value.strip():
        yield place, f"{_dotted(place)}: a text is needed"
    else:
        yield from _stray_braces(value, place)
        yield from _of_fields(_fields(value), _fields(own), place, all_fields)


def _of_mapping(value: Any, own: Mapping[str, Any], place: _Place, all_fields: bool) -> Iterator[tuple[_Place, str]]:
    if not isinstance(value, Mapping):
        yield place, f"{_dotted(place)}: named texts are needed"
        return
    for key in value:
        if key not in own:
            yield (*place, key), f"{_dotted((*place, key))}: nothing asks for it"
    for key, each in own.items():
        if key not in value:
            yield place, f"{_dotted((*place, key))} is missing"
        else:
            yield from _problems(value[key], each, (*place, key), all_fields)


def _of_list(value: Any, own: list[Any], place: _Place, all_fields: bool) -> Iterator[tuple[_Place, str]]:
    is_texts = isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)
    if not is_texts or (own and not value):
        yield place, f"{_dotted(place)}: a list of texts is needed"
        return
    for number, text in enumerate(value):
        yield from _stray_braces(text, (*place, number))
    known = {field for each in own for field in _fields(each)}
    if all_fields:
        yield from _of_fields({field for each in value for field in _fields(each)}, known, place, True)
        return
    for number, text in enumerate(value):
        yield from _of_fields(_fields(text), known, (*place, number), False)
        if place[0] in _APPROVED and _FIGURE.search(FIELD.sub("", text)):
            yield (*place, number), f"{_dotted(place)}: a figure is written out; facts stand as {{field}}"
    if place[0] in _APPROVED and (more := sorted(_fields(value[0]) - _fields(own[0]))):
        yield (*place, 0), f"{_dotted(place)}: the first answer is said where {', '.join(more)} may be missing"


def _stray_braces(text: str, place: _Place) -> Iterator[tuple[_Place, str]]:
    """Yield a text in which a brace is left once the fields are filled in: customers would read it."""
    if left := _BRACE.search(FIELD.sub("", text)):
        yield place, f"{_dotted(place)}: {left[0]} belongs to no {{field}}"


def _of_fields(found: set[str], known: set[str], place: _Place, all_fields: bool) -> Iterator[tuple[_Place, str]]:
    if unknown := sorted(found - known):
        yield (
            place,
            f"{_dotted(place)}: there is no fact {', '.join(unknown)}; there are {', '.join(sorted(known)) or 'none'}",
        )
    if all_fields and (missing := sorted(known - found)):
        yield place, f"{_dotted(place)}: it leaves out {', '.join(missing)}"


def _fields(text: Any) -> set[str]:
    return set(FIELD.findall(text)) if isinstance(text, str) else set()


def _dotted(place: _Place) -> str:
    return ".".join(map(str, place)) or "the file"
