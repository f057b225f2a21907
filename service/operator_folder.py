"""The folder of an operator: written by ``telekom init``, named by ``TELEKOM_OPERATOR``.

``operator.yaml`` (name, looks, fees, limits), ``logo.svg`` or ``.png``, ``catalogue.csv`` or ``.jsonl``, ``knowledge/``
(pages) and, where there are any, ``prompts/`` (texts in the place of ours). ``service.operator_check`` checks it.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from core.operator_facts import KNOWLEDGE_FOLDER, OPERATOR_FILE, ExactLoader, read_operator
from core.operator_logo import logo_problem
from database.exchange.files import FORMATS
from database.exchange.records import PackageRecord

CATALOGUE, KNOWLEDGE, LOGO = "catalogue", "knowledge", "logo"
_LINE = re.compile(r"^(?P<name>[a-z_]+): (?P<value>.*)$")


class BadAnswers(ValueError):
    """An operator's folder cannot be made of these answers; the message says why."""


@dataclass(frozen=True)
class FolderAnswers:
    """Answers that an operator's folder is made of.

    Attributes:
        facts: Values of ``operator.yaml`` by name; those that are left out stay as the demo operator has them.
        logo: A picture; None lets one be drawn.
        catalogue: A file of packages.
        packages: Packages that were typed in, by the names of their columns, in the place of a file.
        knowledge: A folder of pages; None copies those of the demo operator, which name no figure themselves.
    """

    facts: Mapping[str, Any]
    logo: Path | None = None
    catalogue: Path | None = None
    packages: tuple[Mapping[str, str], ...] = field(default=())
    knowledge: Path | None = None


def demo_values() -> dict[str, str]:
    """Return the values of the demo operator by name, as they are written in his file."""
    return {found["name"]: found["value"] for found in map(_LINE.match, _demo_lines()) if found}


def read_answers(file: Path) -> FolderAnswers:
    """Read a file of answers: the keys of ``operator.yaml``, and ``logo``, ``catalogue`` and ``knowledge`` as paths.

    Args:
        file: YAML; its paths are taken from its own folder.

    Raises:
        BadAnswers: It is no mapping, or names something that is not there.
        OSError: It cannot be read.
    """
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=ExactLoader)  # noqa: S506  a safe loader
    except yaml.YAMLError as error:
        raise BadAnswers(f"{file}: not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise BadAnswers(f"{file}: holds no answers; write lines such as  name: {{tr: …, en: …}}")
    facts = {name: value for name, value in content.items() if name not in (LOGO, CATALOGUE, KNOWLEDGE)}
    paths = {name: file.parent / str(content[name]) for name in (LOGO, CATALOGUE, KNOWLEDGE) if content.get(name)}
    for name, path in paths.items():
        if not (path.is_dir() if name == KNOWLEDGE else path.is_file()):
            raise BadAnswers(f"{file}: {name}: there is no {path}")
    return FolderAnswers(facts, paths.get(LOGO), paths.get(CATALOGUE), (), paths.get(KNOWLEDGE))


def operator_yaml(facts: Mapping[str, Any]) -> str:
    """Return the text of an ``operator.yaml``: the demo operator's with other values, the comments as they are.

    Raises:
        BadAnswers: A name is not one of the file's.
        KnowledgeError: A value cannot be used.
    """
    known = demo_values()
    if unknown := [name for name in facts if name not in known]:
        raise BadAnswers(f"{unknown[0]} is not known; known are {', '.join((*known, LOGO, CATALOGUE, KNOWLEDGE))}")
    lines = []
    for line in _demo_lines():
        found = _LINE.match(line)
        name = found["name"] if found else ""
        if name == "assistant" and name not in facts:
            continue  # made from the name
        lines.append(f"{name}: {written(facts[name])}" if name in facts else line)
    text = "\n".join(lines) + "\n"
    read_operator(text, Path(OPERATOR_FILE))
    return text


def written(value: Any) -> str:
    """Return a value as it stands in YAML, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {written(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def write_folder(folder: Path, answers: FolderAnswers) -> None:
    """Write an operator's folder.

    Args:
        folder: A folder that has no ``operator.yaml`` yet; it is made where there is none.
        answers: What it is made of.

    Raises:
        BadAnswers: There is an operator in it already, or an answer cannot be used; nothing was written.
        KnowledgeError: The same, of a value.
        OSError: The folder cannot be written, or a file cannot be read.
    """
    if (folder / OPERATOR_FILE).exists():
        raise BadAnswers(f"{folder} has an operator already; change its files, then telekom init {folder} --check")
    _refuse_unfit(answers)
    text = operator_yaml(answers.facts)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(answers.knowledge or KNOWLEDGE_FOLDER, folder / KNOWLEDGE, ignore=_only_pages, dirs_exist_ok=True)
    if answers.logo is not None:
        shutil.copyfile(answers.logo, folder / f"{LOGO}{answers.logo.suffix.lower()}")
    if answers.catalogue is not None:
        shutil.copyfile(answers.catalogue, folder / f"{CATALOGUE}{answers.catalogue.suffix.lower()}")
    elif answers.packages:
        _write_packages(folder / f"{CATALOGUE}.csv", answers.packages)
    (folder / OPERATOR_FILE).write_text(text, encoding="utf-8")


def _refuse_unfit(answers: FolderAnswers) -> None:
    if answers.logo is not None and (problem := logo_problem(answers.logo)):
        raise BadAnswers(f"{answers.logo}: {problem}")
    if answers.catalogue is not None and answers.catalogue.suffix.lower() not in FORMATS:
        raise BadAnswers(f"{answers.catalogue}: the name must end in {', '.join(FORMATS)}")


def _write_packages(file: Path, packages: Iterable[Mapping[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as output:
        rows = csv.DictWriter(output, [*PackageRecord.model_fields], lineterminator="\n")
        rows.writeheader()
        rows.writerows(packages)


def _only_pages(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".md")]


def _demo_lines() -> list[str]:
    return (KNOWLEDGE_FOLDER / OPERATOR_FILE).read_text(encoding="utf-8").splitlines()
