"""``telekom init``: ask what an operator is, write the folder that the service starts from, and check it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import counted, printable, say, stop

if TYPE_CHECKING:
    from service.operator_check import Findings
    from service.operator_folder import FolderAnswers

_FIRST = ("name", "colour", "languages", "phone", "phone_from_abroad", "email")
"""What is asked first; the rest may be left to the file."""
_UNITS = {"_fee": " (TL)", "_days": " (days)", "_gb": " (GB)", "_percent": " (percent a month)"}
_PACKAGE = {
    "monthly_fee": "Monthly fee (TL)", "internet_gb": "GB", "voice_minutes": "Minutes", "sms_count": "SMS",
    "target_audience": "Who it is for",
}  # fmt: skip


def init(
    folder: Annotated[Path, typer.Argument(help="folder of the operator", file_okay=False)],
    answers: Annotated[
        Path | None, typer.Option(help="a YAML file with the answers, instead of questions", exists=True)
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="only check a folder that is there")] = False,
) -> None:
    """Make a folder of your own company (name, looks, catalogue, fees, pages) that the service starts from."""
    from core.operator_facts import KnowledgeError
    from service.operator_folder import BadAnswers, read_answers, write_folder

    if not check:
        try:
            write_folder(folder, read_answers(answers) if answers is not None else _asked(folder))
        except (BadAnswers, KnowledgeError) as error:
            raise stop(str(error), 1) from error
        except OSError as error:
            raise stop(f"{error.filename}: {error.strerror}", 1) from error
    _check(folder)
    if not check:
        say(f"Start with it: TELEKOM_OPERATOR={folder} telekom serve")


def _check(folder: Path) -> None:
    """Tell what a check found; a problem ends the command with status 1."""
    from service.operator_check import check_folder

    found = asyncio.run(check_folder(folder))
    for problem in found.problems:
        typer.echo(printable(problem), err=True)
    for hint in found.hints:
        say(f"hint: {hint}")
    if found.problems:
        raise stop(f"{counted(len(found.problems), 'problem')} in {folder}", 1)
    say(_summary(found))


def _summary(found: Findings) -> str:
    name = found.operator.name.en if found.operator else ""
    return f"{name}: {counted(found.packages, 'package')}, {found.entries} entries of knowledge: nothing is wrong"


def _asked(folder: Path) -> FolderAnswers:
    """Ask everything that an operator's folder is made of; Enter takes what stands in brackets."""
    from core.operator_facts import OPERATOR_FILE
    from service.operator_folder import BadAnswers, FolderAnswers, demo_values

    if (folder / OPERATOR_FILE).exists():
        raise BadAnswers(f"{folder} has an operator already; change its files, then telekom init {folder} --check")
    demo = demo_values()
    facts: dict[str, Any] = {}
    for name in _FIRST:
        facts[name] = _fact(name, demo[name])
    logo = _path("Logo, a file .svg or .png (Enter: a sign is drawn)")
    catalogue = _path("Catalogue, a file .csv or .jsonl (Enter: type the packages)")
    packages = () if catalogue else tuple(iter(_package, None))
    knowledge = _path("Folder of your pages (Enter: a copy of the demo's, with your name and fees)")
    if typer.confirm("Go through fees and limits now? Else the demo's are written, for you to change", default=True):
        for name in (name for name in demo if name not in facts and name != "assistant"):
            facts[name] = _fact(name, demo[name])
    return FolderAnswers(facts, logo, catalogue, packages, knowledge)


def _fact(name: str, default: str) -> Any:
    """Ask for a value until it can be used; what is in both languages is asked twice."""
    import yaml

    from core.operator_facts import ExactLoader

    known = yaml.load(default, Loader=ExactLoader)  # noqa: S506  a safe loader
    unit = next((words for end, words in _UNITS.items() if name.endswith(end)), "")
    label = f"{name.replace('_', ' ').capitalize()}{unit}"
    if isinstance(known, dict):
        return _until_fit(name, lambda: {part: _typed(f"{label}, {part}", value) for part, value in known.items()})
    if isinstance(known, list):
        return _until_fit(
            name, lambda: _typed(f"{label}, the first one first", ", ".join(known)).replace(",", " ").split()
        )
    return _until_fit(name, lambda: _typed(label, known))


def _typed(label: str, default: Any) -> Any:
    """Ask for one value, of the kind of the default."""
    text: str = typer.prompt(label, default=str(default))
    return text if isinstance(default, str) else _Plain(text.strip())


class _Plain:
    """A number as it was typed, so that 149.10 stays 149.10."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


def _until_fit(name: str, ask: Callable[[], Any]) -> Any:
    from core.operator_facts import KnowledgeError
    from service.operator_folder import operator_yaml

    while True:
        value = ask()
        try:
            operator_yaml({name: value})
        except KnowledgeError as error:
            typer.echo(str(error).partition(f"{name}: ")[2] or str(error), err=True)
            continue
        return value


def _path(label: str) -> Path | None:
    while True:
        text: str = typer.prompt(label, default="", show_default=False)
        path = Path(text.strip()).expanduser()
        if not text.strip() or path.exists():
            return path if text.strip() else None
        typer.echo(f"There is no {path}.", err=True)


def _package() -> dict[str, str] | None:
    """Ask for one package; None ends the list."""
    name: str = typer.prompt("Name of a package (Enter: no more)", default="", show_default=False)
    if not name.strip():
        return None
    return {"name": name.strip()} | {column: str(typer.prompt(label)) for column, label in _PACKAGE.items()}
