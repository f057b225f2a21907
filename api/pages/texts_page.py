"""The page ``/replay/texts``: everything that customers read, edited in place, with its versions and labels.

What cannot be served is not saved: the page says why, with file and line, and keeps what was typed.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.pages.html import people_page, problem_page
from api.registry import service_of
from api.routes.prompts import BadText, TextNotFound, add_version, diff_lines, move_label, roll_back
from api.routes.runs import Engineer

PATH = "/replay/texts"
router = APIRouter(prefix=PATH, include_in_schema=False)

_Label = Annotated[str, Form(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
_Name = Annotated[str, Form(max_length=120)]


@router.get("")
async def show_texts(request: Request, _: Engineer) -> HTMLResponse:
    """Every text with where it is served from."""
    texts = service_of(request).texts
    await texts.refresh()
    labels = await texts.registry.labels()
    return people_page(request, "replay/texts.html", texts=texts.texts.values(), labels=labels)


@router.get("/one")
async def show_text(
    request: Request,
    _: Engineer,
    name: Annotated[str, Query(max_length=120)],
    version: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> Response:
    """One text to edit, its versions, and what differs from the served one."""
    return await _one(request, name, version=version)


@router.post("/save")
async def save(
    request: Request,
    user: Engineer,
    name: _Name,
    text: Annotated[str, Form(max_length=300_000)],
    note: Annotated[str, Form(max_length=1000)] = "",
    label: Annotated[str, Form(pattern=r"^([a-z0-9][a-z0-9_-]{0,39})?$")] = "",
) -> Response:
    """Check a text and add it as a version, with or without a label."""
    service = service_of(request)
    text = text.replace("\r\n", "\n")
    try:
        added = await add_version(service, name, text if text.endswith("\n") else f"{text}\n", note, user.login)
        if label:
            await move_label(service, name, label, added.number, user.login)
    except BadText as error:
        return await _one(request, name, status=422, typed=text, note=note, problem=error.details["reason"])
    return _back(name, added.number)


@router.post("/label")
async def put_label(
    request: Request, user: Engineer, name: _Name, label: _Label, number: Annotated[int, Form(ge=0, lt=2**31)] = 0
) -> Response:
    """Put a label on a version; 0 takes it off."""
    try:
        await move_label(service_of(request), name, label, number or None, user.login)
    except BadText as error:
        return await _one(request, name, status=422, problem=error.details["reason"])
    except TextNotFound:
        return problem_page(request, "not_found", 404)
    return _back(name)


@router.post("/rollback")
async def undo(request: Request, user: Engineer, name: _Name, label: _Label) -> Response:
    """Put a label back where it was before."""
    try:
        await roll_back(service_of(request), name, label, user.login)
    except BadText as error:
        return await _one(request, name, status=422, problem=error.details["reason"])
    except TextNotFound:
        return problem_page(request, "not_found", 404)
    return _back(name)


async def _one(
    request: Request, name: str, *, status: int = 200, version: int | None = None, typed: str | None = None,
    note: str = "", problem: str | None = None,
) -> Response:  # fmt: skip
    texts = service_of(request).texts
    await texts.refresh()
    versions = await texts.registry.versions(name)
    served = texts.texts.get(name)
    chosen = next((each for each in versions if each.number == version), None)
    if served is None or (version is not None and chosen is None):
        return problem_page(request, "not_found", 404)
    shown = typed if typed is not None else chosen.text if chosen else served.text
    lines = diff_lines(served.text, shown, "served", f"version {version}" if chosen else "typed")
    return people_page(
        request, "replay/text.html", status, served=served, versions=versions, chosen=chosen, shown=shown, note=note,
        problem=problem, lines=lines, labels=sorted({label for each in versions for label in each.labels}),
    )  # fmt: skip


def _back(name: str, version: int | None = None) -> RedirectResponse:
    query = f"&version={version}" if version else ""
    return RedirectResponse(f"{PATH}/one?name={name}{query}", status_code=303)
