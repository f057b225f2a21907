"""Every question before a change states from what to what, for which line, when, and at which cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from core import turkish
from core.clock import istanbul_now
from core.languages import Language
from evaluation.understanding.agent_under_test import schema_toolbox
from graph.answers.approved import Answers, load_answers
from graph.answers.facts import format_field
from graph.answers.questions import confirmations, statement
from graph.answers.switches import is_as_before
from graph.calls import new_call, propose
from graph.understanding.named import direction_of
from tests.graph.conftest import MakeWorld
from tools.caller import Caller
from tools.catalog import build_tools
from tools.errors import ToolError
from tools.toolbox import Toolbox

WRITES: list[tuple[str, dict[str, Any]]] = [
    ("pay_bill", {"method": "credit_card"}),
    ("setup_autopay", {"status": True, "payment_method": "bank_transfer"}),
    ("setup_autopay", {"status": False}),
    ("change_package", {"new_package_name": "Mega İnternet"}),
    ("change_package", {"new_package_name": "Kurumsal Pro"}),
    ("enable_roaming", {"status": True}),
    ("enable_roaming", {"status": False}),
    ("create_fault_ticket", {"issue_description": "İnternetim sabahtan beri kopuyor", "category": "billing"}),
    ("update_customer_contact", {"contact_type": "email", "new_value": "yeni@example.com"}),
    ("update_customer_contact", {"contact_type": "address", "new_value": "Papatya Sokak 3, Bornova İzmir"}),
    ("suspend_line", {"reason": "yurt dışına çıkıyorum"}),
    ("reactivate_line", {}),
]
MUST_STATE: Mapping[str, str] = {
    "pay_bill": "bill_id amount due_date method",
    "setup_autopay": "method current_method next_payment_date",
    "change_package": (
        "line_number from_package to_package current_fee monthly_fee fee_difference effective_date cancellation_fee "
        "commitment_until"
    ),
    "enable_roaming": "line_number daily_fee data_package",
    "create_fault_ticket": "issue_description category priority resolution_hours",
    "update_customer_contact": "contact_type old_value new_value",
    "suspend_line": "line_number reactivation_fee max_suspension_days reason",
    "reactivate_line": "line_number reactivation_fee",
}
"""The facts of a preview that the question has to state wherever they apply."""


@pytest.mark.parametrize("language", ["tr", "en"])
async def test_statement_has_every_fact_of_its_preview(make_world: MakeWorld, language: Language) -> None:
    world, answers = await make_world({}), load_answers()
    toolbox = Toolbox(build_tools(world.database, world.ports, world.clock))
    seen: set[str] = set()
    for customer in range(8):
        profile = await toolbox.run("get_customer_profile", {}, Caller(customer_id=customer, channel="chat"))
        lines = [each["number"] for each in profile.model_dump(mode="json")["phone_numbers"]]
        for operation, arguments in WRITES:
            fields = toolbox.get(operation).arguments.model_fields
            for line in lines if "line_number" in fields else [None]:
                given = arguments | ({"line_number": line} if line else {})
                if await _checked(operation, given, customer, toolbox, answers, language):
                    seen.add(operation)
    assert seen == set(MUST_STATE)


async def _checked(
    operation: str, arguments: dict[str, Any], customer: int, toolbox: Toolbox, answers: Answers, language: Language
) -> bool:
    """Check one question; False where a guard refuses the change."""
    caller = Caller(customer_id=customer, channel="chat")
    try:
        preview = await toolbox.preview(operation, toolbox.check(operation, arguments), caller)
    except ToolError:
        return False
    call = propose(new_call(operation, arguments, toolbox), preview.arguments, preview.facts, istanbul_now)
    said = statement(call, answers, language)
    assert "{" not in said and "None" not in said
    for name in MUST_STATE[operation].split():
        value = preview.facts.get(name)
        if value is None or (operation == "setup_autopay" and not arguments["status"] and name == "method"):
            continue
        words = format_field(name, value, answers, language)
        assert words in said or turkish.capitalised(words, language) in said, (operation, name, said)
    if language == "tr" and operation in ("enable_roaming", "setup_autopay"):
        # What the question says of the present never hides its direction from the gate.
        assert direction_of(said) in (arguments["status"], None)
    return True


@pytest.mark.parametrize(
    ("customer", "package", "stated", "unsaid"),
    [
        (1, "Mega İnternet", ["Kurulum ücreti 49,90 TL", "süresi 12 ay", "cayma bedeli 600,00 TL"], ["Yurt", "yaş"]),
        (1, "Genç Paket", ["Bu paket 26 yaş altı gençler için."], ["taahhüt", "Kurulum", "cayma", "Yurt"]),
        (6, "Genç Paket", ["günlük ücreti 0,00 TL yerine 149,00 TL"], ["taahhüt", "cayma"]),
        (6, "Premium Paket", ["süresi 24 ay", "ayrılmanın cayma bedeli 1.200,00 TL"], ["Yurt", "için"]),
        (1, "Öğrenci Dostu Tarife", ["aylık ücret"], ["taahhüt", "Kurulum", "cayma", "Yurt", "için"]),
        (
            5, "Premium Paket",
            ["var; cayma bedeli 600,00 TL", "ayrılmanın cayma bedeli 1.200,00 TL", "149,00 TL yerine 0,00 TL"],
            ["Kurulum", "için"],
        ),
    ],
)  # fmt: skip
async def test_terms_of_a_package_are_stated_where_they_hold(
    make_world: MakeWorld, customer: int, package: str, stated: list[str], unsaid: list[str]
) -> None:
    world = await make_world({})
    toolbox, caller = Toolbox(build_tools(world.database, world.ports, world.clock)), Caller(customer, channel="chat")
    arguments = {"new_package_name": package}
    preview = await toolbox.preview("change_package", arguments, caller)
    call = propose(new_call("change_package", arguments, toolbox), preview.arguments, preview.facts, istanbul_now)
    said = statement(call, load_answers(), "tr")
    assert [each for each in stated if each not in said] == []
    assert [each for each in unsaid if each in said] == []


async def test_address_from_nothing_is_stated_as_such(make_world: MakeWorld) -> None:
    world, answers = await make_world({}), load_answers()
    toolbox = Toolbox(build_tools(world.database, world.ports, world.clock))
    facts = {"contact_type": "address", "old_value": None, "new_value": "Papatya Sokak 3"}
    call = propose(new_call("update_customer_contact", facts, toolbox), facts, facts, world.clock)
    assert statement(call, answers, "tr") == "Kayıtlı adres bilginiz yok; yeni adres bilginiz “Papatya Sokak 3” olacak."


async def test_links_and_markup_of_a_description_are_shown_as_words(make_world: MakeWorld) -> None:
    answers = load_answers()
    shown = format_field("issue_description", "![x](http://kotu.example/a.png) <b>internet</b> [yok]", answers, "tr")
    assert not set("[]<>") & set(shown) and "http" not in shown and "internet" in shown
    assert turkish.fold(shown).endswith("yok")


def test_fees_differ_in_words_and_without_a_sign() -> None:
    answers = load_answers()
    said = [format_field("fee_difference", value, answers, "tr") for value in (-50, 30, 0)]
    assert said == ["50,00 TL daha az", "30,00 TL daha fazla", "değişmiyor"]
    assert format_field("fee_difference", -50, answers, "en") == "50.00 TL less"


@pytest.mark.parametrize(
    ("arguments", "facts", "same"),
    [
        ({"status": False}, {"currently_enabled": False}, True),
        ({"status": True}, {"currently_enabled": False}, False),
        ({"status": True}, {"method": "cash", "current_method": "cash"}, True),
        ({"status": True}, {"method": "cash", "current_method": None}, False),
        ({"status": False}, {"method": None, "current_method": None}, True),
    ],
)
def test_switch_that_stays_where_it_is_changes_nothing(
    arguments: dict[str, Any], facts: dict[str, Any], same: bool
) -> None:
    assert is_as_before(arguments, facts) is same


def test_automatic_payment_begins_with_the_next_bill_where_this_one_is_paid_now() -> None:
    toolbox, answers = schema_toolbox(), load_answers()
    bill = {"bill_id": "F-1", "amount": 200.0, "method": "cash", "due_date": "2026-06-25"}
    order = {"method": "cash", "current_method": None, "next_payment_date": "2026-06-25"}
    paid = propose(new_call("pay_bill", {"method": "cash"}, toolbox), {"method": "cash"}, bill, istanbul_now)
    started = {"status": True, "payment_method": "cash"}
    automatic = propose(new_call("setup_autopay", started, toolbox), started, order, istanbul_now)
    assert "bir sonraki faturanızın" in statement(automatic, answers, "tr", [paid, automatic])
    assert "bir sonraki" not in statement(automatic, answers, "tr")
    asked = confirmations([paid, automatic], answers, "tr")["text"]
    assert "bir sonraki faturanızın son ödeme tarihi" in asked
