"""A question for a yes as a card, with buttons that say the act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chat.confirmation import confirmation_card, confirmation_labels
from conversation.events import CallView, Option, Pending
from core.languages import Language

PAY = ("pay_bill", {"bill_id": "F-1", "method": "credit_card"}, {
    "bill_id": "F-1", "amount": 259.8, "currency": "TRY", "due_date": "2026-12-10", "method": "credit_card",
})  # fmt: skip
MOVE = ("change_package", {"line_number": "05320000001", "new_package_name": "Süper"}, {
    "line_number": "05320000001", "from_package": "Ekonomik", "to_package": "Süper", "monthly_fee": 359.8,
    "current_fee": 199.8, "fee_difference": 160.0, "setup_fee": 0, "contract_months": 12,
    "effective_date": "2026-12-01", "cancellation_fee": None, "commitment_until": None,
})  # fmt: skip
ROAM = ("enable_roaming", {"line_number": "05320000001", "status": True}, {
    "line_number": "05320000001", "roaming_enabled": True, "currently_enabled": False, "daily_fee": 99.0,
    "data_package": None,
})  # fmt: skip
PHONE = ("update_customer_contact", {"contact_type": "email", "new_value": "ayse@example.com"}, {
    "contact_type": "email", "old_value": None, "new_value": "ayse@example.com",
})  # fmt: skip
Change = tuple[str, Mapping[str, Any], Mapping[str, Any]]


def question(*changes: Change) -> Pending:
    """Return a question for a yes to changes: operation, arguments and facts of the preview."""
    calls = [CallView(arac_adi=name, parametreler=dict(arguments)) for name, arguments, _ in changes]
    options = [Option(label=label, value=label) for label in ("Evet, hepsi", "Hayır, hiçbiri")]
    return Pending(
        id="q",
        kind="confirmation",
        text="?",
        options=options,
        calls=calls,
        facts=[dict(facts) for *_, facts in changes],
    )


def rows_of(block: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(row["name"], row["value"]) for row in block["rows"]]


def test_payment_is_a_card_of_its_facts() -> None:
    card = confirmation_card(question(PAY), "tr")
    assert card is not None
    assert (card["title"], card["badge"], card["tone"]) == ("Fatura ödeme", "Onayınız bekleniyor", "ask")
    assert rows_of(card["blocks"][0]) == [
        ("Fatura", "F-1"), ("Tutar", "259,80 TL"), ("Ödeme yöntemi", "kredi kartı"),
        ("Son ödeme tarihi", "10 Aralık 2026"), ("Ne zaman", "hemen"),
    ]  # fmt: skip


def test_change_shows_from_and_to_line_cost_and_time_and_no_fee_of_nothing() -> None:
    card = confirmation_card(question(MOVE), "en")
    assert card is not None
    assert rows_of(card["blocks"][0]) == [
        ("Package", "Ekonomik → Süper"), ("Line", "05320000001"), ("Monthly fee", "199.80 TL → 359.80 TL"),
        ("Monthly difference", "160.00 TL more"), ("Commitment", "12 months"), ("When", "1 December 2026"),
    ]  # fmt: skip


def test_change_shows_the_ties_of_the_new_package() -> None:
    operation, arguments, facts = MOVE
    ties = {
        "new_cancellation_fee": 700.0, "current_roaming_daily_fee": 0.0, "roaming_daily_fee": 149.0,
        "target_audience": "26 yaş altı gençler", "roaming_enabled": True,
    }  # fmt: skip
    card = confirmation_card(question((operation, arguments, {**facts, **ties})), "tr")
    assert card is not None
    assert rows_of(card["blocks"][0])[4:8] == [
        ("Taahhüt", "12 ay"), ("Yeni taahhütten erken ayrılma", "700,00 TL"),
        ("Yurt dışında bir gün", "0,00 TL → 149,00 TL"), ("Kimler için", "26 yaş altı gençler"),
    ]  # fmt: skip
    loose = {**ties, "new_cancellation_fee": None, "roaming_daily_fee": 0.0, "target_audience": "Aileler"}
    plain = confirmation_card(question((operation, arguments, {**facts, **loose})), "tr")
    assert plain is not None and len(rows_of(plain["blocks"][0])) == 6


@pytest.mark.parametrize(
    ("change", "language", "labels"),
    [
        (PAY, "tr", ["259,80 TL öde", "Vazgeç"]),
        (PAY, "en", ["Pay 259.80 TL", "Cancel"]),
        (MOVE, "tr", ["Süper paketine geç", "Vazgeç"]),
        (ROAM, "tr", ["Yurt dışı kullanımını aç", "Vazgeç"]),
        (PHONE, "tr", ["E-posta bilgimi kaydet", "Vazgeç"]),
    ],
)
def test_buttons_say_the_act(change: Change, language: Language, labels: list[str]) -> None:
    assert list(confirmation_labels(question(change), language)) == labels


def test_several_changes_stand_on_one_card_and_keep_the_words_of_their_options() -> None:
    asked = question(PAY, ROAM)
    card = confirmation_card(asked, "tr")
    assert card is not None
    assert card["title"] == "2 işlem onayınızı bekliyor"
    assert [block.get("text") for block in card["blocks"]][::2] == ["1. Fatura ödeme", "2. Yurt dışı kullanımı ayarı"]
    assert rows_of(card["blocks"][3])[0] == ("Yurt dışı kullanımı", "kapalı → açık")
    assert list(confirmation_labels(asked, "tr")) == ["Evet, hepsi", "Hayır, hiçbiri"]


def test_question_of_an_earlier_version_has_no_card_and_keeps_its_options() -> None:
    asked = question(PAY).model_copy(update={"facts": []})
    assert confirmation_card(asked, "tr") is None
    assert list(confirmation_labels(asked, "tr")) == ["Evet, hepsi", "Hayır, hiçbiri"]


def test_other_questions_have_no_card() -> None:
    assert confirmation_card(Pending(kind="clarification", text="Hangi hat?"), "tr") is None
