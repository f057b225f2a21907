"""Short commands that hold more than the change that is asked about."""

from __future__ import annotations

import pytest

from graph.understanding.named import CHECKED, unasked

PAY = "F-2026-06-0001 numaralı, 259,80 TL tutarındaki faturanız kredi kartı ile ödenecek. Onaylıyor musunuz?"
MAIL = "E-posta bilginiz “a@example.com” yerine “b@example.com” olarak değiştirilecek. Onaylıyor musunuz?"
ABROAD = "05000000001 numaralı hattınız yurt dışı kullanımına açılacak. Günlük ücret 149,00 TL. Onaylıyor musunuz?"
TICKET = "Sizin için bir arıza kaydı açılacak: “yavaş” (öncelik orta). Onaylıyor musunuz?"


def checked(reply: str, question: str) -> set[str]:
    return {each.kind for each in unasked(reply, question)} & CHECKED


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("puanla öde", PAY), ("komşuya öde", PAY), ("bedava öde", PAY), ("önce kontrol et öde", PAY), ("az öde", PAY),
        ("küçük harfle yaz", MAIL), ("sonuna bir nokta ekle", MAIL), ("ücretsiz aç", ABROAD), ("aylık aç", ABROAD),
        ("acil yap", TICKET), ("sil", PAY), ("yes please cancel", MAIL), ("babam ödesin", PAY),
        ("kendiniz ödeyin", PAY),
        ("yarın öderim", PAY), ("tabii ödersin", PAY), ("kampanyayı onaylıyorum", PAY), ("kapat şu dükkanı", ABROAD),
        ("onaylıyorum zammı", PAY),
    ],
)  # fmt: skip
def test_word_that_the_question_does_not_hold_makes_it_no_plain_yes(reply: str, question: str) -> None:
    assert checked(reply, question)


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("hadi abi öde artık", PAY), ("karttan öde", PAY), ("259 lirayı öde", PAY), ("kullanmıyorum kapat gitsin", PAY),
        ("borcu öde", PAY), ("roamingi aç lütfen", ABROAD), ("bekletmeden aç", ABROAD), ("kaydı açın", TICKET),
        ("hemen değiştirin", MAIL), ("öde faturayı", PAY), ("bunu onaylıyorum", PAY), ("dediğinizi onaylıyorum", PAY),
        ("onaylıyorum bu işlemi", PAY), ("açın roamingi", ABROAD), ("hıhı onaylıyorum", PAY),
    ],
)  # fmt: skip
def test_address_haste_and_the_questions_own_words_are_none(reply: str, question: str) -> None:
    assert not checked(reply, question)
