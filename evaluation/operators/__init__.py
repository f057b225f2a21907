"""A second, fictitious operator: answers for ``telekom init``, a catalogue, a logo, and scenarios that hold for it."""

from __future__ import annotations

from pathlib import Path

NORTHWIND = Path(__file__).parent / "northwind"
"""Other than the demo operator in everything that customers read: name, looks, first language, packages, fees."""
