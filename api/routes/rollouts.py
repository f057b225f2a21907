"""Roll-outs of texts: engineers begin one, watch both sides, take it back, or serve it to everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from agent.prompt_files import PromptError
from api.envelope import Failure, Success, refusals
from api.errors import PROMPTS_PREFIX, ApiError
from api.registry import service_of
from api.routes.prompts import LABEL, BadText, TextNotFound
from api.routes.runs import Engineer
from core.operator_facts import KnowledgeError
from database import rollouts as stored
from database.texts import VersionNotFound
from service.container import RunningService
from service.rollouts import RolloutPlan, figures_of

router = APIRouter(
    prefix=f"{PROMPTS_PREFIX}/rollouts", tags=["prompts"], responses=refusals(401, 403, 422, form=Failure)
)

Measure = Literal["fault", "handed_over", "misunderstood", "kept_back", "disliked"]
Number = Annotated[int, Path(ge=1, lt=2**31)]


class RolloutNotFound(ApiError):
    """There is no such roll-out."""

    status = 404
    code = "ROLLOUT_NOT_FOUND"
    text = "Böyle bir kademeli sunum yok."


class RolloutRefused(ApiError):
    """Another roll-out runs, this one has ended, or it would change nothing; the reason says which."""

    status = 409
    code = "ROLLOUT_REFUSED"
    text = "Bu kademeli sunum şimdi yapılamaz."


class NewRollout(BaseModel):
    """Versions that a share of the conversations shall get."""

    model_config = ConfigDict(extra="forbid")

    versions: list[Annotated[str, Field(max_length=160)]] = Field(
        min_length=1, max_length=50, description="`prompts/respond.md@2`, or `label:staging` for all that carry a label"
    )
    share: int = Field(ge=1, le=99, description="how many of a hundred conversations get them")
    label: str = Field("production", pattern=LABEL, description="the services of this label take part")
    measures: list[Measure] = Field(list(get_args(Measure)), min_length=1, description="what takes it back by itself")
    note: str = Field("", max_length=1000, pattern=r"^[^\x00]*$")


class ComparedMeasure(BaseModel):
    """One measure on both sides: how many conversations went wrong, and what that says."""

    measure: Measure
    served: int
    new: int
    worse: float = Field(description="p-value of `the new side goes wrong no more often`; it holds at every look")
    better: float = Field(description="p-value of `the new side goes wrong no less often`")
    decides: bool = Field(description="it takes the roll-out back where `worse` falls to `at`")
    at: float


class RolloutSide(BaseModel):
    """The size of one side."""

    served: int
    new: int


class RolloutFigures(BaseModel):
    """What both sides have shown; a conversation counts once for each measure."""

    conversations: RolloutSide
    turns: RolloutSide
    compared: list[ComparedMeasure]


class RolloutView(BaseModel):
    """A roll-out."""

    id: int
    label: str
    texts: dict[str, int] = Field(description="number of the version by text")
    share: int
    measures: list[Measure]
    note: str
    by: str
    at: datetime
    ended_at: datetime | None
    ended_by: str | None = Field(description="a login, or `service` where it was found worse")
    how: Literal["worse", "returned", "served", "replaced"] | None = Field(description="how it ended")


class RolloutDetail(RolloutView):
    """A roll-out with its figures, those of its end where it has ended."""

    figures: RolloutFigures


class RolloutList(BaseModel):
    """All roll-outs, the newest first."""

    rollouts: list[RolloutView]


@router.get("")
async def list_rollouts(request: Request, _: Engineer) -> Success[RolloutList]:
    """List all roll-outs, the newest first; at most one of each label runs."""
    found = await service_of(request).rollouts.rollouts.all()
    return Success(data=RolloutList(rollouts=[RolloutView(**_plain(each)) for each in found]))


@router.post("", status_code=201, responses=refusals(404, 409, form=Failure))
async def begin_rollout(request: Request, user: Engineer, body: NewRollout) -> Success[RolloutView]:
    """Give versions to a share of the conversations; every process of the label takes part within seconds."""
    plan = RolloutPlan(body.versions, body.share, body.label, list(dict.fromkeys(body.measures)), body.note)
    return Success(data=RolloutView(**_plain(await begun(service_of(request), plan, user.login))))


@router.get("/{rollout_id}", responses=refusals(404, form=Failure))
async def get_rollout(request: Request, _: Engineer, rollout_id: Number) -> Success[RolloutDetail]:
    """Return one roll-out with what both sides have shown so far."""
    rollout, figures = await shown(service_of(request), rollout_id)
    return Success(data=RolloutDetail(**_plain(rollout), figures=RolloutFigures.model_validate(figures)))


@router.post("/{rollout_id}/return", responses=refusals(404, 409, form=Failure))
async def take_back_rollout(request: Request, user: Engineer, rollout_id: Number) -> Success[RolloutView]:
    """End a roll-out: everybody gets what is served."""
    return Success(data=RolloutView(**_plain(await ended(service_of(request), rollout_id, "return", user.login))))


@router.post("/{rollout_id}/serve", responses=refusals(404, 409, form=Failure))
async def serve_rollout(request: Request, user: Engineer, rollout_id: Number) -> Success[RolloutView]:
    """End a roll-out: everybody gets its versions, which carry its label from now on."""
    return Success(data=RolloutView(**_plain(await ended(service_of(request), rollout_id, "serve", user.login))))


async def begun(service: RunningService, plan: RolloutPlan, by: str) -> stored.Rollout:
    """Begin a roll-out; this process takes part at once.

    Raises:
        BadText: It could not be served.
        TextNotFound: There is no such version.
        RolloutRefused: One runs already, or it would change nothing.
    """
    with _told():
        found = await service.rollouts.begin(plan, by)
    await service.texts.refresh()
    return found


async def ended(service: RunningService, rollout_id: int, how: Literal["return", "serve"], by: str) -> stored.Rollout:
    """End a roll-out; this process serves what comes after it at once.

    Raises:
        BadText: It could not be served.
        RolloutNotFound: There is none.
        RolloutRefused: It has ended.
    """
    end = service.rollouts.serve if how == "serve" else service.rollouts.take_back
    with _told():
        found = await end(rollout_id, by)
    await service.texts.refresh()
    return found


async def shown(service: RunningService, rollout_id: int) -> tuple[stored.Rollout, Mapping[str, Any]]:
    """Return a roll-out and its figures, those of its end where it has ended.

    Raises:
        RolloutNotFound: There is none.
    """
    store = service.rollouts.rollouts
    with _told():
        rollout = await store.one(rollout_id)
    return rollout, rollout.figures or asdict(await figures_of(store, rollout))


@contextmanager
def _told() -> Iterator[None]:
    """Tell what is refused as the errors of the interface."""
    try:
        yield
    except VersionNotFound as error:
        raise TextNotFound(reason=str(error)) from error
    except stored.NoSuchRollout as error:
        raise RolloutNotFound(reason=str(error)) from error
    except stored.RolloutNotPossible as error:
        raise RolloutRefused(reason=str(error)) from error
    except (PromptError, KnowledgeError) as error:
        raise BadText(reason=str(error)) from error


def _plain(rollout: stored.Rollout) -> dict[str, Any]:
    return {name: value for name, value in vars(rollout).items() if name != "figures"}
