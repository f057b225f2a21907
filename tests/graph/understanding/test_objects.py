"""The object of a reply's verb belongs to the change that waits, or the reply is no plain yes."""

from __future__ import annotations

from typing import Any

import pytest

from graph.state import Call
from graph.understanding.objects import other_object


def call(operation: str, **arguments: Any) -> Call:
    package = {"to_package": "Genç Paket"} if operation == "change_package" else {}
    return {
        "id": operation, "operation": operation, "arguments": arguments, "missing": [], "status": "awaiting",
        "preview": package,
    }  # type: ignore[typeddict-item]  # fmt: skip


PAY, AUTOPAY, MOVE = call("pay_bill"), call("setup_autopay", status=True), call("change_package")
ROAMING, TICKET = call("enable_roaming", status=True), call("create_fault_ticket")
FREEZE, REOPEN = call("suspend_line"), call("reactivate_line")
PHONE, MAIL = (call("update_customer_contact", contact_type=kind) for kind in ("phone", "email"))


@pytest.mark.parametrize(
    ("words", "waiting", "kind"),
    [
        ("faturayı onaylıyorum", FREEZE, "thing"), ("ödemeyi onaylıyorum", MOVE, "thing"),
        ("onaylıyorum faturamı", AUTOPAY, "thing"), ("şikayetimi onaylıyorum", FREEZE, "thing"),
        ("interneti kabul ediyorum", MOVE, "thing"), ("pakete onay veriyorum", PAY, "thing"),
        ("faturaya tamam", ROAMING, "thing"), ("evet fatura", FREEZE, "thing"), ("birini yap", MOVE, "thing"),
        ("ötekini de onaylıyorum", PAY, "thing"), ("hattın faturasını onaylıyorum", FREEZE, "thing"),
        ("otomatik ödemeyi onaylıyorum", PAY, "thing"), ("maili onaylıyorum", PHONE, "thing"),
        ("telefonu onaylıyorum", MAIL, "thing"), ("approve the bill", FREEZE, "thing"),
        ("hattı aç", ROAMING, "act"), ("aç hattı", ROAMING, "act"), ("hattımı aç lütfen", ROAMING, "act"),
        ("interneti aç", ROAMING, "act"), ("hattı kapat", ROAMING, "act"), ("aç şu interneti", TICKET, "act"),
        ("hat aç", ROAMING, "act"), ("paketi aç", REOPEN, "act"), ("faturayı dondur", FREEZE, "act"),
        ("numarayı değiştir", MOVE, "act"), ("open my line", ROAMING, "act"), ("kaydı aç", AUTOPAY, "act"),
        ("telefonu kapat", FREEZE, "act"),
    ],
)  # fmt: skip
def test_object_of_another_thing_is_found(words: str, waiting: Call, kind: str) -> None:
    found = other_object(words, [waiting])
    assert found is not None and found.kind == kind


@pytest.mark.parametrize(
    ("words", "waiting"),
    [
        ("evet", PAY), ("onaylıyorum", FREEZE), ("bunu onaylıyorum", ROAMING), ("faturayı onaylıyorum", PAY),
        ("interneti öde", PAY), ("hattımın faturasını öde", PAY), ("kapat borcu", PAY), ("paketi onaylıyorum", MOVE),
        ("hattımı geçir", MOVE), ("gence geç hattı değiştir", MOVE), ("hattım için onaylıyorum", MOVE),
        ("hattımı yurt dışına aç", ROAMING), ("roamingi aç", ROAMING), ("açılmasını onaylıyorum", ROAMING),
        ("arıza kaydını aç", TICKET), ("kaydı açın", TICKET), ("hattı dondur", FREEZE), ("telefonu dondurun", FREEZE),
        ("hattımın dondurulmasını onaylıyorum", FREEZE), ("internetimi aç", REOPEN), ("tamam kaydet", MAIL),
        ("ücretini ödemeyi kabul ediyorum", REOPEN), ("numarayı değiştir", PHONE), ("hata yok öde", PAY),
        ("borç bitti, onaylıyorum", FREEZE),
    ],
)  # fmt: skip
def test_object_of_the_change_itself_is_none(words: str, waiting: Call) -> None:
    assert other_object(words, [waiting]) is None


def test_object_may_belong_to_any_of_several_changes() -> None:
    assert other_object("faturayı öde", [MOVE, PAY]) is None
    assert other_object("hattı aç", [ROAMING, PAY]) is not None
