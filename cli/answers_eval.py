"""``telekom eval asked`` and ``support``: what customers ask is answered; free sentences are judged rightly."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import JsonOption, advance, console, progress_bar, show_table, write_json
from cli.served_agent import agent_or_stop

if TYPE_CHECKING:
    from evaluation.answers.asked import AskedAnswer

answers_eval_app = typer.Typer()

ASKED_FILE = Path("evaluation/data/asked.jsonl")
SUPPORT_FILE = Path("evaluation/data/support.jsonl")


@answers_eval_app.command()
def asked(
    file: Annotated[Path, typer.Argument(help="rows: customer, turns, kind, language, expect")] = ASKED_FILE,
    model: Annotated[str | None, typer.Option(help="TELEKOM_MODEL for this run")] = None,
    json_out: JsonOption = None,
    show: Annotated[bool, typer.Option("--show", help="print every answer that misses something")] = False,
) -> None:
    """Ask questions as customers do, and check that the answers say what was asked."""
    from evaluation.answers.asked import answer_cases, figures, read_cases

    agent = agent_or_stop(model)
    cases = read_cases(file)

    async def measure() -> list[AskedAnswer]:
        with progress_bar() as bar:
            done = advance(bar, bar.add_task("questions", total=len(cases)))
            return [one async for one in answer_cases(cases, agent, done)]

    answered = asyncio.run(measure())
    counted = figures(answered)
    show_table(f"asked, model {agent.models.name}", ("figure", "value"), [(k, str(v)) for k, v in counted.items()])
    for one in answered if show else ():
        if not one.right:
            said = f"[{one.case.kind}] {one.case.customer}: {' / '.join(one.case.turns)}\n  {one.asked} {one.missing}"
            console.print(f"{said}\n  {one.text}", markup=False, highlight=False)
    write_json(json_out, {**counted, "agent": agent.provenance()})


@answers_eval_app.command()
def support(
    file: Annotated[Path, typer.Argument(help="rows: evidence, sentence, supported, kind, language")] = SUPPORT_FILE,
    json_out: JsonOption = None,
    show: Annotated[bool, typer.Option("--show", help="print every sentence that is judged wrongly")] = False,
) -> None:
    """Judge sentences beside their evidence as free answers are judged: false accepts and false refusals by kind."""
    from dataclasses import asdict

    from agent.decision.support import SUPPORT_FILE, load_support_model
    from agent.local.storage import files_digest
    from evaluation.answers.support import by_kind, judge, read_cases

    reading, weights = load_support_model(), files_digest([SUPPORT_FILE])
    console.print(f"weights {weights}", markup=False, highlight=False)
    judged = judge(read_cases(file), reading)
    figures = by_kind(judged)
    show_table(
        f"{file.name}, threshold {reading.threshold:.3f}",
        ("kind", "sentences", "wrong by the reading", "wrong as served"),
        [(one.kind, one.n, one.wrong_by_reading, one.wrong_as_served) for one in figures],
    )
    for one in judged if show else ():
        if one.said != one.case.supported:
            said = f"{one.probability:.2f} [{one.case.kind}] {one.case.sentence} <- {one.case.evidence}"
            console.print(said, markup=False, highlight=False)
    counted = {"threshold": reading.threshold, "kinds": [asdict(one) for one in figures]}
    write_json(json_out, {**counted, "agent": {"weights": weights}})
