"""The choice of pictures: which results of a turn get one, in which language, and for which line.

A picture stands below an answer to a question for a list or several figures, or to one that opens a subject as a whole;
a single fact needs no more than its sentence. What a picture shows is in ``pictures.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from chat.blocks import Card
from chat.drawing import Drawing, Result
from chat.pictures import PICTURES
from conversation.service import ChatResult
from database.photos import PhotoRecord
from graph.answers.approved import Answers

PICTURED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "get_current_bill": frozenset({"bill_items", "bill_extras", "bill_change"}),
        "get_past_bills": frozenset(
            "bill_change bills_list bills_total bills_average bills_highest bills_lowest months_compare".split()
        ),
        "get_remaining_quotas": frozenset({"quotas_left", "slow_why"}),
        "get_available_packages": frozenset(
            "packages_list packages_under packages_compare package_for_need package_for_group cheaper_than_mine".split()
        ),
        "get_customer_package": frozenset({"package_features"}),
        "get_package_details": frozenset({"named_all"}),
        "get_payment_history": frozenset({"payments_list", "payments_total"}),
        "check_network_status": frozenset({"network_state", "slow_why"}),
        "test_internet_speed": frozenset({"speed_download", "speed_quality", "slow_why"}),
        "get_fault_ticket_status": frozenset({"ticket_status", "ticket_notes"}),
    }
)
"""The asked facts that are a list or several figures, by the operation whose picture shows them; a measurement is."""

OWN_PACKAGE = "get_customer_package"
CATALOGUE = "get_available_packages"
TICKET = "get_fault_ticket_status"
_CURRENT_BILL, _PAST_BILLS = "get_current_bill", "get_past_bills"
_LINE = "line_number"


def pictured_operations(result: ChatResult) -> list[str]:
    """Return the operations of a turn whose results get a picture, in the order of the results."""
    asked = set(result.asked)
    found = dict.fromkeys(each.tool_name for each in result.tool_results if each.result is not None)
    return [name for name in found if name in PICTURED and (not asked or asked & PICTURED[name])]


def cards_of(
    result: ChatResult, answers: Answers, own_packages: Sequence[Result] = (), photos: Sequence[PhotoRecord] = ()
) -> list[Card]:
    """Return the pictures of a turn.

    Args:
        result: The turn.
        answers: The wording of codes.
        own_packages: Results of ``get_customer_package``, to mark the customer's own in a list of packages.
        photos: The customer's photos, to show those of a ticket.
    """
    own = [each.result for each in result.tool_results if each.tool_name == OWN_PACKAGE and each.result is not None]
    current = next((each.result for each in result.tool_results if each.tool_name == _CURRENT_BILL), None)
    drawing = Drawing(answers, result.language, own or own_packages, current, photos)
    pictured = pictured_operations(result)
    lines = {call.parametreler[_LINE] for call in result.tool_calls if call.parametreler.get(_LINE)}
    drawn = [
        (PICTURES[name](found, drawing), line) for name, found, line in _results_of_lines(result) if name in pictured
    ]
    return [
        drawing.of_line(card, line) if line and len(lines) > 1 else card for card, line in drawn if card is not None
    ]


def _results_of_lines(result: ChatResult) -> Iterator[tuple[str, Result, str | None]]:
    """Yield each result with its operation and its line; None where it has none or it cannot be told."""
    for name in dict.fromkeys(each.tool_name for each in result.tool_results):
        results = [each for each in result.tool_results if each.tool_name == name]
        calls = [call.parametreler for call in result.tool_calls if call.arac_adi == name]
        lines = [each.get(_LINE) for each in calls] if len(calls) == len(results) else [None] * len(results)
        for each, line in zip(results, lines, strict=True):
            if each.result is not None:
                yield name, each.result, line
