"""The page ``/replay/over-time``: turns, faults, refusals, doubt, thumbs, hand-overs, times and tokens by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.pages.html import people_page
from api.pages.run_conditions import LOW, Conditions
from api.registry import service_of
from api.routes.runs import Engineer
from core.channels import Channel
from core.clock import ISTANBUL
from database.run_figures import figures_by_day, intents_between

router = APIRouter(prefix="/replay/over-time", include_in_schema=False)

_DAYS, _MOST_DAYS = 14, 92


class _Asked(Conditions):
    """Which turns count: days, operation, channel, and a version of a text by its hash."""

    channel: str = Field("", max_length=20)
    version: str = Field("", max_length=64, pattern=r"^[0-9a-f]*$")


@router.get("")
async def show_over_time(request: Request, _: Engineer, asked: Annotated[_Asked, Query()]) -> HTMLResponse:
    """The figures of the last two weeks, or of the days that were asked for."""
    service = service_of(request)
    days = _days(asked, service.clock().astimezone(ISTANBUL).date())
    wanted = asked.filter(channel=asked.channel or None, version=asked.version or None)
    found = await figures_by_day(service.database, wanted, days, LOW)
    intents = await intents_between(service.database, wanted, days[0], days[-1])
    served = {name: text.sha for name, text in service.texts.texts.items()}
    return people_page(
        request, "replay/over_time.html", days=list(reversed(found)), intents=intents, chosen=asked, first=days[0],
        last=days[-1], most=max((each.turns for each in found), default=0) or 1, served=served,
        operations=sorted(tool.name for tool in service.toolbox.tools), channels=[each.value for each in Channel],
    )  # fmt: skip


def _days(asked: _Asked, today: date) -> list[date]:
    """Return the days that are shown, the oldest first; at most three months, which end with the last one asked for."""
    last = min(asked.until or today, today)
    count = (last - asked.since).days + 1 if asked.since and asked.since <= last else _DAYS
    count = min(count, _MOST_DAYS, last.toordinal())
    return [last - timedelta(days=back) for back in reversed(range(count))]
