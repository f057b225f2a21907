"""A short question goes on from the packages that were spoken of, unless it names what is the customer's own."""

from __future__ import annotations

from typing import Any

import pytest

from graph.state import SaidFact
from graph.understanding.focus import asks_difference, asks_which, goes_on, is_about_it, packages_spoken_of
from tests.graph.understanding.conftest import Read, operations

shares_the_demo = pytest.mark.asyncio(loop_scope="module")


def said(fact: str, *packages: str) -> SaidFact:
    return SaidFact(fact=fact, restriction={"packages": packages} if packages else {}, figures=[])


@pytest.mark.parametrize(
    ("message", "on"),
    [
        ("taahhütlü mü", True), ("kaç gb", True), ("hangisi ucuz", True), ("peki interneti", True),
        ("does it work abroad", True), ("taahhüdüm var mı", False), ("internetim ne kadar", False),
        ("faturam ne kadar", False), ("kaç gb kaldı", False), ("hattım açık mı", False), ("teşekkürler", False),
        ("peki bir alttaki", False), ("benim paketim taahhütlü mü", False),
    ],
)  # fmt: skip
def test_question_about_nothing_else_goes_on_from_a_package(message: str, on: bool) -> None:
    assert goes_on(message) is on


def test_last_two_packages_are_held_against_each_other() -> None:
    assert packages_spoken_of([said("named_fee", "Genç Paket"), said("named_fee", "Mega İnternet")]) == (
        "Genç Paket", "Mega İnternet",
    )  # fmt: skip
    assert packages_spoken_of([said("bill_amount"), said("named_fee", "Genç Paket")]) == ("Genç Paket",)
    assert packages_spoken_of([said("packages_compare", "A", "B")]) == ("A", "B")
    assert packages_spoken_of([said("named_fee", "Genç Paket"), said("bill_amount")]) == ()
    assert asks_which("hangisi ucuz") and not asks_which("hangi ay")
    assert asks_difference("farkı ne") and not asks_difference("fark etmez")
    assert is_about_it("benimkinden ucuz mu") and not is_about_it("benimkinden ucuz paket var mı")


@shares_the_demo
async def test_own_fact_becomes_that_of_the_package_spoken_of(read: Read) -> None:
    others: Any = {"Premium Paket taahhütlü mü": {"named_commitment": 0.9}}
    before = [said("named_fee", "Mega İnternet")]
    found = await read("taahhütlü mü", {"committed": 0.9}, said=before, table=others)
    assert found["asked"] == [{"fact": "named_commitment", "restriction": {"packages": ("Mega İnternet",)}}]
    own = await read("taahhüdüm var mı", {"committed": 0.9}, said=before)
    assert [each["fact"] for each in own["asked"]] == ["committed"]
    alone = await read("taahhütlü mü", {"committed": 0.9})
    assert [each["fact"] for each in alone["asked"]] == ["committed"]


@shares_the_demo
async def test_which_one_and_the_difference_are_of_the_two_spoken_of(read: Read) -> None:
    pair = [said("named_fee", "Genç Paket"), said("named_fee", "Mega İnternet")]
    which = await read("hangisi ucuz", {"said_lower": 0.9}, said=pair)
    assert which["asked"] == [{"fact": "packages_which", "restriction": {"packages": ("Genç Paket", "Mega İnternet")}}]
    assert operations(which) == ["get_available_packages"]
    differ = await read("farkı ne kadar", {"fee_difference": 0.9}, said=pair)
    assert differ["asked"][0]["fact"] == "packages_compare"
    more = await read("Genç Paket mi Mega İnternet mi daha ucuz", {"packages_compare": 0.9})
    assert more["asked"][0]["fact"] == "packages_which"


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("yaşım 30 Genç Paket alabilir miyim", "package_allowed"),
        ("Genç Paket kimler için", "named_audience"),
        ("yurt dışında internet kullanırsam ne öderim", "roaming_fee"),
        ("hattımı niye donduramıyorum", "suspend_why"),
        ("en yüksek ödemem hangisi", "payments_highest"),
        ("otomatik ödemem yok mu", "autopay_on"),
        ("yurt dışında telefonum çalışır mı", "roaming_on"),
    ],
)
@shares_the_demo
async def test_plain_form_names_its_fact(read: Read, message: str, fact: str) -> None:
    found = await read(message, {"none": 0.9}, topic="unclear")
    assert [each["fact"] for each in found["asked"]] == [fact]


@shares_the_demo
async def test_one_before_is_found_by_its_place(read: Read) -> None:
    bill = await read("ondan önceki", {"same_again": 0.9}, said=[said("bill_amount")])
    assert bill["asked"] == [{"fact": "month_bill", "restriction": {"place": 2}}]
    again = [SaidFact(fact="month_bill", restriction={"place": 2}, figures=[])]
    assert (await read("peki ondan önceki", {"same_again": 0.9}, said=again))["asked"][0]["restriction"] == {"place": 3}
    paid = await read("ondan önceki", {"same_again": 0.9}, said=[said("last_payment_date")])
    assert paid["asked"] == [{"fact": "last_payment_date", "restriction": {"place": 2}}]
    month = [SaidFact(fact="month_bill", restriction={"months": [[2026, 3]]}, figures=[])]
    assert (await read("ondan önceki", {"same_again": 0.9}, said=month))["asked"][0]["restriction"] == {
        "months": [[2026, 2]]
    }
    ago = await read("iki fatura önce ne gelmişti", {"month_bill": 0.9})
    assert ago["asked"] == [{"fact": "month_bill", "restriction": {"place": 3}}]
