"""The messages that are offered after an answer."""

from __future__ import annotations

from chat.next_steps import next_steps


def _after(*operations: str) -> list[str]:
    return [step.tr for step in next_steps({name: {} for name in operations})]


def test_steps_follow_from_what_was_told_and_repeat_none_of_it() -> None:
    assert _after("get_current_bill") == ["Faturamı öde", "Geçmiş faturalarımı göster"]
    after_paying = _after("get_current_bill", "pay_bill")
    assert "Faturamı öde" not in after_paying and "Yaptığım ödemeleri göster" in after_paying


def test_bill_that_is_paid_is_not_offered_for_payment() -> None:
    steps = next_steps({"get_current_bill": {"status": "paid"}})
    assert [step.tr for step in steps] == ["Geçmiş faturalarımı göster"]


def test_steps_are_three_at_most_each_once_and_none_after_small_talk() -> None:
    many = _after("get_customer_package", "get_remaining_quotas", "check_network_status", "get_past_bills")
    assert len(many) == len(set(many)) == 3
    assert _after() == _after("suspend_line") == []
    assert [step.words("en") for step in next_steps({"create_fault_ticket": {}})] == [
        "What is the status of my ticket?"
    ]
