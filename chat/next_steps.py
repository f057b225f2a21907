"""Suggestions to a customer, after an answer that asks nothing: one to three messages, as buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from core.languages import Language
from database.enums import BillStatus

NEXT_STEP = "next_step"
"""Name of the callback behind the buttons."""

_MOST = 3


class NextStep(NamedTuple):
    """A message that a button sends, and the operation that it asks for."""

    operation: str
    tr: str
    en: str

    def words(self, language: Language) -> str:
        """Return the message."""
        return self.tr if language == "tr" else self.en


_PAY = NextStep("pay_bill", "Faturamı öde", "Pay my bill")
_PAST = NextStep("get_past_bills", "Geçmiş faturalarımı göster", "Show my past bills")
_PAYMENTS = NextStep("get_payment_history", "Yaptığım ödemeleri göster", "Show my payments")
_AUTOPAY = NextStep("setup_autopay", "Otomatik ödeme kurmak istiyorum", "I want to set up automatic payment")
_BILL = NextStep("get_current_bill", "Faturamı göster", "Show my bill")
_QUOTAS = NextStep("get_remaining_quotas", "Kalan kotalarımı göster", "Show my remaining quotas")
_PACKAGE = NextStep("get_customer_package", "Paketim nedir?", "What is my package?")
_PACKAGES = NextStep("get_available_packages", "Paketleri göster", "Show the packages")
_CHANGE = NextStep("change_package", "Paketimi değiştirmek istiyorum", "I want to change my package")
_SPEED = NextStep("test_internet_speed", "İnternet hızımı ölç", "Measure my internet speed")
_TICKET = NextStep("create_fault_ticket", "Arıza bildirmek istiyorum", "I want to report a fault")
_STATUS = NextStep("get_fault_ticket_status", "Arıza kaydım ne durumda?", "What is the status of my ticket?")
_NETWORK = NextStep("check_network_status", "Bölgemde kesinti var mı?", "Is there an outage in my area?")

_AFTER: Mapping[str, Sequence[NextStep]] = {
    "get_current_bill": (_PAY, _PAST),
    "get_past_bills": (_BILL, _PAYMENTS),
    "pay_bill": (_PAYMENTS, _AUTOPAY),
    "get_payment_history": (_BILL, _AUTOPAY),
    "setup_autopay": (_BILL,),
    "get_customer_package": (_QUOTAS, _PACKAGES),
    "get_remaining_quotas": (_PACKAGE, _PACKAGES),
    "change_package": (_PACKAGE, _QUOTAS),
    "get_available_packages": (_CHANGE, _PACKAGE),
    "get_package_details": (_CHANGE, _PACKAGES),
    "check_network_status": (_SPEED, _TICKET),
    "test_internet_speed": (_NETWORK, _TICKET),
    "create_fault_ticket": (_STATUS,),
    "get_fault_ticket_status": (_SPEED, _NETWORK),
    "get_customer_profile": (_PACKAGE, _BILL),
}


def next_steps(results: Mapping[str, Mapping[str, Any]]) -> list[NextStep]:
    """Return what may come next, at most three.

    Args:
        results: Results by operation, of which the answer is made; what they told already is left out.
    """
    done = set(results)
    if results.get("get_current_bill", {}).get("status") == BillStatus.PAID:
        done.add("pay_bill")
    found = dict.fromkeys(step for name in results for step in _AFTER.get(name, ()) if step.operation not in done)
    return list(found)[:_MOST]
