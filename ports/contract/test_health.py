"""Each system tells whether it can be used."""

from __future__ import annotations

from dataclasses import fields

import pytest

from ports import Ports
from ports.contract.plugin import Given

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("port", [field.name for field in fields(Ports)])
async def test_health_is_told(given: Given, port: str) -> None:
    """A system that can be used returns; this one has to be up for the other tests."""
    await getattr(given, port).health()
