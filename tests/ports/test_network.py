from __future__ import annotations

from datetime import datetime

import pytest

from core.clock import ISTANBUL
from ports.errors import NetworkUnavailable, UnknownRegion
from ports.network import Incident, NetworkStatus, SimulatedNetwork
from ports.regions import DISTRICTS, PROVINCES

NOW = datetime(2026, 3, 15, 14, 33, 21, tzinfo=ISTANBUL)


def network() -> SimulatedNetwork:
    return SimulatedNetwork(lambda: NOW)


def test_regions_are_the_provinces_and_their_districts() -> None:
    regions = network().regions()
    assert len(PROVINCES) == len(set(PROVINCES)) == 81
    assert regions[:81] == list(PROVINCES)
    assert len(regions) == len(set(regions))
    assert set(DISTRICTS) <= set(PROVINCES)
    assert {"İstanbul Kadıköy", "Ankara Çankaya", "İzmir Bornova"} <= set(regions)


@pytest.mark.parametrize(
    ("region", "status", "areas"),
    [
        ("İstanbul", "operational", []),
        ("İstanbul Kadıköy", "operational", []),
        ("İzmir Bornova", "outage", ["İzmir Bornova"]),
        ("İzmir", "degraded", ["İzmir Bornova"]),
        ("Ankara Çankaya", "maintenance", ["Ankara Çankaya"]),
        ("Ankara", "maintenance", ["Ankara Çankaya"]),
        ("Van", "degraded", ["Van"]),
    ],
)
async def test_status_of_a_region_tells_what_is_broken_in_it(region: str, status: str, areas: list[str]) -> None:
    report = await network().status(region)
    assert (report.region, report.status) == (region, status)
    assert [outage.area for outage in report.active_outages] == areas
    assert all(outage.start_time < NOW < outage.estimated_end for outage in report.active_outages)
    assert 0 < report.coverage_percentage <= 100
    assert report.last_updated == NOW.replace(minute=30, second=0)


async def test_status_at_the_same_moment_is_the_same() -> None:
    for region in network().regions():
        assert await network().status(region) == await network().status(region)


async def test_status_of_an_unknown_region_is_refused() -> None:
    with pytest.raises(UnknownRegion):
        await network().status("Atlantis")


async def test_status_while_the_monitor_is_down_fails() -> None:
    with pytest.raises(NetworkUnavailable):
        await SimulatedNetwork(lambda: NOW, unavailable=True).status("Van")


async def test_status_with_other_incidents_tells_those() -> None:
    incident = Incident(NetworkStatus.OUTAGE, "Elektrik kesintisi", 1, 1, 90.0)
    port = SimulatedNetwork(lambda: NOW, incidents={"Rize": incident})
    assert (await port.status("Rize")).active_outages[0].issue == "Elektrik kesintisi"
    assert (await port.status("Van")).status is NetworkStatus.OPERATIONAL


async def test_known_outages_are_told_in_the_order_of_their_end() -> None:
    told = await network().outages()
    assert [outage.area for outage in told] == ["Van", "İzmir Bornova", "Ankara Çankaya"]
    with pytest.raises(NetworkUnavailable):
        await SimulatedNetwork(lambda: NOW, unavailable=True).outages()
