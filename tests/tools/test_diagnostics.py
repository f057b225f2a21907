"""Network status by region as customers name it, and the speed test."""

from __future__ import annotations

import pytest

from database.tables import LineRow
from ports.speed_test import SpeedReading
from tests.tools.conftest import World


async def test_check_network_status_without_region_takes_customers_own(world: World) -> None:
    shown = await world.run("check_network_status", 2)
    assert list(shown) == ["region", "status", "coverage_percentage", "active_outages", "last_updated"]
    assert (shown["region"], shown["status"]) == ("İzmir Bornova", "outage")
    assert list(shown["active_outages"][0]) == ["area", "issue", "start_time", "estimated_end"]


@pytest.mark.parametrize(
    ("said", "region"),
    [
        ("istanbul", "İstanbul"),
        ("İSTANBUL'da", "İstanbul"),
        ("kadıköy", "İstanbul Kadıköy"),
        ("Kadıköy/İstanbul", "İstanbul Kadıköy"),
        ("cankaya ankara", "Ankara Çankaya"),
        ("Konya", "Konya"),
        ("Konya Cihanbeyli", "Konya"),
    ],
)
async def test_check_network_status_understands_places_as_written(world: World, said: str, region: str) -> None:
    assert (await world.run("check_network_status", 1, region=said))["region"] == region


@pytest.mark.parametrize("said", ["Atlantis", "Marmara", "ege'de"])
async def test_check_network_status_unknown_region_is_invalid(world: World, said: str) -> None:
    refusal = await world.refuse("check_network_status", 1, region=said)
    assert (refusal.code, refusal.status) == ("INVALID_REGION", 422)


async def test_check_network_status_silent_system_is_unavailable(world: World) -> None:
    world.network.unavailable = True
    refusal = await world.refuse("check_network_status", 1)
    assert (refusal.code, refusal.status, refusal.retry_after) == ("OUTSIDE_SYSTEM_UNAVAILABLE", 503, 30)


async def test_test_internet_speed_measures_own_line(world: World) -> None:
    [line] = await world.rows(LineRow, LineRow.customer_id == 1)
    world.speed_test.readings[line.number] = SpeedReading(94.5, 20.1, 12, "Ankara")
    assert await world.run("test_internet_speed", 1) == {
        "download_speed_mbps": 94.5,
        "upload_speed_mbps": 20.1,
        "ping_ms": 12,
        "test_timestamp": "2026-11-22T14:30:00+03:00",
        "test_server": "Ankara",
        "quality_rating": "excellent",
    }


@pytest.mark.parametrize(
    ("speed", "ping", "rating"),
    [(80, 45, "good"), (40, 20, "good"), (12, 20, "fair"), (3, 9, "poor"), (90, 150, "poor")],
)
async def test_test_internet_speed_rates_speed_and_ping(world: World, speed: float, ping: int, rating: str) -> None:
    [line] = await world.rows(LineRow, LineRow.customer_id == 1)
    world.speed_test.readings[line.number] = SpeedReading(speed, 5.0, ping, "Ankara")
    assert (await world.run("test_internet_speed", 1))["quality_rating"] == rating


async def test_test_internet_speed_suspended_line_is_refused(world: World) -> None:
    refusal = await world.refuse("test_internet_speed", 3)
    assert (refusal.code, refusal.status) == ("LINE_SUSPENDED", 409)


async def test_test_internet_speed_silent_system_is_unavailable(world: World) -> None:
    world.speed_test.unavailable = True
    assert (await world.refuse("test_internet_speed", 1)).code == "OUTSIDE_SYSTEM_UNAVAILABLE"


async def test_test_internet_speed_of_another_customers_line_is_not_found(world: World) -> None:
    [line] = await world.rows(LineRow, LineRow.customer_id == 2)
    assert (await world.refuse("test_internet_speed", 1, line_number=line.number)).code == "LINE_NOT_FOUND"
