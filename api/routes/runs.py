"""Recorded turns: engineers list, read and re-run them; a run's customer rates it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from agent.errors import ModelError
from agent.prompt_files import PromptError
from api.envelope import Failure, Success, refusals
from api.errors import RUNS_PREFIX, ApiError
from api.registry import service_of
from api.security import CurrentUser, require_role
from conversation.service import User
from database.enums import AccountRole
from database.run_records import RunFilter, RunRow
from replay.kept_back import KeptBack, kept_back
from replay.overrides import BadOverrides, Overrides
from replay.rerun_comparison import RerunComparison, rerun_and_compare, rerunner_of
from replay.rerunner import NotReplayable

router = APIRouter(prefix=RUNS_PREFIX, tags=["runs"], responses=refusals(401, 403, 422, form=Failure))

Engineer = Annotated[User, Depends(require_role(AccountRole.ENGINEER))]
"""A route's parameter of this type requires a login of a prompt engineer."""


class RunNotReplayable(ApiError):
    """A turn's checkpoints are gone, or it never reached the node."""

    status = 409
    code = "NOT_REPLAYABLE"
    text = "Bu konuşma adımı yeniden çalıştırılamıyor."


class BadOverride(ApiError):
    """A prompt or an edited result is malformed, or the model cannot be loaded."""

    status = 422
    code = "BAD_OVERRIDE"
    text = "Verilen istem, model ya da sonuç geçersiz."


class RunPage(BaseModel):
    """A page of runs, newest first; ``next`` asks for the page after it."""

    runs: list[RunRow]
    next: str | None


class RunView(BaseModel):
    """A turn with what happened inside it."""

    row: RunRow
    steps: list[dict[str, Any]] = Field(description="each node's input, output and milliseconds")
    calls: list[dict[str, Any]] = Field(description="each operation or preview with its result or error")
    models: list[dict[str, Any]] = Field(description="each use of a model")
    kept_back: list[KeptBack] = Field(description="what a model wrote in vain, or why it wrote nothing")
    setup: dict[str, Any]
    prompts: dict[str, str] = Field(description="text of each prompt by its name")


class Feedback(BaseModel):
    """A customer's rating of a turn."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    score: Literal[-1, 1]
    comment: str | None = Field(None, max_length=1000, pattern=r"^[^\x00]*$")


class RerunBody(BaseModel):
    """The overrides of a re-run; an empty body changes nothing."""

    model_config = ConfigDict(extra="forbid")

    node: str | None = Field(None, max_length=40, description="where to begin; by default at the turn's start")
    prompts: dict[str, str] = Field(default_factory=dict, description="content of a prompt file by its name")
    model: str | None = Field(None, max_length=300, description="another model that writes, as TELEKOM_MODEL names it")
    temperature: float | None = Field(None, ge=0, le=2)
    seed: int | None = Field(None, ge=0, lt=2**31)
    results: dict[str, dict[str, Any]] = Field(default_factory=dict, description="result by operation")


@router.get("")
async def list_runs(
    request: Request,
    _: Engineer,
    intent: str | None = None,
    tool: str | None = None,
    below: Annotated[float | None, Query(ge=0, le=1, description="confidence below this")] = None,
    score: Annotated[int | None, Query(ge=-1, le=1, description="what the customer gave: 1 or -1")] = None,
    failed: Annotated[bool | None, Query(description="a fault ended it, or a model failed in it")] = None,
    refused: Annotated[bool | None, Query(description="an operation was refused")] = None,
    slower: Annotated[int | None, Query(ge=0, lt=2**31, description="longer than this, milliseconds")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=120, description="`next` of the page before")] = None,
) -> Success[RunPage]:
    """List the recorded turns, newest first; personal data are masked."""
    wanted = RunFilter(
        intent=intent, tool=tool, below=below, score=score, failed=failed, refused=refused, slower=slower
    )
    rows = await service_of(request).runs.list(wanted, limit=limit, before=list_place(after))
    return Success(data=RunPage(runs=rows, next=next_place(rows, limit)))


@router.get("/{run_id}", responses=refusals(404, form=Failure))
async def get_run(request: Request, run_id: str, _: Engineer) -> Success[RunView]:
    """Return one turn with everything that happened inside it; personal data are masked."""
    detail = await service_of(request).runs.get(run_id)
    return Success(data=RunView(**asdict(detail), kept_back=kept_back(detail.steps, detail.models)))


@router.post("/{run_id}/feedback", responses=refusals(404, form=Failure))
async def give_feedback(request: Request, run_id: str, user: CurrentUser, body: Feedback) -> Success[Feedback]:
    """Rate one of the caller's own turns; a later rating replaces it."""
    await service_of(request).runs.give_feedback(run_id, user.customer_id, body.score, body.comment)
    return Success(data=body)


@router.post("/{run_id}/replay", responses=refusals(404, 409, form=Failure))
async def replay_run(
    request: Request, run_id: str, user: Engineer, body: RerunBody | None = None
) -> Success[RerunComparison]:
    """Re-run a turn, with or without overrides; the customer's thread and data stay as they are."""
    service = service_of(request)
    overrides = Overrides(**(body or RerunBody()).model_dump())
    try:
        found = await rerun_and_compare(
            rerunner_of(service), service.runs, run_id, overrides, user.login, service.clock()
        )
    except NotReplayable as error:
        raise RunNotReplayable(reason=str(error)) from error
    except (PromptError, BadOverrides, ModelError) as error:
        raise BadOverride(reason=str(error)) from error
    return Success(data=found)


def next_place(rows: Sequence[RunRow], limit: int) -> str | None:
    """Return the value of ``after`` that asks for the page after these rows; None for the last page."""
    return f"{rows[-1].started_at.isoformat()}|{rows[-1].id}" if len(rows) == limit else None


def list_place(after: str | None) -> tuple[datetime, str] | None:
    """Parse a value of ``next_place`` into time and id; None (the beginning) for anything else."""
    if after is None:
        return None
    at, _, last = after.partition("|")
    try:
        return datetime.fromisoformat(at), last
    except ValueError:
        return None
