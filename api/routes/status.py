"""The state of the service in a form for customers; ``/ready`` is the one for load balancers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.registry import service_of
from service.status import service_status

router = APIRouter(prefix="/api/v1/status", tags=["service"])


class KnownOutage(BaseModel):
    """A fault or maintenance of the network in an area."""

    area: str
    issue: str = Field(description="Turkish")
    start_time: datetime
    estimated_end: datetime


class StatusView(BaseModel):
    """What can be used now."""

    assistant: bool
    records: bool = Field(description="the customers' records and conversations")
    payments: bool
    outages: list[KnownOutage] | None = Field(description="null where the state of the network cannot be read")


@router.get("")
async def get_status(request: Request) -> StatusView:
    """Report what customers can use now, and the known outages of the network."""
    return StatusView.model_validate(asdict(await service_status(service_of(request))))
