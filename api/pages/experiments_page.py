"""The page of one experiment, ``/replay/experiments/{id}``: it runs the turns while it is open, and shows the figures.

Each step of the page runs turns for two seconds in the engineers' lane. So nothing runs that nobody looks at, a closed
page or a restarted server loses no result, and no process has to know which one works on it.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from agent.errors import ModelError
from agent.prompt_files import PromptError
from api.pages.html import people_page, problem_page
from api.registry import service_of
from api.routes.runs import Engineer
from core.operator_facts import KnowledgeError
from database.experiments import Experiments, SetProblem
from replay.comparison import word_diff
from replay.experiment import ExperimentRunner
from replay.rerun_comparison import rerunner_of
from replay.verdicts import Flip, flips, verdict_of

router = APIRouter(prefix="/replay/experiments", include_in_schema=False)

_STEP_SECONDS = 2.0
_SHOWN = 500
"""Flips on the page; the command shows all."""


@router.get("/{experiment}")
async def show_experiment(
    request: Request, _: Engineer, experiment: str, go: Annotated[str, Query(max_length=1)] = ""
) -> Response:
    """What an experiment has found so far; with ``go`` the page goes on with it."""
    return await _shown(request, experiment, "replay/experiment.html", going=bool(go))


@router.post("/{experiment}/step")
async def step(request: Request, _: Engineer, experiment: str) -> Response:
    """Run some more turns, and show what there is."""
    service = service_of(request)
    store = Experiments(service.database)
    problem = None
    try:
        row = await store.experiment(experiment)
        runner = ExperimentRunner(rerunner_of(service), service.runs, store)
        going = not await runner.run(row, seconds=_STEP_SECONDS)
    except SetProblem:
        return problem_page(request, "not_found", 404)
    except (PromptError, KnowledgeError, ModelError) as error:
        problem, going = str(error), False
    return await _shown(request, experiment, "replay/experiment_part.html", going=going, problem=problem)


async def _shown(
    request: Request, experiment: str, template: str, *, going: bool, problem: str | None = None
) -> Response:
    store = Experiments(service_of(request).database)
    try:
        row = await store.experiment(experiment)
    except SetProblem:
        return problem_page(request, "not_found", 404)
    results = await store.results(row.id)
    answers = {(each.run_id, each.side): each.answer or "" for each in reversed(results)}
    total = len(await store.turns(row.set_name)) * len(row.sides) * row.repetitions
    page: HTMLResponse = people_page(
        request, template, row=row, verdict=row.verdict or verdict_of(results, len(row.sides)),
        flips=flips(results, len(row.sides))[:_SHOWN], words=partial(_words, answers), done=len(results), total=total,
        going=going and row.verdict is None, problem=problem,
    )  # fmt: skip
    return page


def _words(answers: dict[tuple[str, int], str], flip: Flip) -> list[tuple[str, str]]:
    return word_diff(answers.get((flip.run_id, 0), ""), answers.get((flip.run_id, flip.side), ""))
