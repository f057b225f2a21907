"""The speed test: measures what a line gets at this moment.

An operator puts a real adapter in place of ``SimulatedSpeedTest``; the tools see only ``SpeedTestPort``.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ports.errors import SpeedTestUnavailable


@dataclass(frozen=True)
class SpeedReading:
    """One measurement."""

    download_mbps: float
    upload_mbps: float
    ping_ms: int
    server: str


class SpeedTestPort(Protocol):
    """The interface of a speed test, as the tools use it."""

    async def measure(self, line_number: str) -> SpeedReading:
        """Measure a line.

        Raises:
            SpeedTestUnavailable: The speed test did not answer.
        """
        ...

    async def health(self) -> None:
        """Return if the system can be used now.

        Raises:
            SystemUnavailable: It cannot.
        """
        ...


class SimulatedSpeedTest:
    """A speed test that always finds the same speed on the same line. Settings may be changed while it is used.

    Args:
        readings: Readings by line number; other lines get one that is derived from their number.
        unavailable: raise ``SpeedTestUnavailable`` instead of answering.
        delay: seconds before the answer.
    """

    simulated = True

    def __init__(
        self,
        *,
        readings: Mapping[str, SpeedReading] | None = None,
        unavailable: bool = False,
        delay: float = 0.0,
    ) -> None:
        self.readings = dict(readings or {})
        self.unavailable = unavailable
        self.delay = delay

    async def measure(self, line_number: str) -> SpeedReading:
        """See ``SpeedTestPort.measure``."""
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.unavailable:
            raise SpeedTestUnavailable("the speed test server did not answer")
        return self.readings.get(line_number) or _reading(line_number)

    async def health(self) -> None:
        """See ``SpeedTestPort.health``."""
        if self.unavailable:
            raise SpeedTestUnavailable("the speed test server did not answer")


def _reading(line_number: str) -> SpeedReading:
    digest = hashlib.sha256(line_number.encode()).digest()
    download = 18 + digest[0] / 255 * 80
    return SpeedReading(
        download_mbps=round(download, 1),
        upload_mbps=round(download * (0.2 + digest[1] / 255 * 0.2), 1),
        ping_ms=9 + digest[2] % 32,
        server=("İstanbul", "Ankara", "İzmir")[digest[3] % 3],
    )
