"""The one currency in which this service bills, adds up and collects."""

from __future__ import annotations

CURRENCY = "TRY"
"""ISO 4217. No amount of another one comes in, since amounts are added up, told as lira and charged as they stand."""
