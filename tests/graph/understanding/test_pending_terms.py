"""Short questions beside a waiting change of package ask for its terms; conditions and refusals are none."""

from __future__ import annotations

from typing import Any

import pytest

from graph.calls import new_call
from graph.state import Call
from graph.understanding.pending_terms import term_asked
from tests.graph.asked.test_pending import FREE
from tools.toolbox import Toolbox


def waiting(toolbox: Toolbox, **facts: Any) -> Call:
    return {**new_call("change_package", {}, toolbox), "status": "awaiting", "preview": {**FREE, **facts}}


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("taahhüt var mı", "commitment"), ("peki taahhüdü kaç ay", "commitment"), ("is there a contract", "commitment"),
        ("yeni taahhüt kaç ay", "commitment"), ("taahhüdüm olacak mı", "commitment"), ("taahhütsüz mü", "commitment"),
        ("cayması ne", "leaving"), ("cayma aynı mı", "leaving"), ("cayma yok dimi", "leaving"),
        ("geçersem cayma öder miyim", "leaving"), ("erken ayrılırsam ceza ne", "leaving"),
        ("what is the cancellation fee", "leaving"), ("kurulum ne", "setup"), ("aktivasyon ücreti var mı", "setup"),
        ("how much is the setup", "setup"), ("fark kaç", "difference"), ("ne kadar fazla öderim yani?", "difference"),
        ("toplam ilk ay ne öderim", "first_month"), ("ilk faturam kaç lira", "first_month"),
        ("kaç lira toplam", "first_month"), ("yurt dışı kapanır mı", "roaming"), ("roaming dahil mi", "roaming"),
        ("yurt dışı günlük kaç", "roaming"), ("yaşım 45", "audience"), ("yaşım 45 olur mu", "audience"),
        ("yaş sınırı var mı", "audience"), ("kimler için", "audience"), ("who is it for", "audience"),
    ],
)  # fmt: skip
async def test_question_asks_for_a_term_of_the_waiting_package(toolbox: Toolbox, message: str, fact: str) -> None:
    assert term_asked(message, [waiting(toolbox)]) == f"pending_{fact}"


@pytest.mark.parametrize(
    "message",
    [
        "evet", "tamam geç", "cayma yoksa evet", "kurulum ücreti alınmazsa olur", "taahhüt olmasın", "kurulum ödemem",
        "cayma ödemek istemiyorum", "taahhüdüm ne zaman bitiyor", "benim taahhüdüm var mı", "paketim kaç GB",
        "yurt dışını da aç", "yurt dışını açar mısın", "yurt dışı arama dakikası kaç", "fark etmez", "ne fark eder ki",
        "farkı öderim tamam", "faturam ne kadar", "if there is no contract yes", "cayma bedelini öde",
    ],
)  # fmt: skip
async def test_other_words_ask_for_none(toolbox: Toolbox, message: str) -> None:
    assert term_asked(message, [waiting(toolbox)]) is None


async def test_term_is_that_of_the_one_package_change(toolbox: Toolbox) -> None:
    payment = new_call("pay_bill", {"method": "cash"}, toolbox)
    assert term_asked("taahhüt var mı", [payment, waiting(toolbox)]) == "pending_commitment"
    assert term_asked("taahhüt var mı", [payment]) is None
    assert term_asked("taahhüt var mı", [waiting(toolbox), waiting(toolbox)]) is None


async def test_preview_without_the_terms_tells_none(toolbox: Toolbox) -> None:
    earlier = {**waiting(toolbox), "preview": {"to_package": "Genç Paket", "contract_months": 0}}
    assert term_asked("taahhüt var mı", [earlier]) is None  # type: ignore[list-item]
    assert term_asked("yurt dışı dahil mi", [waiting(toolbox, roaming_daily_fee=None)]) is None
