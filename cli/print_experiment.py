"""Print what an experiment has found: the sides with their cost, better and worse by check, the turns that flip."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from cli.console import console, counted, show_table

if TYPE_CHECKING:
    from database.experiments import ExperimentRow, TurnResult


def print_experiment(row: ExperimentRow, results: Sequence[TurnResult], as_json: bool) -> None:
    """Print an experiment, as far as it has come.

    Args:
        row: The experiment.
        results: What there is of it.
        as_json: Print one JSON object.
    """
    from replay.verdicts import flips, verdict_of

    names = [side["name"] for side in row.sides]
    verdict = row.verdict or verdict_of(results, len(names))
    found = flips(results, len(names))
    if as_json:
        told = {
            "id": row.id, "set": row.set_name, "done": row.verdict is not None, **verdict,
            "sides": [side | cost for side, cost in zip(row.sides, verdict["sides"], strict=True)],
            "flips": [flip._asdict() for flip in found],
        }  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    console.print(f"experiment {row.id} on {row.set_name}: {counted(verdict['turns'], 'turn')}", highlight=False)
    if row.verdict is None:
        console.print(f"not done; go on with --go-on {row.id[:8]}", highlight=False)
    if verdict["not_run"]:
        console.print(f"{counted(verdict['not_run'], 'turn')} could not be run again", highlight=False)
    sides = [
        (place, name, f"{cost['passed']} of {cost['of']}", cost["ms"], cost["tokens"])
        for place, (name, cost) in enumerate(zip(names, verdict["sides"], strict=True))
    ]
    show_table("sides", ("", "side", "all checks hold", "median ms", "tokens"), sides)
    for compared in verdict["compared"]:
        title = f"{names[compared['side']]} beside {names[0]}; {counted(compared['answers_changed'], 'answer')} changed"
        tables = [
            (check, t["before"], t["after"], t["better"], t["worse"], t["same"], f"{t['p']:.3f}")
            for check, t in compared["checks"].items()
        ]
        show_table(title, ("check", "before", "after", "better", "worse", "same", "p"), tables)
    flipped = [(flip.run_id[:8], names[flip.side], flip.check, flip.verdict, flip.why) for flip in found]
    if flipped:
        show_table("turns that flip", ("run", "side", "check", "", "why"), flipped)
