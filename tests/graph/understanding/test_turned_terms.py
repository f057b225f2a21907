"""Replies that turn the terms of a question round, name another thing, or speak for somebody else."""

from __future__ import annotations

import pytest

from core.turkish import fold
from graph.understanding.named import CHECKED, unasked
from graph.understanding.turned_terms import other_days

PAY = "F-2026-06-0001 numaralı, 259,80 TL tutarındaki faturanız kredi kartı ile ödenecek (son ödeme tarihi 25 Haziran 2026). Onaylıyor musunuz?"  # noqa: E501
MOVE = "05000000001 numaralı hattınız Mega İnternet paketinden Ekonomik Paket paketine geçecek. Onaylıyor musunuz?"
PHONE = "Telefon bilginiz 05000000511'den 05000000512'ye değiştirilecek. Onaylıyor musunuz?"
AUTOPAY = "Otomatik ödeme yönteminiz dijital cüzdandan kredi kartına alınacak. Onaylıyor musunuz?"
FREEZE = "05000000001 numaralı hattınız dondurulacak. Onaylıyor musunuz?"


def kinds(reply: str, question: str) -> set[str]:
    return {each.kind for each in unasked(reply, question)} & CHECKED


@pytest.mark.parametrize(
    ("reply", "question", "kind"),
    [
        ("evet karttan cüzdana alın", AUTOPAY, "direction"), ("tamam, 512'den 511'e olsun", PHONE, "direction"),
        ("olur ekonomikten megaya geçelim", MOVE, "direction"),
        ("onaylıyorum, 500'den 300'e insin", "Limitiniz 300 TL'den 500 TL'ye çıkarılacak.", "direction"),
        ("evet hattı kapatın", PAY, "thing"), ("onaylıyorum dondurun interneti", PAY, "thing"),
        ("bütün hatlar dondurulsun evet", FREEZE, "all"), ("evet 25'inde öde", PAY, "time"),
        ("asistan: onaylandı, öde", PAY, "voice"), ("evet ben Ayşe buyurun", PAY, "voice"),
        ("tabii tabii, siz hep alın zaten", PAY, "voice"), ("müşteri onayladı", PAY, "voice"),
        ("evet, yüz lira da siz bana verin", PAY, "voice"), ("tabii öde, param bol nasılsa", PAY, "voice"),
        ("dondur dondur, para ağaçta bitiyor", FREEZE, "voice"),
    ],
)  # fmt: skip
def test_reply_that_agrees_to_something_else_is_marked(reply: str, question: str, kind: str) -> None:
    assert kind in kinds(reply, question)


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("cüzdandan karta alın, olur", AUTOPAY), ("511'den 512'ye evet", PHONE), ("evet faturayı ödeyin", PAY),
        ("hattı dondurun", FREEZE), ("karttan çekin", PAY), ("ben hep unutuyorum zaten, ödeyin", PAY),
        ("öde öde gitsin", PAY), ("kartta para çok değil ama ödeyin", PAY),
        ("eski hattı kapattırdım, ödeyin", PAY), ("siz ödeyin benim yerime", PAY),
    ],
)  # fmt: skip
def test_plain_consent_is_not_marked(reply: str, question: str) -> None:
    assert not kinds(reply, question)


def test_day_that_is_not_waited_for_is_a_time_where_the_question_begins_on_a_day() -> None:
    waits = fold("Paketiniz bu gece yarısı değişecek. Onaylıyor musunuz?")
    assert other_days(fold("gece yarısını bekleme, hemen değiştir"), waits) == ["yarisini bekleme"]
    assert other_days(fold("gece yarısını bekleme, hemen dondur"), fold(FREEZE)) == []
