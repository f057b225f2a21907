"""Is it us? The state of the network in a region, and the speed of the customer's own line."""

from __future__ import annotations

import re
from datetime import datetime

from pydantic import Field

from core import turkish
from ports.network import NetworkStatus
from ports.speed_test import SpeedReading
from ports.values import LineStatus
from tools.caller import Caller, Context, owned_line
from tools.errors import InvalidRegion, LineSuspended
from tools.schema import Arguments, LineArguments, Result

_TOO_LARGE = ("Marmara", "Ege", "Akdeniz", "Karadeniz", "İç Anadolu", "Doğu Anadolu", "Güneydoğu Anadolu")
"""GraphDependencies of the country: the network is reported by province, and "Marmara" must not become Marmaris."""


_PLACE = r"(?:['’]?n?[dt][ae](?:ki\w*)?\b|(?:['’]\w{1,3})?\s+(?:taraf|civar|bolge|ilce)\w*)"
"""A suffix or a word that makes a name a place ("Pendik'te", "Pendik tarafında")."""


class RegionArguments(Arguments):
    """Arguments of ``check_network_status``."""

    region: str | None = Field(
        None,
        min_length=1,
        max_length=80,
        description="City, or city and district, as the customer names it; leave out for the customer's own",
    )


class ActiveOutage(Result):
    """Something in the region that does not work now."""

    area: str
    issue: str
    start_time: datetime
    estimated_end: datetime


class RegionStatus(Result):
    """The network in one region."""

    region: str
    status: NetworkStatus
    coverage_percentage: float
    active_outages: list[ActiveOutage]
    last_updated: datetime


class SpeedTestResult(Result):
    """One measurement; the rating is excellent, good, fair or poor."""

    download_speed_mbps: float
    upload_speed_mbps: float
    ping_ms: int
    test_timestamp: datetime
    test_server: str
    quality_rating: str


async def check_network_status(context: Context, caller: Caller, arguments: RegionArguments) -> RegionStatus:
    """Show whether the network works in a region and which outages are known; without a region the customer's own."""
    place = arguments.region
    if place is None:
        place = (await context.ports.customers.customer(caller.customer_id)).region
    report = await context.ports.network.status(_region_named(place, context.ports.network.regions()))
    return RegionStatus(
        region=report.region,
        status=report.status,
        coverage_percentage=report.coverage_percentage,
        active_outages=[
            ActiveOutage(
                area=outage.area,
                issue=outage.issue,
                start_time=outage.start_time,
                estimated_end=outage.estimated_end,
            )
            for outage in report.active_outages
        ],
        last_updated=report.last_updated,
    )


async def test_internet_speed(context: Context, caller: Caller, arguments: LineArguments) -> SpeedTestResult:
    """Measure the internet speed of the customer's line now: download, upload, ping, and how good that is."""
    line = await owned_line(context, caller, arguments.line_number)
    if line.status == LineStatus.SUSPENDED:
        raise LineSuspended(line_number=line.number)
    reading = await context.ports.speed_test.measure(line.number)
    return SpeedTestResult(
        download_speed_mbps=reading.download_mbps,
        upload_speed_mbps=reading.upload_mbps,
        ping_ms=reading.ping_ms,
        test_timestamp=context.now(),
        test_server=reading.server,
        quality_rating=_rating(reading),
    )


async def regions_in(context: Context, words: str) -> list[str]:
    """The regions that a customer's words name as a place: with a suffix of place, or as a district of a province."""
    said = turkish.fold(words)
    return [region for region in context.ports.network.regions() if _is_place(turkish.fold(region), said)]


def _is_place(region: str, said: str) -> bool:
    whole, own = re.escape(region), re.escape(region.split()[-1])
    return re.search(rf"\b(?:{whole}|{own}){_PLACE}", said) is not None


def _region_named(place: str, regions: list[str]) -> str:
    """The region that the customer means.

    A district that the network does not list counts as its province: "Çankırı Ilgaz" is Çankırı.

    Raises:
        InvalidRegion: none is like it.
    """
    match = turkish.best_match(place, regions)
    if match is not None and turkish.best_match(place, _TOO_LARGE, cutoff=0.95) is None:
        return match
    provinces = [region for region in regions if " " not in region]
    named = [turkish.best_match(word, provinces, cutoff=0.9) for word in place.replace("/", " ").split()]
    known = [province for province in named if province is not None]
    if not known:
        nearest = turkish.nearest(place, regions)
        raise InvalidRegion(
            value=place,
            nearest=nearest,
            next_step=f"Şunlardan birini mi demek istediniz: {', '.join(nearest)}?" if nearest else None,
        )
    return known[-1]


def _rating(reading: SpeedReading) -> str:
    grades = (("excellent", 75, 30), ("good", 35, 50), ("fair", 10, 100))
    fitting = (name for name, speed, ping in grades if reading.download_mbps >= speed and reading.ping_ms <= ping)
    return next(fitting, "poor")
