"""The words of each wish are told apart, so that no argument goes to another wish."""

from __future__ import annotations

from graph.state import TurnContext
from graph.understanding.parts import PartReader
from tests.graph.readings import TableDecisionModel, message_reader
from tools.caller import Caller

QUOTA = {"operation": {"get_remaining_quotas": 0.9}}
BILLS = {"operation": {"get_past_bills": 0.9}}
BOTH = ["get_remaining_quotas", "get_past_bills"]


async def divided(message: str, operations: list[str], table: dict[str, dict[str, dict[str, float]]]) -> dict[str, str]:
    reader = PartReader(message_reader(TableDecisionModel(table)))
    return dict(await reader.divide(message, operations, TurnContext(Caller(customer_id=1))))


async def test_each_clause_goes_to_its_operation() -> None:
    found = await divided(
        "kalan dakikam ve son 4 faturam", BOTH, {"kalan dakikam": QUOTA, "son 4 faturam": BILLS}
    )  # fmt: skip
    assert found == {"get_remaining_quotas": "kalan dakikam", "get_past_bills": "son 4 faturam"}


async def test_clause_about_nothing_goes_with_the_one_before_it() -> None:
    table = {"kalan dakikam ne": QUOTA, "eski faturalarım": BILLS, "son 4 tanesi": {"operation": {"none": 1.0}}}
    found = await divided("kalan dakikam ne, eski faturalarım, son 4 tanesi", BOTH, table)
    assert found["get_past_bills"] == "eski faturalarım, son 4 tanesi"


async def test_message_with_one_wish_is_not_divided() -> None:
    assert await divided("eski faturalarım, son 4 tanesi", ["get_past_bills"], {}) == {}
    assert await divided("eski faturalarım, son 4 tanesi", BOTH, {"eski faturalarım": BILLS}) == {}


async def test_command_for_something_else_gives_its_words_away() -> None:
    found = await divided("üçüncü hattı kapat ilkini gence geçir", ["suspend_line"], {})
    assert found == {"suspend_line": "üçüncü hattı kapat"}


async def test_two_commands_for_the_same_keep_all_words() -> None:
    assert await divided("üçüncü hattı kapat ilkini dondur", ["suspend_line"], {}) == {}
