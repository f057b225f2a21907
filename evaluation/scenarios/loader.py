"""Read scenario files, naming every fault by its place, and fill placeholders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from core.fields import FIELD
from evaluation.scenarios.format import Scenario

FOLDER = Path(__file__).parent
"""The scenarios that come with the agent."""

PLACEHOLDERS = {
    "current_bill": "number of the newest bill", "amount": "its amount", "due_date": "its due date",
    "previous_bill": "number of the bill before it", "previous_amount": "that one's amount",
    "package": "package of the main line", "monthly_fee": "its monthly fee",
    "line": "number of the main line", "second_line": "number of the second line",
    "name": "the customer's name", "email": "contact e-mail", "phone": "contact phone", "address": "address",
    "region": "network region", "ticket": "number of the newest ticket",
    "cheapest_package": "cheapest package on offer for the customer", "dearest_package": "dearest one",
    "most_data_package": "the one with the most internet",
    "other_package": "first one of the list that the customer does not have",
    "stranger_name": "name of another customer", "stranger_amount": "amount of that one's newest bill",
    "stranger_line": "that one's main line",
}  # fmt: skip
"""The places in braces that a text of a scenario may hold, filled from the database before the first turn."""


class BadScenarios(ValueError):
    """Files that are no scenarios; the message has a line for each fault: ``file: place: reason``."""


def read_scenarios(folder: Path = FOLDER, only: Sequence[str] = ()) -> list[Scenario]:
    """Return the scenarios of a folder, in the order of their ids.

    Args:
        folder: Folder of the files.
        only: The ids to read; all files where it is empty.

    Raises:
        BadScenarios: A file is no scenario, an id is unknown, or there is no file.
        OSError: A file cannot be read.
    """
    files = sorted(folder.glob("*.yaml"))
    faults = [f"{name}: there is no such scenario" for name in only if name not in {file.stem for file in files}]
    if not files:
        faults.append(f"{folder}: there is no scenario")
    found = []
    for file in files:
        if only and file.stem not in only:
            continue
        try:
            found.append(_parsed(file))
        except BadScenarios as fault:
            faults.append(str(fault))
    if faults:
        raise BadScenarios("\n".join(faults))
    return found


def _parsed(file: Path) -> Scenario:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _StrictYamlLoader)  # noqa: S506  a safe loader that refuses doubles
        scenario = Scenario.model_validate(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadScenarios(f"{file.name}: not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        lines = [f"{file.name}: {_place(found['loc'])}: {found['msg']}" for found in error.errors()]
        raise BadScenarios("\n".join(lines)) from error
    faults = [f"{place}: there is no placeholder {{{name}}}" for place, name in _unknown_placeholders(content, ())]
    if scenario.id != file.stem:
        faults.append("id: not the file's name")
    if faults:
        raise BadScenarios("\n".join(f"{file.name}: {fault}" for fault in faults))
    return scenario


def _place(location: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in location) or "file"


def _unknown_placeholders(value: Any, location: tuple[str | int, ...]) -> Iterator[tuple[str, str]]:
    """Yield the place and the name of each unknown placeholder."""
    if isinstance(value, str):
        yield from ((_place(location), name) for name in FIELD.findall(value) if name not in PLACEHOLDERS)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _unknown_placeholders(inner, (*location, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unknown_placeholders(inner, (*location, index))


class _StrictYamlLoader(yaml.SafeLoader):
    """A YAML loader that refuses a key that stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        if doubles := sorted({str(name) for name in names if names.count(name) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"twice: {', '.join(doubles)}", node.start_mark)
        return super().construct_mapping(node, deep)


def filled(value: Any, values: Mapping[str, Any]) -> Any:
    """Return a value with its placeholders filled; a text that is one placeholder becomes the value itself.

    Raises:
        LookupError: The customer has no such thing.
    """
    if isinstance(value, dict):
        return {key: filled(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, values) for inner in value]
    if not isinstance(value, str):
        return value
    for name in FIELD.findall(value):
        if name not in values:
            raise LookupError(f"this customer has nothing to fill {{{name}}} with")
    whole = FIELD.fullmatch(value)
    return values[whole[1]] if whole else FIELD.sub(lambda match: str(values[match[1]]), value)
