"""Reading an event stream in tests."""

from __future__ import annotations

import json
from typing import Any


def parsed(text: str) -> list[tuple[str, Any]]:
    """The events of a whole stream, as (name, data)."""
    events = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if fields:
            events.append((fields.get("event", "message"), json.loads(fields.get("data", "null"))))
    return events


def named(events: list[tuple[str, Any]], name: str) -> list[Any]:
    """The data of the events with this name."""
    return [data for kind, data in events if kind == name]
