"""``telekom knowledge``: check the operator's pages, list their entries, and try what a question finds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import console, show_table, stop

if TYPE_CHECKING:
    from core.languages import Language
    from graph.knowledge.pages import Page
    from graph.knowledge.search import KnowledgeBase

knowledge_app = typer.Typer(help="The operator's pages: check them, and try what they answer.", no_args_is_help=True)

FolderOption = Annotated[
    Path | None, typer.Option("--folder", help="TELEKOM_KNOWLEDGE for this command", exists=True, file_okay=False)
]


@knowledge_app.command()
def check(folder: FolderOption = None) -> None:
    """Check every page and the operator's file; problems are listed with file and line, status 1."""
    pages = pages_or_stop(folder)
    entries = [entry for page in pages for entry in page.entries]
    console.print(f"{len(pages)} pages, {len(entries)} entries: nothing is wrong")


@knowledge_app.command("list")
def list_entries(folder: FolderOption = None) -> None:
    """List all entries with their ids and titles."""
    rows = [
        (page.name, entry.id, entry.title("tr"), entry.title("en"))
        for page in pages_or_stop(folder)
        for entry in page.entries
    ]
    show_table(None, ("page", "id", "title", "title in English"), rows)


@knowledge_app.command()
def search(
    question: Annotated[str, typer.Argument(help="a question as a customer asks it")],
    folder: FolderOption = None,
    english: Annotated[bool, typer.Option("--en", help="show the English texts")] = False,
) -> None:
    """Show the entries that a question finds, and whether they would be used."""
    base = base_or_stop(folder)
    language: Language = "en" if english else "tr"
    hits = base.ranked(question)
    show_table(
        None,
        ("score", "id", "page", "text"),
        [(f"{hit.score:.2f}", hit.entry.id, hit.entry.page, hit.entry.text(language)) for hit in hits],
    )
    if not base.search(question):
        console.print("Nothing fits: the agent would not use any of these.")


def pages_or_stop(folder: Path | None) -> list[Page]:
    """Read the pages of a folder or of the settings; a mistake ends the command with status 1."""
    from core.operator_facts import KnowledgeError
    from core.settings import Settings
    from service.knowledge import knowledge_pages

    settings = Settings() if folder is None else Settings(knowledge=folder)
    try:
        return knowledge_pages(settings)
    except KnowledgeError as error:
        raise stop(str(error), 1) from error


def base_or_stop(folder: Path | None) -> KnowledgeBase:
    """Make the knowledge base as the server has it; a mistake ends the command with status 1."""
    from agent.errors import ModelError
    from core.operator_facts import KnowledgeError
    from core.settings import Settings
    from service.knowledge import knowledge_base

    try:
        return knowledge_base(Settings() if folder is None else Settings(knowledge=folder))
    except (KnowledgeError, ModelError) as error:
        raise stop(str(error), 1) from error
