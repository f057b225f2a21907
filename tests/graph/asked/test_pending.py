"""The terms of the change of package that waits, whatever package the customer has."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from graph.asked import conversation, pending
from graph.asked.conversation import Spoken
from graph.asked.restrictions import Restriction
from graph.asked.values import Finding

FREE: dict[str, Any] = {
    "to_package": "Genç Paket", "monthly_fee": 219.9, "current_fee": 299.9, "setup_fee": 0, "contract_months": 0,
    "cancellation_fee": None, "commitment_until": None, "new_cancellation_fee": None, "roaming_enabled": True,
    "current_roaming_daily_fee": 0, "roaming_daily_fee": 149, "target_audience": "26 yaş altı gençler",
}  # fmt: skip
BOUND = {"contract_months": 12, "new_cancellation_fee": 600, "setup_fee": 49.9, "target_audience": "Aileler"}
LEAVING = {"cancellation_fee": 600, "commitment_until": "2027-01-15"}


def find(fact: str, words: str = "", /, **facts: Any) -> Finding | None:
    change = ("change_package", {**FREE, **facts})
    return conversation.FIND[fact](Spoken([], "", [], Restriction(), change, words=words))


@pytest.mark.parametrize(
    ("fact", "words", "facts", "variant"),
    [
        ("pending_commitment", "taahhüt var mı", {}, "free"),
        ("pending_commitment", "taahhüt var mı", BOUND, "bound"),
        ("pending_commitment", "taahhüt var mı", LEAVING, "free_leaving"),
        ("pending_commitment", "taahhüt var mı", BOUND | LEAVING, "bound_leaving"),
        ("pending_leaving", "cayması ne", {}, "none"),
        ("pending_leaving", "cayması ne", BOUND, "later"),
        ("pending_leaving", "cayma var mı", LEAVING, "now"),
        ("pending_leaving", "cayma aynı mı", LEAVING, "now_the_same"),
        ("pending_leaving", "cayma dahil mi", LEAVING, "now_apart"),
        ("pending_leaving", "cayma dahil mi", BOUND | LEAVING, "now_and_later"),
        ("pending_setup", "kurulum ne", {}, "none"),
        ("pending_setup", "kurulum ne", BOUND, "value"),
        ("pending_roaming", "yurt dışı kapanır mı", {}, "on_changes"),
        ("pending_roaming", "yurt dışı kapanır mı", {"roaming_daily_fee": 0}, "on_same"),
        ("pending_roaming", "yurt dışı dahil mi", {"roaming_enabled": False}, "off_changes"),
        ("pending_audience", "yaşım 45", {}, "not_of_age"),
        ("pending_audience", "yaşım 20", {}, "of_age"),
        ("pending_audience", "kimler için", {}, "value"),
        ("pending_audience", "yaşım 45", BOUND, "any_age"),
    ],
)
def test_term_follows_from_the_preview(fact: str, words: str, facts: dict[str, Any], variant: str) -> None:
    found = find(fact, words, **facts)
    assert found is not None and found.variant == variant


@pytest.mark.parametrize(
    ("facts", "variant", "amount"),
    [
        ({}, "fee", "219.90"), (BOUND, "setup", "269.80"), (LEAVING, "leaving", "819.90"),
        (BOUND | LEAVING, "setup_and_leaving", "869.80"),
    ],
)  # fmt: skip
def test_first_month_is_the_fee_with_what_is_charged_once(facts: dict[str, Any], variant: str, amount: str) -> None:
    found = find("pending_first_month", **facts)
    assert found is not None
    assert (found.variant, found.values["amount"]) == (variant, Decimal(amount))


def test_difference_is_that_of_the_monthly_fees() -> None:
    less, more, same = (find("pending_difference", monthly_fee=fee) for fee in (219.9, 399.9, 299.9))
    assert less is not None and (less.variant, less.values["difference"]) == ("less", Decimal("80.0"))
    assert more is not None and (more.variant, more.values["difference"]) == ("more", Decimal("100.0"))
    assert same is not None and same.variant == "same"


def test_no_term_is_told_of_another_change_nor_of_what_a_preview_does_not_hold() -> None:
    payment = Spoken([], "", [], Restriction(), ("pay_bill", {"amount": 10}))
    assert conversation.FIND["pending_commitment"](payment) is None
    assert not pending.tells("pending_commitment", {"to_package": "Genç Paket", "contract_months": 0})
    assert not pending.tells("pending_roaming", FREE | {"roaming_daily_fee": None})
    assert pending.tells("pending_commitment", FREE | {"roaming_daily_fee": None})
