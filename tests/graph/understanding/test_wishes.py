"""Changes that are only mentioned, and limits that are set with a wish."""

from __future__ import annotations

from typing import Any

import pytest

from graph.calls import certain
from graph.state import Call
from graph.understanding.limits import CONDITION, NOT_NEEDED, ONLY_NOW, OWNER, PART, Judgement, judged
from graph.understanding.wishes import LEFT_ALONE, ONLY_MENTIONED, is_bereaved, only_wished


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("suspend_line", "aman hattımı dondurmayın"),
        ("suspend_line", "hattımın kapatılmasını istemiyorum"),
        ("change_package", "paketimi değiştirmeden internetimi artırın"),
        ("setup_autopay", "otomatik ödememi kapatma"),
        ("pay_bill", "faturamı ödemenize gerek yok"),
        ("suspend_line", "please don't suspend my line"),
        ("pay_bill", "havaleyle ödeyemem bu ay"),
        ("pay_bill", "ödemicem ben bu faturayı"),
        ("change_package", "üst pakete asla geçmem"),
        ("change_package", "tarifemi değiştirmeyi düşünmüyorum"),
        ("change_package", "premium pakete geçmekten vazgeçtik"),
        ("change_package", "mega pakete geçecek durumum yok"),
        ("suspend_line", "hattım donmasın sakın"),
        ("suspend_line", "numaramı dondurtmam"),
        ("suspend_line", "hattımı kapatmıyorsunuz değil mi"),
        ("enable_roaming", "dolaşımım kapanmasın"),
    ],
)
def test_a_negated_change_is_left_alone(operation: str, message: str) -> None:
    assert only_wished(message, certain(operation)) == ([], [LEFT_ALONE])


@pytest.mark.parametrize(
    ("operation", "message", "read"),
    [
        ("reactivate_line", "hattım niye kapatılmış", "get_customer_profile"),
        ("pay_bill", "faturam dün ödendi mi", "get_current_bill"),
        ("change_package", "paketim değişti mi, değiştirildi mi", "get_customer_package"),
    ],
)
def test_a_question_about_a_state_becomes_the_read_that_answers_it(operation: str, message: str, read: str) -> None:
    intents, remarks = only_wished(message, certain(operation))
    assert [intent["operation"] for intent in intents] == [read] and remarks == []


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("pay_bill", "faturamı karttan ödemişsiniz"),
        ("change_package", "beni mega pakete geçirmişsiniz"),
        ("enable_roaming", "roamingi açmışsınız"),
    ],
)
def test_what_we_are_said_to_have_done_is_no_wish(operation: str, message: str) -> None:
    wished, _ = only_wished(message, certain(operation))
    assert operation not in [intent["operation"] for intent in wished]


def test_a_supposed_change_is_only_mentioned() -> None:
    assert only_wished("hattımı dondurursam ne kadar öderim", certain("suspend_line")) == ([], [ONLY_MENTIONED])


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("pay_bill", "faturamı ödemez misiniz"),
        ("pay_bill", "fatura ödeme"),
        ("suspend_line", "hattımı dondurma işlemi yapalım"),
        ("enable_roaming", "dolaşımı kapatma, aç"),
        ("reactivate_line", "dondurulmuş hattımı açın"),
        ("update_customer_contact", "adresimi düzeltirseniz sevinirim"),
        ("suspend_line", "kapatmayı unutmayın hattımı"),
        ("pay_bill", "faturamı ödemem lazım"),
        ("reactivate_line", "hattımı açamıyorum, açar mısınız"),
        ("suspend_line", "hattımı dondurur musunuz"),
        ("enable_roaming", "yurt dışı kapansın"),
    ],
)
def test_a_request_stays_a_request(operation: str, message: str) -> None:
    assert only_wished(message, certain(operation)) == (certain(operation), [])


def change(operation: str, **arguments: Any) -> Call:
    return Call(
        id="1", operation=operation, arguments=arguments, write=True, status="awaiting", missing=[], key="k",
        preview=None, proposed_at=None, after=None, conditional=False, reference=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "facts", "message", "expected"),
    [
        ("pay_bill", {"amount": 740.5}, "faturamın çeyreğini öde", Judgement(remark=PART)),
        ("pay_bill", {"amount": 740.5}, "üç taksitle öde", Judgement(remark=PART)),
        ("pay_bill", {"amount": 740.5}, "200 lirasını öde", Judgement(remark=PART)),
        ("pay_bill", {"amount": 740.5}, "740 lira öde", Judgement()),
        ("pay_bill", {"amount": 740.5}, "300 liradan düşükse öde", Judgement(kept=False, remark=NOT_NEEDED)),
        ("pay_bill", {"amount": 240.5}, "300 liradan düşükse öde", Judgement()),
        ("enable_roaming", {"daily_fee": 149}, "120 lirayı geçerse açma", Judgement(kept=False, remark=NOT_NEEDED)),
        ("enable_roaming", {"daily_fee": 149}, "150 lirayı geçmezse aç", Judgement()),
        ("pay_bill", {}, "babamın faturasını öde", Judgement(kept=False, remark=OWNER)),
        ("suspend_line", {}, "cuma günü hattımı dondur", Judgement(remark=ONLY_NOW)),
        ("enable_roaming", {}, "cuma yurt dışına gidiyorum dolaşımı aç", Judgement()),
        ("suspend_line", {}, "eğer telefonum bulunmazsa dondur", Judgement(remark=CONDITION)),
        ("suspend_line", {}, "hattımı dondurursanız sevinirim", Judgement()),
    ],
)
def test_limits_are_judged_or_said(operation: str, facts: dict[str, Any], message: str, expected: Judgement) -> None:
    assert judged(change(operation), facts, message) == expected


def test_a_death_is_heard_and_a_broken_thing_is_none() -> None:
    assert is_bereaved("Babam geçen hafta vefat etti, hattını kapatmak istiyoruz")
    assert is_bereaved("annemi kaybettik") and is_bereaved("rahmetli eşimin hattı")
    assert is_bereaved("eşim geçen hafta öldü") and not is_bereaved("kızım telefonunu kaybetti")
    assert not is_bereaved("babamın telefonu öldü") and not is_bereaved("my phone died")
    assert not is_bereaved("telefonum öldü galiba") and not is_bereaved("hattımı kaybettim, kızım oldu")


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("suspend_line", "numaramı dondurma tarifemi aile paketine çevir"),
        ("suspend_line", "hattımı dondur, yok dur dondurma"),
        ("enable_roaming", "roamingi kapatma açık dursun"),
        ("change_package", "aile paketine geçirme bizi"),
        ("reactivate_line", "hattı aç demedim"),
        ("pay_bill", "faturamı da ödeme, kotamı söyle"),
    ],
)
def test_refusal_beside_other_words_proposes_nothing(operation: str, message: str) -> None:
    assert only_wished(message, certain(operation)) == ([], [LEFT_ALONE])


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("suspend_line", "hattımı dondurma işlemi başlatın"),
        ("suspend_line", "hattımı dondurma talebim var"),
        ("pay_bill", "faturamı ödeme yapmak istiyorum"),
        ("suspend_line", "dondurma demiştim, dondurun"),
    ],
)
def test_noun_of_an_action_refuses_nothing(operation: str, message: str) -> None:
    assert only_wished(message, certain(operation))[0][0]["operation"] == operation


def test_action_that_is_only_supposed_is_not_proposed() -> None:
    supposed = certain("setup_autopay")
    assert only_wished("otomatik ödemeyi kur desem kurar mısın", supposed) == ([], [ONLY_MENTIONED])
