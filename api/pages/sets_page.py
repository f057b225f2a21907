"""The pages ``/replay/sets``: sets of recorded turns, what is expected of them, and the experiments on them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field

from agent.prompt_files import PromptError
from api.pages.html import people_page, problem_page
from api.pages.run_conditions import KINDS, LOW, SLOW, Conditions
from api.registry import service_of
from api.routes.runs import Engineer
from core.operator_facts import KnowledgeError
from database.experiments import Experiments, SetProblem, SetTurn
from database.run_records import RunRow
from database.runs import RunNotFound
from database.texts import VersionNotFound
from replay.checks import BadExpectations, expected_in, parse_expectations
from replay.experiment import MOST_REPETITIONS, Side, begin_experiment
from service.container import RunningService
from service.text_versions import texts_named, versions_to_try

PATH = "/replay/sets"
router = APIRouter(prefix=PATH, include_in_schema=False)

MOST_TURNS = 10_000
_PROBLEMS = (SetProblem, RunNotFound, VersionNotFound, PromptError, KnowledgeError, BadExpectations)

_Note = Annotated[str, Form(max_length=1000, pattern=r"^[^\x00]*$")]


class _NewSet(Conditions):
    """A set that a form asks for."""

    name: str = ""
    note: str = Field("", max_length=1000, pattern=r"^[^\x00]*$")
    limit: int = Field(200, ge=1, le=MOST_TURNS)


@router.get("")
async def show_sets(request: Request, _: Engineer, chosen: Annotated[Conditions, Query()]) -> HTMLResponse:
    """All sets, and a form for a new one with the conditions of the list."""
    return await _sets(request, chosen)


@router.post("")
async def make_set(request: Request, user: Engineer, asked: Annotated[_NewSet, Form()]) -> Response:
    """Freeze the turns that meet the conditions."""
    service, wanted = service_of(request), asked.filter()
    rows = await service.runs.list(wanted, limit=asked.limit)
    made_from = {**wanted.set, "limit": asked.limit}
    return await _made(request, rows, asked, made_from, user.login)


@router.post("/ticked")
async def make_set_by_hand(
    request: Request, user: Engineer, name: Annotated[str, Form()] = "", run: Annotated[list[str] | None, Form()] = None
) -> Response:
    """Freeze the turns that were ticked in the list."""
    runs, chosen = service_of(request).runs, _NewSet(name=name)
    try:
        rows = [(await runs.get(each)).row for each in run or []]
    except RunNotFound:
        return problem_page(request, "not_found", 404)
    return await _made(request, rows, chosen, {}, user.login)


async def _made(
    request: Request, rows: Sequence[RunRow], asked: _NewSet, made_from: dict[str, Any], login: str
) -> Response:
    service = service_of(request)
    try:
        await _store(service).make_set(
            asked.name, rows, note=asked.note, made_from=made_from, by=login, at=service.clock()
        )
    except SetProblem as error:
        return await _sets(request, asked, str(error))
    return _to(asked.name)


@router.get("/{name}")
async def show_set(request: Request, _: Engineer, name: str) -> Response:
    """One set: its turns, what is expected of them, its experiments."""
    return await _set(request, name)


@router.post("/{name}/expect")
async def expect(
    request: Request, _: Engineer, name: str, expected: Annotated[str, Form(max_length=300_000)] = ""
) -> Response:
    """Write what must hold of the turns; a turn that is left out has no expectations any more."""
    store = _store(service_of(request))
    try:
        turns = await store.turns(name)
        wanted = expected_in(turns, parse_expectations(expected, name))
        await store.expect(name, {turn.run_id: wanted.get(turn.run_id, {}) for turn in turns})
    except BadExpectations as error:
        return await _set(request, name, str(error), expected)
    return _to(name)


@router.post("/{name}/drop")
async def drop(request: Request, _: Engineer, name: str) -> Response:
    """Delete a set with its experiments."""
    try:
        await _store(service_of(request)).drop_set(name)
    except SetProblem:
        return problem_page(request, "not_found", 404)
    return RedirectResponse(PATH, status_code=303)


@router.post("/{name}/experiment")
async def begin(
    request: Request, user: Engineer, name: str,
    first: Annotated[str, Form(max_length=200)] = "served",
    other: Annotated[list[str] | None, Form()] = None,
    model: Annotated[str, Form(max_length=900)] = "",
    temperature: Annotated[str, Form(max_length=60)] = "",
    repeat: Annotated[int, Form(ge=1, le=MOST_REPETITIONS)] = 1,
) -> Response:  # fmt: skip
    """Begin an experiment; its page runs it."""
    service = service_of(request)
    names = list(dict.fromkeys([first, *(other or [])]))
    models = [each.strip() for each in model.split(",") if each.strip()]
    try:
        sides = await _sides(service, names, models, _temperatures(temperature))
        row = await begin_experiment(_store(service), service.runs, name, sides, repeat, user.login, service.clock())
    except _PROBLEMS as error:
        return await _set(request, name, str(error))
    return RedirectResponse(f"/replay/experiments/{row.id}?go=1", status_code=303)


async def _sides(
    service: RunningService, names: Sequence[str], models: Sequence[str | None], temperatures: Sequence[float | None]
) -> list[Side]:
    texts = [(name, await texts_named(name, service.texts)) for name in names]
    return [
        Side.of(name, content, model, heat)
        for (name, content), model, heat in itertools.product(texts, models or [None], temperatures or [None])
    ]


def _temperatures(typed: str) -> list[float]:
    try:
        found = [float(each.replace(",", ".")) for each in typed.split()]
    except ValueError as error:
        raise SetProblem(f"temperature: {typed}") from error
    if not all(0 <= each <= 2 for each in found):
        raise SetProblem(f"temperature: {typed}; 0 ... 2")
    return found


async def _sets(request: Request, chosen: Conditions, problem: str | None = None) -> HTMLResponse:
    service = service_of(request)
    return people_page(
        request, "replay/sets.html", 422 if problem else 200, sets=await _store(service).sets(), chosen=chosen,
        problem=problem, operations=sorted(tool.name for tool in service.toolbox.tools), low=LOW, slow=SLOW,
        kinds=KINDS,
    )  # fmt: skip


async def _set(request: Request, name: str, problem: str | None = None, typed: str | None = None) -> Response:
    service = service_of(request)
    store = _store(service)
    try:
        found = await store.set_of(name)
    except SetProblem:
        return problem_page(request, "not_found", 404)
    turns = await store.turns(name)
    return people_page(
        request, "replay/set.html", 422 if problem else 200, set=found, turns=turns, problem=problem,
        typed=_yaml(turns) if typed is None else typed, versions=await versions_to_try(service.texts),
        experiments=await store.experiments(name), own_model=service.settings.model,
    )  # fmt: skip


def _yaml(turns: Sequence[SetTurn]) -> str:
    expected = {turn.run_id[:8]: turn.expected for turn in turns if turn.expected}
    return yaml.safe_dump(expected, allow_unicode=True, sort_keys=False) if expected else ""


def _store(service: RunningService) -> Experiments:
    return Experiments(service.database)


def _to(name: str) -> RedirectResponse:
    return RedirectResponse(f"{PATH}/{name}", status_code=303)
