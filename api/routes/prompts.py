"""Everything that customers read: engineers list it, add versions, compare them, move labels and roll back."""

from __future__ import annotations

import difflib
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from agent.prompt_files import PromptError
from api.envelope import Failure, Success, refusals
from api.errors import PROMPTS_PREFIX, ApiError
from api.registry import service_of
from api.routes.runs import Engineer
from core.operator_facts import KnowledgeError
from database.texts import Texts, Version, VersionNotFound
from service.container import RunningService

router = APIRouter(prefix=PROMPTS_PREFIX, tags=["prompts"], responses=refusals(401, 403, 422, form=Failure))

LABEL = r"^[a-z0-9][a-z0-9_-]{0,39}$"
_LONGEST = 300_000
"""Characters of a text."""

Name = Annotated[str, Query(max_length=120, description="as a path: `prompts/respond.md`, `knowledge/bills.md`")]


class TextNotFound(ApiError):
    """There is no such text or version, or nothing to go back to."""

    status = 404
    code = "TEXT_NOT_FOUND"
    text = "Böyle bir metin ya da sürüm yok."


class BadText(ApiError):
    """A text cannot be served; the reason names file and line."""

    status = 422
    code = "BAD_TEXT"
    text = "Bu metin sunulamaz."


class TextRow(BaseModel):
    """A text as it is served."""

    name: str
    origin: Literal["label", "folder", "files"] = Field(description="a labelled version, the operator's folder, ours")
    label: str | None = Field(description="the label of the version that is served")
    number: int | None = Field(description="the number of that version")
    sha: str = Field(description="first 12 hex digits of the SHA-256 of the content")
    labels: dict[str, int] = Field(description="the version that each label stands on")


class TextList(BaseModel):
    """All texts, by name."""

    texts: list[TextRow]


class VersionView(BaseModel):
    """A version of a text."""

    name: str
    number: int
    sha: str
    text: str
    by: str = Field(description="login of the author; `files` where it was taken from them")
    at: datetime
    note: str
    labels: list[str]


class VersionList(BaseModel):
    """The versions of a text, the newest first."""

    versions: list[VersionView]


class NewVersion(BaseModel):
    """A text to be checked and added."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=120)
    text: str = Field(max_length=_LONGEST)
    note: str = Field("", max_length=1000, pattern=r"^[^\x00]*$")
    label: str | None = Field(None, pattern=LABEL, description="put on the new version")


class LabelMove(BaseModel):
    """A label that moves."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=120)
    label: str = Field("production", pattern=LABEL)
    number: int | None = Field(None, ge=1, lt=2**31, description="the version; null takes the label off")


class Rollback(BaseModel):
    """A label that goes back to where it was before."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=120)
    label: str = Field("production", pattern=LABEL)


class TextDifference(BaseModel):
    """The lines that differ between two versions, as `diff -u` writes them."""

    lines: list[str]


@router.get("")
async def list_texts(request: Request, _: Engineer) -> Success[TextList]:
    """List every text with the version that is served, in the order of precedence: label, operator's folder, ours."""
    texts = service_of(request).texts
    await texts.refresh()
    labels = await texts.registry.labels()
    rows = [
        TextRow(
            name=name,
            origin=each.origin,
            label=each.label,
            number=each.number,
            sha=each.sha,
            labels=labels.get(name, {}),
        )  # fmt: skip
        for name, each in texts.texts.items()
    ]
    return Success(data=TextList(texts=rows))


@router.get("/versions", responses=refusals(404, form=Failure))
async def list_text_versions(request: Request, _: Engineer, name: Name) -> Success[VersionList]:
    """List the versions of a text, the newest first; empty where only the files have it."""
    texts = service_of(request).texts
    found = await texts.registry.versions(name)
    if not found and name not in texts.texts:
        raise TextNotFound(reason=f"There is no text {name}.")
    return Success(data=VersionList(versions=[_view(each) for each in found]))


@router.get("/diff", responses=refusals(404, form=Failure))
async def compare_texts(
    request: Request,
    _: Engineer,
    name: Name,
    first: Annotated[int | None, Query(ge=1, lt=2**31, description="a version; left out: what is served")] = None,
    second: Annotated[int | None, Query(ge=1, lt=2**31, description="a version; left out: what is served")] = None,
) -> Success[TextDifference]:
    """Compare two versions of a text, or one with what is served."""
    service = service_of(request)
    sides = [await _text(service, name, number) for number in (first, second)]
    titles = [f"version {number}" if number else "served" for number in (first, second)]
    return Success(data=TextDifference(lines=diff_lines(*sides, *titles)))


@router.post("/versions", status_code=201, responses=refusals(404, form=Failure))
async def add_text_version(request: Request, user: Engineer, body: NewVersion) -> Success[VersionView]:
    """Check a text and add it as a version; the newest one is returned where it has this very content already."""
    service = service_of(request)
    added = await add_version(service, body.name, body.text, body.note, user.login)
    if body.label is not None:
        await move_label(service, body.name, body.label, added.number, user.login)
    return Success(data=_view(added))


@router.post("/labels", responses=refusals(404, form=Failure))
async def move_text_label(request: Request, user: Engineer, body: LabelMove) -> Success[LabelMove]:
    """Put a label on a version, or take it off; every process of this label serves it within seconds."""
    await move_label(service_of(request), body.name, body.label, body.number, user.login)
    return Success(data=body)


@router.post("/rollback", responses=refusals(404, form=Failure))
async def roll_back_text(request: Request, user: Engineer, body: Rollback) -> Success[LabelMove]:
    """Put a label back where it was before its last move; doing it twice undoes it."""
    number = await roll_back(service_of(request), body.name, body.label, user.login)
    return Success(data=LabelMove(name=body.name, label=body.label, number=number))


async def add_version(service: RunningService, name: str, text: str, note: str, by: str) -> Version:
    """Check a text among the served ones and add it to the registry.

    Raises:
        BadText: It cannot be served.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        service.texts.check(name, text)
    except (PromptError, KnowledgeError) as error:
        raise BadText(reason=str(error)) from error
    return await service.texts.registry.add(
        name, text, first=service.texts.file_text(name), by=by, at=service.clock(), note=note
    )


async def move_label(service: RunningService, name: str, label: str, number: int | None, by: str) -> None:
    """Move a label, unless what would be served with it cannot be; this process serves it at once.

    Raises:
        BadText: It could not be served.
        TextNotFound: There is no such text or version.
    """
    registry: Texts = service.texts.registry
    try:
        await service.texts.check_move(name, label, number)
        await registry.move(name, label, number, by=by, at=service.clock())
    except VersionNotFound as error:
        raise TextNotFound(reason=str(error)) from error
    except (PromptError, KnowledgeError) as error:
        raise BadText(reason=str(error)) from error
    await service.texts.refresh()


async def roll_back(service: RunningService, name: str, label: str, by: str) -> int | None:
    """Put a label back where it was before, and return that version; None where the files are served again.

    Raises:
        TextNotFound: The label was never on this text.
        BadText: What was served then cannot be any more.
    """
    try:
        number = await service.texts.registry.before(name, label)
    except VersionNotFound as error:
        raise TextNotFound(reason=str(error)) from error
    await move_label(service, name, label, number, by)
    return number


def diff_lines(before: str, after: str, first: str, second: str) -> list[str]:
    """Return the lines that differ, as ``diff -u`` writes them."""
    return list(difflib.unified_diff(before.splitlines(), after.splitlines(), first, second, lineterm=""))


async def _text(service: RunningService, name: str, number: int | None) -> str:
    if number is None:
        if name not in service.texts.texts:
            raise TextNotFound(reason=f"There is no text {name}.")
        return service.texts.texts[name].text
    try:
        return (await service.texts.registry.version(name, number)).text
    except VersionNotFound as error:
        raise TextNotFound(reason=str(error)) from error


def _view(version: Version) -> VersionView:
    return VersionView(**vars(version) | {"labels": list(version.labels)})
