"""``telekom eval``: the commands that measure the agent. The measuring itself is in ``evaluation``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.answers_eval import answers_eval_app
from cli.console import JsonOption, advance, console, errors, progress_bar, show_table, stop, write_json
from cli.knowledge_eval import knowledge_eval_app
from cli.scenarios import scenario_app
from cli.served_agent import agent_or_stop

if TYPE_CHECKING:
    from evaluation.answers.score import MeasuredAnswer
    from evaluation.served_agent import ServedAgent
    from evaluation.understanding.baseline import ToolChoiceScores
    from evaluation.understanding.context import ContextFigure
    from evaluation.understanding.score import LabeledMessage, Scores

eval_app = typer.Typer(help="Measure the agent.", no_args_is_help=True)
eval_app.add_typer(scenario_app)
eval_app.add_typer(knowledge_eval_app)
eval_app.add_typer(answers_eval_app)

# The heavy parts are imported inside the commands: `telekom --help` answers at once.

ModelOption = Annotated[str | None, typer.Option(help="TELEKOM_MODEL for this run")]
RowsHelp = "JSON Lines, as evaluation/understanding/score.py describes"


@eval_app.command()
def understanding(
    file: Annotated[Path, typer.Argument(help=RowsHelp, exists=True, dir_okay=False)],
    model: ModelOption = None,
    json_out: JsonOption = None,
    report: Annotated[Path | None, typer.Option(help="folder of a page with tables and plots", file_okay=False)] = None,
    wrong: Annotated[bool, typer.Option(help="list the rows that went wrong")] = False,
) -> None:
    """Score tool choice, arguments and calibration on a file of messages."""
    from evaluation.understanding.agent_under_test import schema_toolbox

    toolbox = schema_toolbox()
    rows = _rows_of(file, toolbox.names)
    if report:
        _need_extra("matplotlib")
    agent = agent_or_stop(model)
    scores = _score(rows, agent)
    show_table(f"{file.name}, model {agent.models.name}", ("figure", "value"), scores.figures().items())
    if wrong:
        for row in scores.wrong:
            console.print_json(json.dumps(row, ensure_ascii=False), indent=None)
    write_json(json_out, {**scores.figures(), "agent": agent.provenance()})
    if report:
        from evaluation.understanding.report import write_report

        console.print(
            f"report: {write_report(scores, toolbox.names, report, file.name, agent.describe())}", markup=False
        )


@eval_app.command()
def context(
    file: Annotated[Path, typer.Argument(help=RowsHelp, exists=True, dir_okay=False)],
    n: Annotated[int | None, typer.Option(help="how many messages; all by default", min=1)] = None,
    seed: Annotated[int, typer.Option(help="chooses the messages", min=0)] = 0,
    model: ModelOption = None,
    json_out: JsonOption = None,
    worse: Annotated[bool, typer.Option(help="list the messages that an earlier turn spoils")] = False,
) -> None:
    """Compare how messages are read behind each kind of earlier turn with how they are read alone."""
    from dataclasses import asdict

    from evaluation.understanding.agent_under_test import schema_toolbox, served_understanding
    from evaluation.understanding.context import earlier_turns, measure_contexts, sampled

    rows = sampled(_rows_of(file, schema_toolbox().names), n, seed)
    agent = agent_or_stop(model)
    turns = earlier_turns(agent.prompts["questions"].data["contexts"])

    async def measure(done: Callable[[int], None]) -> list[ContextFigure]:
        async with served_understanding(agent) as understand:
            return await measure_contexts(rows, turns, understand, done)

    with progress_bar() as bar:
        task = bar.add_task("readings", total=len(rows) * (len(turns) + 1))
        figures = asyncio.run(measure(advance(bar, task)))
    show_table(
        f"{file.name}, {len(rows)} messages, {agent.describe()}",
        ("earlier turn", "lenient", "alone", "spoilt"),
        [(one.kind, f"{one.lenient:.4f}", f"{one.alone:.4f}", len(one.worse)) for one in figures],
    )
    if worse:
        for one in figures:
            for message in one.worse:
                console.print(f"{one.kind}: {message}", markup=False, highlight=False)
    write_json(json_out, {"kinds": [asdict(one) for one in figures], "agent": agent.provenance()})


@eval_app.command("rival", hidden=True, help="The old name of `telekom eval baseline`.")
@eval_app.command()
def baseline(
    files: Annotated[list[Path], typer.Argument(help=RowsHelp, exists=True, dir_okay=False)],
    model: ModelOption = None,
    json_out: JsonOption = None,
) -> None:
    """Compare the agent with character n-grams and logistic regression, on rows with one tool or none.

    The embedded model is compared twice: as it is served, and its language model without encoder and letters.
    """
    from evaluation.understanding.agent_under_test import schema_toolbox

    _need_extra("sklearn")
    from evaluation.understanding.baseline import (
        Baseline,
        NoTrainingRows,
        comparable,
        score_agent,
        score_baseline,
        training_rows,
    )

    toolbox = schema_toolbox()
    tests = {file: comparable(_rows_of(file, toolbox.names)) for file in files}
    if empty := [str(file) for file, rows in tests.items() if not rows]:
        raise stop(f"no row with one tool or none: {', '.join(empty)}", 2)
    try:
        written = training_rows([row.utterance for rows in tests.values() for row in rows])
        with errors.status(f"training the baseline on {len(written)} messages (some minutes for thousands)"):
            trained = Baseline(written)
    except NoTrainingRows as error:
        raise stop(str(error), 1) from error
    agent = agent_or_stop(model)
    results = []
    for file, rows in tests.items():
        theirs = score_baseline(rows, trained.choose([row.utterance for row in rows]))
        for name, variant in _variants(agent).items():
            ours = score_agent(_score(rows, variant).rows)
            results.append(_show_comparison(file.name, name, trained.trained_on, theirs, ours))
    write_json(json_out, {"trained_on": trained.trained_on, **agent.provenance(), "files": results})


def _variants(agent: ServedAgent) -> dict[str, ServedAgent]:
    """Return the agent and, where several ensemble members decide together, its language model alone, by name."""
    from agent.decision.model import LocalDecisionModel

    variants = {agent.models.name: agent}
    if isinstance(agent.models.decision_model, LocalDecisionModel):
        alone = agent.models.decision_model.with_members(("query", "pooled"))
        variants["language model alone"] = replace(agent, models=replace(agent.models, decision_model=alone))
    return variants


def _show_comparison(
    name: str, agent: str, trained_on: int, theirs: ToolChoiceScores, ours: ToolChoiceScores
) -> dict[str, Any]:
    from evaluation.understanding.baseline import compare

    compared = compare(theirs, ours)
    show_table(
        f"{name}: rows with one tool or none; baseline trained on {trained_on} messages, agent: {agent}",
        ("figure", "baseline", "agent", "points", "errors, agent / baseline"),
        [
            ("n", theirs.n, ours.n, None, None),
            *(
                (one.figure, f"{one.baseline:.4f}", f"{one.agent:.4f}", f"{one.points:+.2f}", one.error_ratio)
                for one in compared
            ),
        ],
    )
    return {
        "file": name,
        "agent": agent,
        "n": ours.n,
        "figures": [{**vars(one), "rival": one.baseline} for one in compared],
    }  # the old key stays


@eval_app.command()
def replies(
    file: Annotated[
        Path, typer.Argument(help="JSON Lines, as evaluation/understanding/replies.py describes", exists=True)
    ],
    model: ModelOption = None,
    json_out: JsonOption = None,
) -> None:
    """Count the replies to a proposed change on which it would run, rightly and wrongly."""
    from dataclasses import asdict

    from evaluation.understanding.replies import BadReplies, false_yeses, figures, read_consents, read_replies
    from graph.reading import MessageReader
    from graph.understanding.consent import ConsentReader

    try:
        found = read_replies(file)
    except BadReplies as error:
        raise stop(str(error), 2) from error
    agent = agent_or_stop(model)
    messages = MessageReader(agent.models.decision_model, agent.prompts["questions"].data)
    consents = ConsentReader(agent.models.second_reading, agent.config.yes_threshold)
    with progress_bar() as bar:
        done = advance(bar, bar.add_task("replies", total=len(found)))
        read = asyncio.run(read_consents(found, messages, consents, done))
    counted = figures(found, read)
    show_table(
        f"{file.name}, {agent.describe()}",
        ("figure", "count", "of"),
        [
            ("false yes", counted.false_yes, counted.n_not_yes),
            ("plain yes understood", counted.true_yes, counted.n_yes),
            ("correction read", counted.true_correction, counted.n_correction),
        ],
    )
    for reply, consent in false_yeses(found, read):
        console.print(f"{consent.agreement:.2f} [{reply.kind}] {reply.text}", markup=False, highlight=False)
    write_json(json_out, {**asdict(counted), "agent": agent.provenance()})


@eval_app.command()
def answers(
    n: Annotated[int, typer.Option(help="how many answers", min=1)] = 500,
    seed: Annotated[int, typer.Option(help="chooses customers, states and messages", min=0)] = 0,
    model: ModelOption = None,
    json_out: JsonOption = None,
    report: Annotated[Path | None, typer.Option(help="folder of a page with every answer", file_okay=False)] = None,
) -> None:
    """Write answers to real results and refusals, and check that what they state is true."""
    from evaluation.answers.score import figures, left_out

    agent = agent_or_stop(model)
    measured = asyncio.run(_measure_answers(n, seed, agent))
    counted = figures(measured)
    show_table(f"answers, model {agent.models.name}", ("figure", "value"), counted.items())
    console.print("languages are told apart by a heuristic: it counts telling words (evaluation/language.py)")
    from evaluation.understanding.agent_under_test import schema_toolbox

    missing = left_out(measured, schema_toolbox().names, agent.answers)
    if missing:
        console.print(f"not in the sample ({len(missing)}): {', '.join(missing)}", markup=False)
    for one in measured:
        if one.unsupported:
            said = f"{one.case.name}: {'; '.join(one.unsupported)} in: {one.written.text}"
            console.print(said, style="red", markup=False, highlight=False)
    write_json(json_out, {**counted, "agent": agent.provenance()})
    if report:
        from evaluation.answers.report import write_report

        console.print(f"report: {write_report(measured, counted, missing, report, agent.describe())}", markup=False)


async def _measure_answers(n: int, seed: int, agent: ServedAgent) -> list[MeasuredAnswer]:
    from evaluation.answers.cases import load_messages
    from evaluation.answers.score import measure, sample_cases, served_writer

    cases = await sample_cases(n, seed, load_messages(), agent.answers)
    with progress_bar() as bar:
        done = advance(bar, bar.add_task("answers", total=len(cases)))
        return [one async for one in measure(cases, served_writer(agent), agent.answers, done)]


def _rows_of(file: Path, operations: Sequence[str]) -> list[LabeledMessage]:
    """Return the rows of a file; bad ones end the command with status 2, each with its line and reason on stderr."""
    from evaluation.rows import BadRows
    from evaluation.understanding.score import read_rows

    try:
        return read_rows(file, operations)
    except (BadRows, OSError) as error:
        raise stop(str(error), 2) from error


def _score(rows: Sequence[LabeledMessage], agent: ServedAgent) -> Scores:
    from evaluation.understanding.agent_under_test import served_understanding
    from evaluation.understanding.score import score

    async def measure(done: Callable[[int], None]) -> Scores:
        async with served_understanding(agent) as understand:
            return await score(rows, understand, done)

    with progress_bar() as bar:
        return asyncio.run(measure(advance(bar, bar.add_task("messages", total=len(rows)))))


def _need_extra(library: str) -> None:
    """End the command with a hint where a library of the ``eval`` extra is not installed."""
    from importlib.util import find_spec

    if find_spec(library) is None:
        raise stop(f"{library} is not installed; `make setup` brings it, or: pip install -e '.[eval]'", 1)
