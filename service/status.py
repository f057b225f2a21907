"""The state of the service as customers are told it: what they can use now, and which outages are known."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from ports.errors import SystemUnavailable
from ports.network import Outage
from service.container import RunningService

_ANSWER_SECONDS = 3.0
T = TypeVar("T")


@dataclass(frozen=True)
class ServiceStatus:
    """The parts of the service that can be used now.

    Attributes:
        assistant: The assistant answers.
        records: The customers' records and conversations can be read and written.
        payments: The payment system answers.
        outages: Known outages of the network; None where they cannot be read now.
    """

    assistant: bool
    records: bool
    payments: bool
    outages: tuple[Outage, ...] | None


async def service_status(service: RunningService) -> ServiceStatus:
    """Ask every part whether it can be used now; one that does not answer soon cannot."""
    checks, answering, outages = await asyncio.gather(
        service.ready(),
        service.systems.answering(),
        _answer(service.ports.network.outages()),
    )
    return ServiceStatus(
        assistant=checks["model"], records=checks["database"] and checks["checkpointer"],
        payments=answering["payment"], outages=outages,
    )  # fmt: skip


async def _answer(asked: Awaitable[T]) -> T | None:
    try:
        return await asyncio.wait_for(asked, _ANSWER_SECONDS)
    except (SystemUnavailable, OSError):  # a passed limit is an OSError, too
        return None
