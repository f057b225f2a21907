"""Network, speed test and messages."""

from __future__ import annotations

import pytest

from ports.contract.checks import check_moment
from ports.contract.plugin import Given, Subject
from ports.errors import UnknownRegion
from ports.network import NetworkStatus
from ports.notification import Message

pytestmark = pytest.mark.asyncio


async def test_network_tells_the_state_of_its_regions(given: Given) -> None:
    """Each region that is named can be asked for; times have their zone."""
    regions = given.network.regions()
    assert regions and len(regions) == len(set(regions))
    report = await given.network.status(regions[0])
    assert report.region == regions[0]
    assert report.status in NetworkStatus
    assert 0 <= report.coverage_percentage <= 100
    check_moment(report.last_updated)
    with pytest.raises(UnknownRegion):
        await given.network.status("No Such Region")


async def test_outages_end_after_they_began_and_the_first_to_end_comes_first(given: Given) -> None:
    """Every known fault and maintenance, with its times."""
    outages = await given.network.outages()
    for outage in outages:
        check_moment(outage.start_time)
        check_moment(outage.estimated_end)
        assert outage.start_time <= outage.estimated_end
    ends = [outage.estimated_end for outage in outages]
    assert ends == sorted(ends)


async def test_speed_is_measured(given: Given, subject: Subject) -> None:
    """A measurement of a line that works."""
    reading = await given.speed_test.measure(subject.line)
    assert reading.download_mbps > 0 and reading.upload_mbps > 0 and reading.ping_ms > 0
    assert reading.server


async def test_message_is_taken_once_for_its_key(given: Given, subject: Subject, key: str) -> None:
    """The same key again is no mistake."""
    message = Message(subject.customer, "sms", subject.line, "Sözleşme denemesi / contract test")
    for _ in range(2):
        await given.notification.send(message, key=key)
