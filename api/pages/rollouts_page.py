"""The pages ``/replay/rollouts``: versions for a share of the conversations, both sides live, one click ends it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field, ValidationError

from api.errors import ApiError
from api.pages.html import people_page, problem_page
from api.registry import service_of
from api.routes.prompts import BadText, TextNotFound
from api.routes.rollouts import NewRollout, RolloutNotFound, RolloutRefused, begun, ended, shown
from api.routes.runs import Engineer
from service.rollouts import USUAL_MEASURES, RolloutPlan
from service.text_versions import RECORDED, SERVED, versions_to_try

PATH = "/replay/rollouts"
router = APIRouter(prefix=PATH, include_in_schema=False)

_Number = Annotated[int, Path(ge=1, lt=2**31)]


class _Form(BaseModel):
    """What is typed into the form for a new roll-out."""

    version: str = Field("", max_length=160)
    share: int = 10
    label: str = Field("production", max_length=40)
    measure: list[str] = []
    note: str = Field("", max_length=1000)


@router.get("")
async def show_rollouts(
    request: Request, _: Engineer, version: Annotated[str, Query(max_length=160)] = ""
) -> HTMLResponse:
    """All roll-outs, and a form for a new one."""
    return await _all(request, _Form(version=version, measure=list(USUAL_MEASURES)))


@router.post("")
async def begin(request: Request, user: Engineer, asked: Annotated[_Form, Form()]) -> Response:
    """Begin a roll-out, or say why it cannot be."""
    try:
        wanted = NewRollout.model_validate({
            "versions": [asked.version], "share": asked.share, "label": asked.label, "measures": asked.measure,
            "note": asked.note,
        })  # fmt: skip
        plan = RolloutPlan(wanted.versions, wanted.share, wanted.label, wanted.measures, wanted.note)
        found = await begun(service_of(request), plan, user.login)
    except ValidationError as error:
        problem = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        return await _all(request, asked, problem)
    except (BadText, TextNotFound, RolloutRefused) as error:
        return await _all(request, asked, error.details["reason"])
    return RedirectResponse(f"{PATH}/{found.id}", status_code=303)


@router.get("/{rollout_id}")
async def show_rollout(request: Request, _: Engineer, rollout_id: _Number) -> Response:
    """One roll-out with both sides; the figures come anew while it runs."""
    return await _one(request, rollout_id, "replay/rollout.html")


@router.get("/{rollout_id}/part")
async def show_figures(request: Request, _: Engineer, rollout_id: _Number) -> Response:
    """The part of the page that comes anew."""
    return await _one(request, rollout_id, "replay/rollout_part.html")


@router.post("/{rollout_id}/{how}")
async def end(
    request: Request, user: Engineer, rollout_id: _Number, how: Literal["return", "serve"]
) -> Response:  # fmt: skip
    """Take a roll-out back, or serve it to everybody."""
    try:
        await ended(service_of(request), rollout_id, how, user.login)
    except RolloutNotFound:
        return problem_page(request, "not_found", 404)
    except (BadText, RolloutRefused) as error:
        return await _one(request, rollout_id, "replay/rollout.html", error)
    return RedirectResponse(f"{PATH}/{rollout_id}", status_code=303)


async def _all(request: Request, asked: _Form, problem: str | None = None) -> HTMLResponse:
    service = service_of(request)
    versions = [name for name in await versions_to_try(service.texts) if name not in (RECORDED, SERVED)]
    return people_page(
        request, "replay/rollouts.html", 422 if problem else 200, rows=await service.rollouts.rollouts.all(),
        versions=versions, asked=asked, measures=USUAL_MEASURES, problem=problem,
    )  # fmt: skip


async def _one(request: Request, rollout_id: int, template: str, problem: ApiError | None = None) -> Response:
    try:
        row, figures = await shown(service_of(request), rollout_id)
    except RolloutNotFound:
        return problem_page(request, "not_found", 404)
    reason = None if problem is None else problem.details["reason"]
    page: HTMLResponse = people_page(
        request, template, 409 if problem else 200, row=row, figures=figures, problem=reason
    )  # fmt: skip
    return page
