"""``telekom prompts versions|pull|push|label|rollback``: the registry of everything that customers read.

A moved label is served by every running process within seconds. Nothing is written before all of it was checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import console, show_table, stop
from cli.stored import Json, open_database, run_or_stop
from cli.text_files import files_named, name_of, served_now

if TYPE_CHECKING:
    from database.session import Database
    from database.texts import Texts, Version

texts_app = typer.Typer()
_BY = "telekom command"
LabelName = Annotated[str, typer.Argument(help="production, staging, or one of your own")]
TextName = Annotated[str, typer.Argument(help="the text, such as respond or prompts/answers.yaml")]


@texts_app.command()
def versions(name: TextName, as_json: Json = False) -> None:
    """List the versions of a text with author, date, note and labels, the newest first."""

    async def read() -> list[Version]:
        served, _ = await served_now()
        async with open_database() as database:
            return await _registry(database).versions(name_of(name, served))

    found = run_or_stop(read())
    if as_json:
        from pydantic_core import to_json

        typer.echo(to_json(found, indent=2))
        return
    rows = [
        (each.number, each.sha, f"{each.at:%d.%m.%Y %H:%M}", each.by, each.note, ", ".join(each.labels))
        for each in found
    ]
    show_table(None, ("version", "hash", "when", "by", "note", "labels"), rows)


@texts_app.command()
def pull(
    folder: Annotated[
        Path, typer.Argument(help="where the files go: prompts/ and knowledge/ below it", file_okay=False)
    ],
    force: Annotated[bool, typer.Option(help="write over files that differ")] = False,
) -> None:
    """Write every served text to a folder, for git; TELEKOM_PROMPTS and TELEKOM_KNOWLEDGE can name its two folders."""
    served, _ = run_or_stop(served_now())
    files = {folder / name: each.text for name, each in served.items()}
    differ = [file for file, text in files.items() if file.is_file() and file.read_text(encoding="utf-8") != text]
    if differ and not force:
        raise stop(f"{', '.join(map(str, differ))}: other content; --force writes over it. Nothing was written.", 1)
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    console.print(f"{len(files)} texts written to {folder}, {len(differ)} of them over other content", highlight=False)


@texts_app.command()
def push(
    paths: Annotated[list[Path], typer.Argument(help="files or folders", exists=True)],
    note: Annotated[str, typer.Option(help="why, for whoever reads the versions")] = "",
    label: Annotated[str | None, typer.Option(help="put this label on them: production serves them")] = None,
) -> None:
    """Check texts and add those that differ from what is served as new versions."""
    from agent.models import trained_options
    from core.clock import istanbul_now
    from core.settings import Settings
    from service.texts import contents_of, file_texts

    async def write() -> list[Version]:
        settings = Settings()
        served, _ = await served_now()
        now = {name: each.text for name, each in served.items()}
        changed = {name: text for name, text in files_named(paths, now).items() if now.get(name) != text}
        contents_of({**now, **changed}, settings, trained_options(settings))
        files = file_texts(settings)
        added = []
        async with open_database() as database:
            texts = _registry(database)
            for name, text in changed.items():
                first = files[name].text if name in files else None
                added.append(await texts.add(name, text, first=first, by=_BY, at=istanbul_now(), note=note))
                if label is not None:
                    await texts.move(name, label, added[-1].number, by=_BY, at=istanbul_now())
        return added

    added = run_or_stop(write())
    for each in added:
        console.print(f"{each.name} version {each.number} {each.sha} {label or ''}".rstrip(), highlight=False)
    if not added:
        console.print("Nothing differs from what is served.")


@texts_app.command("label")
def put_label(
    name: TextName,
    label: LabelName,
    number: Annotated[int | None, typer.Argument(min=1, help="the version; none: take the label off")] = None,
) -> None:
    """Put a label on a version: a service that serves this label serves it within seconds, without a restart."""

    async def move() -> str:
        served, _ = await served_now()
        return await _moved(name_of(name, served), label, number)

    whole = run_or_stop(move())
    console.print(f"{whole}: {label} is {f'version {number}' if number else 'off'}", highlight=False)


@texts_app.command()
def rollback(name: TextName, label: LabelName = "production") -> None:
    """Put a label back where it was before: on the version before, or off, so that the files are served again."""

    async def move() -> tuple[str, int | None]:
        served, _ = await served_now()
        whole = name_of(name, served)
        async with open_database() as database:
            number = await _registry(database).before(whole, label)
        return await _moved(whole, label, number), number

    whole, number = run_or_stop(move())
    console.print(f"{whole}: {label} is {f'version {number}' if number else 'off'} again", highlight=False)


def _registry(database: Database) -> Texts:
    from database.texts import Texts

    return Texts(database)


async def _moved(name: str, label: str, number: int | None) -> str:
    """Move a label, unless what would be served with it cannot be."""
    from agent.models import trained_options
    from core.clock import istanbul_now
    from core.settings import Settings
    from service.served_texts import check_moves

    async with open_database() as database:
        texts, settings = _registry(database), Settings()
        await check_moves(texts, settings, trained_options(settings), label, {name: number})
        await texts.move(name, label, number, by=_BY, at=istanbul_now())
    return name
