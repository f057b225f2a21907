"""Checks an operator's folder: what keeps the service from starting with it, and what he may have forgotten."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from agent.models import trained_options
from agent.prompt_files import PromptError
from core.operator_facts import OPERATOR_FILE, KnowledgeError, OperatorFacts, load_operator
from core.operator_logo import LOGO_TYPES, logo_of, logo_problem
from core.settings import Settings
from database.exchange.importing import import_file
from database.exchange.kinds import KINDS
from database.session import Database
from service.catalogue import catalogue_of
from service.operator_folder import CATALOGUE, KNOWLEDGE, LOGO, demo_values
from service.texts import contents_of, file_texts

_PARTS = {OPERATOR_FILE, KNOWLEDGE, "prompts", "scenarios"}
_FEES_AND_REACH = re.compile(r"_fee$|^(name|phone|phone_from_abroad|email)$")
_PICTURES = {".jpg", ".jpeg", ".gif", ".webp"}


@dataclass
class Findings:
    """Findings of a check.

    Attributes:
        problems: With each of these the service does not start, or a customer sees nothing: file, line, what to do.
        hints: What works, and may not be meant so.
        packages: Packages of the catalogue.
        entries: Entries of the pages.
        operator: The operator's facts, where they could be read.
    """

    problems: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    packages: int = 0
    entries: int = 0
    operator: OperatorFacts | None = None


async def check_folder(folder: Path) -> Findings:
    """Check an operator's folder as a start of the service would, and further.

    Args:
        folder: The folder.

    Raises:
        OSError: A file cannot be read.
    """
    found = Findings()
    if not (folder / OPERATOR_FILE).is_file():
        found.problems.append(f"{folder}: there is no {OPERATOR_FILE}; make one with telekom init {folder}")
        return found
    load_operator.cache_clear()  # the files may have changed since they were read
    try:
        found.operator = load_operator(folder)
    except KnowledgeError as error:
        found.problems += str(error).splitlines()
    _check_logo(folder, found)
    await _check_catalogue(folder, found)
    if found.operator is not None:
        _check_texts(folder, found)
        _look_for_the_demo(folder, found.operator, found)
    return found


def _check_logo(folder: Path, found: Findings) -> None:
    logo = logo_of(folder)
    if logo is not None and (problem := logo_problem(logo)):
        found.problems.append(f"{logo}:1: {problem}")
    for path in sorted(folder.iterdir()):
        if path.stem == LOGO and path.suffix.lower() in _PICTURES:
            found.problems.append(f"{path}:1: is not shown; save the picture as {' or '.join(LOGO_TYPES)}")
        elif path.name not in _PARTS and path.stem not in (LOGO, CATALOGUE) and not path.name.startswith("."):
            found.hints.append(f"{path}: nobody reads this; parts are {', '.join(sorted(_PARTS))}, logo, catalogue")
    if logo is None:
        found.hints.append(f"{folder}: no logo.svg or logo.png; a sign is drawn in your colour beside the name")


async def _check_catalogue(folder: Path, found: Findings) -> None:
    """Import the packages into a database in memory, as a start does."""
    file = catalogue_of(folder)
    if file is None:
        found.hints.append(
            f"{folder}: no catalogue.csv; packages come by telekom import catalogue FILE, or from a port"
        )
        return
    database = Database("sqlite+aiosqlite://")
    try:
        await database.migrate()
        done = await import_file(database, KINDS["catalogue"], file, dry_run=True)
    finally:
        await database.close()
    found.packages = done.rows
    for one in done.problems:
        column = f" {one.column}:" if one.column else ""
        found.problems.append(f"{file}:{one.line}:{column} {one.reason}")


def _check_texts(folder: Path, found: Findings) -> None:
    """Read pages and texts as the service would; other settings' folders do not count."""
    own = {name: folder / name if (folder / name).is_dir() else None for name in (KNOWLEDGE, "prompts")}
    settings = Settings(_env_file=None, operator=folder, knowledge=own[KNOWLEDGE], prompts=own["prompts"])
    if own[KNOWLEDGE] is None:
        found.hints.append(f"{folder}: no {KNOWLEDGE}/; the demo operator's pages answer, with your fees")
    try:
        texts = {name: each.text for name, each in file_texts(settings).items()}
        pages = contents_of(texts, settings, trained_options(settings)).pages
    except (PromptError, KnowledgeError) as error:
        places = (folder / KNOWLEDGE, folder / "prompts")
        found.problems += [_placed(line, places) for line in str(error).splitlines()]
        return
    found.entries = sum(len(page.entries) for page in pages)


def _placed(problem: str, folders: tuple[Path, ...]) -> str:
    """Return a problem with the whole path of the file that it begins with."""
    name = problem.partition(":")[0]
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    return problem if path is None else f"{path.parent}/{problem}"


def _look_for_the_demo(folder: Path, operator: OperatorFacts, found: Findings) -> None:
    """Tell which values are still those of the demo operator, who charges and reaches nobody."""
    demo = load_operator()
    same = [
        name for name in demo_values()
        if _FEES_AND_REACH.search(name) and getattr(operator, name) == getattr(demo, name)
    ]  # fmt: skip
    if same:
        found.hints.append(f"{folder / OPERATOR_FILE}: as the demo operator has it: {', '.join(same)}")
