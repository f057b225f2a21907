"""The look-up of the customer's own packages."""

from __future__ import annotations

from datetime import datetime

from chat.own_packages import own_packages
from core.clock import ISTANBUL
from database.session import Database
from evaluation.environment import DemoEnvironment, create_demo

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=ISTANBUL)
SINGLE, BUSINESS, NOBODY = 1, 7, 999


async def test_package_of_every_line_is_found_and_none_where_there_is_no_line() -> None:
    database = Database("sqlite+aiosqlite://")
    try:
        await create_demo(database, NOW)
        toolbox = DemoEnvironment(database, NOW).toolbox
        (single,) = await own_packages(toolbox, SINGLE)
        assert (single["package_name"], single["monthly_fee"]) == ("Süper Konuşma", 199.9)
        assert len(await own_packages(toolbox, BUSINESS)) > 1
        assert await own_packages(toolbox, NOBODY) == []
    finally:
        await database.close()
