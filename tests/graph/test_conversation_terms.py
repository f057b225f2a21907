"""A question about the terms of the package that waits is answered from the change, which goes on waiting."""

from __future__ import annotations

import pytest

from tests.graph.conftest import MakeWorld


@pytest.mark.parametrize(
    ("customer", "package", "question", "told"),
    [
        (1, "Aile Paketi", "taahhüt var mı", "Evet, Aile Paketi 12 ay taahhütlü; daha erken ayrılmanın"),
        (1, "Mega İnternet", "kurulum ne", "Mega İnternet için kurulum ücreti 49,90 TL; bir kez alınır."),
        (1, "Mega İnternet", "toplam ilk ay ne öderim", "349,80 TL: aylık ücret 299,90 TL, kurulum ücreti 49,90 TL."),
        (1, "Mega İnternet", "fark kaç", "Ayda 100,00 TL daha fazla: 199,90 TL yerine 299,90 TL."),
        (1, "Genç Paket", "yaşım 45", "26 yaş altı gençler için; 45 yaş buna uymuyor."),
        (1, "Genç Paket", "cayma yok dimi", "Cayma bedeli yok (0,00 TL)"),
        (5, "Genç Paket", "cayma aynı mı", "Cayma bedeli hangi pakete geçerseniz geçin 600,00 TL"),
        (5, "Genç Paket", "cayma dahil mi", "aylık ücretin dışında 600,00 TL cayma bedeli alınır"),
        (5, "Genç Paket", "taahhüt var mı", "bu değişiklikte şimdiki taahhüdünüz için 600,00 TL cayma bedeli alınır"),
        (6, "Ekonomik Paket", "yurt dışı kapanır mı", "açık kalır; Ekonomik Paket ile kullandığınız her günün"),
    ],
)  # fmt: skip
async def test_term_is_told_and_the_change_goes_on_waiting(
    make_world: MakeWorld, customer: int, package: str, question: str, told: str
) -> None:
    wish = f"{package} olsun, ona geç"
    world = await make_world({wish: "change_package"}, {wish: {"new_package_name": package}})
    asked = await world.say(wish, customer=customer)
    answered = await world.say(question, customer=customer)
    assert told in answered.response
    assert asked.pending is not None and answered.pending is not None
    assert answered.pending.text == asked.pending.text and await world.audit() == []
    done = await world.say("evet", customer=customer)
    assert done.pending is None and [call.arac_adi for call in done.tool_calls] == ["change_package"]


async def test_question_states_the_terms_that_the_receipt_keeps(make_world: MakeWorld) -> None:
    wish = "genç pakete geç"
    world = await make_world({wish: "change_package"}, {wish: {"new_package_name": "Genç Paket"}})
    asked = await world.say(wish, customer=6)
    assert asked.pending is not None
    assert "günlük ücreti 0,00 TL yerine 149,00 TL olacak. Bu paket 26 yaş altı gençler için." in asked.pending.text
    [facts] = asked.pending.facts
    assert (facts["current_roaming_daily_fee"], facts["roaming_daily_fee"]) == (0, 149)
