"""The answers of support: tickets, the network, the speed of a line."""

from __future__ import annotations

import datetime as dt

from telekom_client.models.base import Answer


class CreatedTicket(Answer):
    """A fault ticket that was opened, or an open one that got ``note``."""

    ticket_id: str
    issue_description: str
    category: str
    priority: str
    status: str
    created_at: dt.datetime
    estimated_resolution: dt.datetime | None
    note: str | None = None


class TicketState(Answer):
    """One fault ticket as it stands; ``resolved_at`` is None while it is open."""

    ticket_id: str
    status: str
    resolution: str | None
    created_at: dt.datetime
    resolved_at: dt.datetime | None
    technician_notes: str | None
    estimated_resolution: dt.datetime | None = None


class ListedTicket(Answer):
    """A ticket in the list of tickets."""

    ticket_id: str
    issue_description: str
    category: str
    priority: str
    status: str
    created_at: dt.datetime
    estimated_resolution: dt.datetime | None


class TicketList(Answer):
    """The customer's tickets, newest first."""

    tickets: list[ListedTicket]
    total_count: int


class ActiveOutage(Answer):
    """A fault in the region that is not mended yet."""

    area: str
    issue: str
    start_time: dt.datetime
    estimated_end: dt.datetime


class NetworkStatus(Answer):
    """The network in one region; ``status`` is operational, degraded, outage or maintenance."""

    region: str
    status: str
    coverage_percentage: float
    active_outages: list[ActiveOutage]
    last_updated: dt.datetime


class SpeedTestResult(Answer):
    """A speed test of the customer's line."""

    download_speed_mbps: float
    upload_speed_mbps: float
    ping_ms: int
    test_timestamp: dt.datetime
    test_server: str
    quality_rating: str
