"""``telekom eval knowledge``: how well questions find the entries of the operator's pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.console import JsonOption, console, show_table, stop, write_json
from cli.knowledge import FolderOption

knowledge_eval_app = typer.Typer()


@knowledge_eval_app.command()
def knowledge(
    file: Annotated[
        Path, typer.Argument(help="JSON Lines, as evaluation/knowledge/score.py describes", exists=True)
    ] = Path("evaluation/data/knowledge.jsonl"),
    folder: FolderOption = None,
    json_out: JsonOption = None,
    wrong: Annotated[bool, typer.Option(help="list the questions that went wrong")] = False,
) -> None:
    """Count how often the right entry of the operator's pages is found, and nothing where nothing fits."""
    from agent.decision.embedding import MEANING_FILE
    from agent.errors import ModelError
    from agent.local.storage import files_digest
    from agent.prompt_files import PromptError
    from core.operator_facts import KnowledgeError
    from core.settings import Settings
    from evaluation.knowledge.score import figures, read_rows, search_all
    from evaluation.rows import BadRows
    from evaluation.served_agent import served_knowledge, text_line
    from service.texts import text_setup

    try:
        rows = read_rows(file)
    except BadRows as error:
        raise stop(str(error), 2) from error
    try:
        base, texts = served_knowledge(Settings() if folder is None else Settings(knowledge=folder))
    except (PromptError, KnowledgeError, ModelError) as error:
        raise stop(str(error), 1) from error
    weights = files_digest([MEANING_FILE])
    console.print(f"weights {weights}; texts: {text_line(texts)}", markup=False, highlight=False, soft_wrap=True)
    if unknown := sorted({row.entry for row in rows if row.entry and base.entry(row.entry) is None}):
        raise stop(f"{file}: there are no entries {', '.join(unknown)}", 2)
    found = search_all(rows, base)
    counted = figures(found)
    show_table(f"{file.name}, {len(base.entries)} entries", ("figure", "value"), counted.items())
    for one in found if wrong else ():
        if one.wrong:
            best = ", ".join(f"{hit.entry.id} {hit.score:.2f}" for hit in one.hits)
            console.print(f"{one.asked.text} [{one.asked.entry}]: {best}", markup=False, highlight=False)
    write_json(json_out, {**counted, "agent": {"weights": weights, **text_setup(texts)}})
