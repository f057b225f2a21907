from __future__ import annotations

import dataclasses

import pytest

from ports import Adapters
from ports.errors import SpeedTestUnavailable
from ports.speed_test import SimulatedSpeedTest, SpeedReading


async def test_measure_of_the_same_line_gives_the_same_reading() -> None:
    reading = await SimulatedSpeedTest().measure("05000000001")
    assert reading == await SimulatedSpeedTest().measure("05000000001")
    assert reading != await SimulatedSpeedTest().measure("05000000002")
    assert reading.download_mbps > reading.upload_mbps > 0
    assert reading.ping_ms > 0


async def test_measure_of_a_line_with_a_set_reading_gives_that() -> None:
    slow = SpeedReading(download_mbps=1.2, upload_mbps=0.3, ping_ms=240, server="Van")
    speed_test = SimulatedSpeedTest(readings={"05000000001": slow})
    assert await speed_test.measure("05000000001") == slow


async def test_measure_while_the_server_is_down_fails() -> None:
    with pytest.raises(SpeedTestUnavailable):
        await SimulatedSpeedTest(unavailable=True, delay=0.001).measure("05000000001")


def test_ports_cannot_be_swapped_while_in_use() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Adapters().payment = None  # type: ignore[misc]
