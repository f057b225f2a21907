"""The answers about the process and its parts."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from telekom_client.models.base import Answer


class Liveness(Answer):
    """The process answers; its parts may still be unavailable."""

    status: str
    service: str = ""


class Readiness(Answer):
    """The parts of the service by name, each True where it can be used; ``status`` is ready where all can.

    ``systems`` are the operator's outside systems, which the service outlives.
    """

    status: Literal["ready", "unavailable"]
    checks: dict[str, bool]
    systems: dict[str, bool] = {}


class KnownOutage(Answer):
    """A fault or maintenance of the network in an area; ``issue`` is Turkish."""

    area: str
    issue: str
    start_time: dt.datetime
    estimated_end: dt.datetime


class ServiceStatus(Answer):
    """What customers can use now; ``outages`` is None where the state of the network cannot be read."""

    assistant: bool
    records: bool
    payments: bool
    outages: list[KnownOutage] | None
