"""``telekom eval knowledge``: how well questions find the entries of the operator's pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.console import console, show_table, stop
from cli.knowledge import FolderOption, base_or_stop

knowledge_eval_app = typer.Typer()


@knowledge_eval_app.command()
def knowledge(
    file: Annotated[
        Path, typer.Argument(help="JSON Lines, as evaluation/knowledge/score.py describes", exists=True)
    ] = Path("evaluation/data/knowledge.jsonl"),
    folder: FolderOption = None,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="write the figures there as one JSON object", dir_okay=False)
    ] = None,
    wrong: Annotated[bool, typer.Option(help="list the questions that went wrong")] = False,
) -> None:
    """Count how often the right entry of the operator's pages is found, and nothing where nothing fits."""
    from evaluation.knowledge.score import BadRows, figures, read_rows, search_all

    try:
        rows = read_rows(file)
    except BadRows as error:
        raise stop(str(error), 2) from error
    base = base_or_stop(folder)
    if unknown := sorted({row.entry for row in rows if row.entry and base.entry(row.entry) is None}):
        raise stop(f"{file}: there are no entries {', '.join(unknown)}", 2)
    found = search_all(rows, base)
    counted = figures(found)
    show_table(f"{file.name}, {len(base.entries)} entries", ("figure", "value"), counted.items())
    for one in found if wrong else ():
        if one.wrong:
            best = ", ".join(f"{hit.entry.id} {hit.score:.2f}" for hit in one.hits)
            console.print(f"{one.asked.text} [{one.asked.entry}]: {best}", markup=False, highlight=False)
    if json_out:
        json_out.write_text(json.dumps(counted, ensure_ascii=False) + "\n", encoding="utf-8")
