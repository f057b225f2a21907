"""The page ``/replay`` for prompt engineers: find a turn, see what happened inside, run it again changed, compare.

Rendered here with Jinja2; htmx swaps the parts that change. What it shows is masked, what it runs changes nothing.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from pydantic import Field, ValidationError

from agent.errors import ModelError
from agent.prompt_files import PromptError
from api.pages.graph_svg import END, START, Shape, picture, shape_of
from api.pages.html import people_page, pretty_json
from api.pages.run_conditions import KINDS, LOW, SLOW, Conditions
from api.pages.words import language_of, say
from api.registry import service_of
from api.routes.runs import Engineer, RerunBody, list_place, next_place
from conversation.recorder import WAITING
from database.run_records import RunDetail
from database.runs import RunNotFound
from replay.comparison import RunSummary, difference, word_diff
from replay.kept_back import kept_back
from replay.overrides import BadOverrides, Overrides
from replay.rerun_comparison import rerun_and_compare, rerunner_of
from replay.rerunner import NotReplayable

PATH = "/replay"
router = APIRouter(prefix=PATH, include_in_schema=False)

PAGE_SIZE = 50


class _List(Conditions):
    """What the list is asked for: conditions, and the place after which it goes on."""

    after: str | None = Field(None, max_length=120)


@router.get("")
async def show_list(request: Request, _: Engineer, asked: Annotated[_List, Query()]) -> HTMLResponse:
    """The turns, newest first; htmx asks for the rows only."""
    service = service_of(request)
    rows = await service.runs.list(asked.filter(), limit=PAGE_SIZE, before=list_place(asked.after))
    following = next_place(rows, PAGE_SIZE)
    more = None if following is None else urlencode({**asked.query(), "after": following}, doseq=True)
    template = "replay/rows.html" if "hx-request" in request.headers else "replay/list.html"
    operations = sorted(tool.name for tool in service.toolbox.tools)
    return _page(
        request, template, rows=rows, more=more, chosen=asked, operations=operations, low=LOW, slow=SLOW, kinds=KINDS
    )  # fmt: skip


@router.get("/compare")
async def show_comparison(request: Request, _: Engineer, run: Annotated[list[str], Query()]) -> HTMLResponse:
    """Two recorded turns beside each other, the older first."""
    if len(run) != 2:
        return _problem(request, 422, say(language_of(request), "replay.choose_two"), part=False)
    runs = service_of(request).runs
    try:
        first, second = sorted([await runs.get(each) for each in run], key=lambda detail: detail.row.started_at)
    except RunNotFound:
        return _gone(request, part=False)
    found = difference(*(RunSummary.of(asdict(detail.row), detail.calls) for detail in (first, second)))
    return _page(request, "replay/compare.html", first=first, second=second, found=found)


@router.get("/{run_id}")
async def show_run(request: Request, run_id: str, _: Engineer) -> HTMLResponse:
    """One turn: the path through the graph, each node's input and output, the prompts, and what may be changed."""
    service = service_of(request)
    try:
        detail = await service.runs.get(run_id)
    except RunNotFound:
        return _gone(request, part=False)
    served = {name: prompt.source for name, prompt in service.dependencies.prompts.items()}
    nodes = list(dict.fromkeys(step["node"] for step in detail.steps))
    return _page(
        request, "replay/run.html", detail=detail, row=detail.row, graph=_graph(request, detail.steps), served=served,
        kept_back=kept_back(detail.steps, detail.models), recorded=_prompts(request, detail),
        results=_results(detail), nodes=nodes, reruns=await service.runs.reruns(run_id),
    )  # fmt: skip


@router.get("/{run_id}/reruns/{rerun_id}")
async def show_rerun(request: Request, run_id: str, rerun_id: str, _: Engineer) -> HTMLResponse:
    """One saved re-run: what was changed, what came of it, beside the record."""
    runs = service_of(request).runs
    try:
        found, detail = await runs.rerun(run_id, rerun_id), await runs.get(run_id)
    except RunNotFound:
        return _gone(request, part=False)
    words = word_diff(detail.row.answer or "", found.outcome.get("answer") or "")
    texts = kept_back(found.outcome.get("steps", ()), found.outcome.get("models", ()))
    return _page(request, "replay/rerun.html", rerun=found, detail=detail, words=words, kept_back=texts)


@router.post("/{run_id}/rerun")
async def rerun(request: Request, run_id: str, user: Engineer) -> HTMLResponse:
    """Run the turn again with what the form changes, and show what differs."""
    service = service_of(request)
    try:
        detail = await service.runs.get(run_id)
        overrides = await _overrides(request, detail)
        found = await rerun_and_compare(
            rerunner_of(service), service.runs, run_id, overrides, user.login, service.clock()
        )
    except RunNotFound:
        return _gone(request, part=True)
    except NotReplayable as error:
        return _problem(request, 409, str(error), part=True)
    except (PromptError, BadOverrides, ModelError) as error:
        return _problem(request, 422, str(error), part=True)
    graph = _graph(request, found.steps)
    return _page(request, "replay/again.html", found=found, detail=detail, changed=list(overrides.changed), graph=graph)


async def _overrides(request: Request, detail: RunDetail) -> Overrides:
    """Read the overrides from the form; a field that equals the record is no override.

    Raises:
        BadOverrides: A number is out of its range, or an edited result is not JSON.
    """
    form = {name: str(value) for name, value in (await request.form()).items()}
    plain = {name: form[name] for name in ("node", "model", "temperature", "seed") if form.get(name, "").strip()}
    recorded_prompts, recorded_results = _prompts(request, detail), _results(detail)
    prompts, results = {}, {}
    for name, text in form.items():
        kind, _, key = name.partition(":")
        text = text.replace("\r\n", "\n")  # as forms send line breaks
        if kind == "prompt" and text.strip() != recorded_prompts.get(key, "").strip():
            prompts[key] = text if text.endswith("\n") else text + "\n"
        elif kind == "result" and text.strip() != recorded_results.get(key, "").strip():
            results[key] = _parsed(key, text)
    try:
        body = RerunBody.model_validate({**plain, "prompts": prompts, "results": results})
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise BadOverrides("; ".join(problems)) from error
    return Overrides(**body.model_dump())


def _parsed(operation: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadOverrides(f"{operation}: the result is not JSON: {error}") from error


def _prompts(request: Request, detail: RunDetail) -> dict[str, str]:
    """The prompts that the turn had; today's, where their text is no longer kept."""
    served = service_of(request).dependencies.prompts
    return {name: detail.prompts.get(name, prompt.source) for name, prompt in served.items()}


def _results(detail: RunDetail) -> dict[str, str]:
    """The recorded result of each operation that ran, as an engineer edits it."""
    return {
        call["operation"]: pretty_json(call["result"])
        for call in detail.calls
        if call["kind"] == "run" and call["result"]
    }


def _graph(request: Request, steps: Sequence[Mapping[str, Any]]) -> Markup:
    """The graph with the path of these steps lit; one that waits for the customer has not come to the end."""
    ended = not steps or steps[-1]["output"] != WAITING
    words = functools.partial(say, language_of(request))
    labels = {START: words("replay.start"), END: words("replay.end")}
    drawn = picture(_shape(request), [step["node"] for step in steps], ended, words("replay.path"), labels)
    return Markup(drawn)  # noqa: S704  made here, names in it are escaped


def _shape(request: Request) -> Shape:
    """The graph's shape, made once for the application."""
    state = request.app.state
    if not hasattr(state, "graph_shape"):
        state.graph_shape = shape_of(service_of(request).dependencies)
    shape: Shape = state.graph_shape
    return shape


def _gone(request: Request, *, part: bool) -> HTMLResponse:
    return _problem(request, 404, say(language_of(request), "replay.gone"), part=part)


def _problem(request: Request, status: int, problem: str, *, part: bool) -> HTMLResponse:
    return _page(request, "replay/problem.html", status, problem=problem, part=part)


def _page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return people_page(request, template, status, **{"part": False, **values})
