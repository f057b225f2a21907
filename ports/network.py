"""The network's state by region: what works, what is broken and until when.

An operator puts a real adapter in place of ``SimulatedNetwork``; the tools see only ``NetworkPort``.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from core.clock import Clock, istanbul_now
from ports.errors import NetworkUnavailable, UnknownRegion
from ports.regions import DISTRICTS, PROVINCES


class NetworkStatus(StrEnum):
    """State of the network in a region."""

    OPERATIONAL = "operational"
    DEGRADED = "degraded"
    OUTAGE = "outage"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True)
class Outage:
    """A fault or maintenance in an area of a region."""

    area: str
    issue: str
    start_time: datetime
    estimated_end: datetime


@dataclass(frozen=True)
class NetworkReport:
    """The network in one region."""

    region: str
    status: NetworkStatus
    coverage_percentage: float
    active_outages: tuple[Outage, ...]
    last_updated: datetime


class NetworkPort(Protocol):
    """The interface of the network monitor, as the tools use it."""

    async def status(self, region: str) -> NetworkReport:
        """Return the state of a region, named exactly as ``regions`` names it.

        Raises:
            UnknownRegion: there is no such region.
            NetworkUnavailable: the state cannot be read.
        """
        ...

    async def outages(self) -> tuple[Outage, ...]:
        """Return every known fault and maintenance, the first to end first.

        Raises:
            NetworkUnavailable: they cannot be read.
        """
        ...

    def regions(self) -> list[str]:
        """Return every region: a province by its name, a district as province and district (``İstanbul Kadıköy``)."""
        ...

    async def health(self) -> None:
        """Return if the system can be used now.

        Raises:
            SystemUnavailable: It cannot.
        """
        ...


@dataclass(frozen=True)
class Incident:
    """A fault in one simulated region; times are hours before and after the full hour of the question."""

    status: NetworkStatus
    issue: str
    began_hours_ago: int
    ends_in_hours: int
    coverage_loss: float


DEMO_INCIDENTS: Mapping[str, Incident] = MappingProxyType(
    {
        "İzmir Bornova": Incident(NetworkStatus.OUTAGE, "Fiber kablo kopması nedeniyle internet kesintisi", 2, 3, 38.0),
        "Ankara Çankaya": Incident(NetworkStatus.MAINTENANCE, "Planlı baz istasyonu bakımı", 1, 4, 6.5),
        "Van": Incident(NetworkStatus.DEGRADED, "Yoğunluk nedeniyle mobil internette yavaşlama", 5, 2, 11.0),
    }
)


class SimulatedNetwork:
    """A network whose state follows from the region's name. Settings may be changed while it is used.

    Args:
        clock: the present.
        incidents: Faults by region; every other region is operational.
        unavailable: raise ``NetworkUnavailable`` instead of answering.
        delay: seconds before the answer.
    """

    simulated = True

    def __init__(
        self,
        clock: Clock = istanbul_now,
        *,
        incidents: Mapping[str, Incident] = DEMO_INCIDENTS,
        unavailable: bool = False,
        delay: float = 0.0,
    ) -> None:
        self.incidents = dict(incidents)
        self.unavailable = unavailable
        self.delay = delay
        self._clock = clock
        self._regions = [*PROVINCES, *(f"{province} {name}" for province, names in DISTRICTS.items() for name in names)]

    def regions(self) -> list[str]:
        """See ``NetworkPort.regions``."""
        return list(self._regions)

    async def outages(self) -> tuple[Outage, ...]:
        """See ``NetworkPort.outages``."""
        await self._answers()
        now = self._clock()
        found = [_outage(area, incident, now) for area, incident in self.incidents.items()]
        return tuple(sorted(found, key=lambda outage: outage.estimated_end))

    async def status(self, region: str) -> NetworkReport:
        """See ``NetworkPort.status``."""
        await self._answers()
        if region not in self._regions:
            raise UnknownRegion(region)
        now = self._clock()
        own = self.incidents.get(region)
        inside = {area: found for area, found in self.incidents.items() if area.startswith(f"{region} ")}
        found = ({region: own} if own else {}) | inside
        return NetworkReport(
            region=region,
            status=own.status if own else _overall(inside),
            coverage_percentage=round(_coverage(region) - (own.coverage_loss if own else 0.0), 1),
            active_outages=tuple(_outage(area, incident, now) for area, incident in found.items()),
            last_updated=now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0),
        )

    async def health(self) -> None:
        """See ``NetworkPort.health``."""
        await self._answers()

    async def _answers(self) -> None:
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.unavailable:
            raise NetworkUnavailable("the network monitor did not answer")


def _overall(inside: Mapping[str, Incident]) -> NetworkStatus:
    """A province's state by its districts': one broken district does not take the province down, it degrades it."""
    states = {incident.status for incident in inside.values()}
    if states & {NetworkStatus.OUTAGE, NetworkStatus.DEGRADED}:
        return NetworkStatus.DEGRADED
    return NetworkStatus.MAINTENANCE if states else NetworkStatus.OPERATIONAL


def _coverage(region: str) -> float:
    return 94 + hashlib.sha256(region.encode()).digest()[0] / 255 * 5.9


def _outage(area: str, incident: Incident, now: datetime) -> Outage:
    hour = now.replace(minute=0, second=0, microsecond=0)
    return Outage(
        area=area,
        issue=incident.issue,
        start_time=hour - timedelta(hours=incident.began_hours_ago),
        estimated_end=hour + timedelta(hours=incident.ends_in_hours),
    )
