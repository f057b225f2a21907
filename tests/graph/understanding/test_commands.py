"""A mere command or leave for the change that is asked about, told by code."""

from __future__ import annotations

import pytest

from graph.understanding.commands import is_command

PAY = "F-2026-06-0001 numaralı, 259,80 TL tutarındaki faturanız kredi kartı ile ödenecek. Onaylıyor musunuz?"
MOVE = "05000000001 numaralı hattınız Ekonomik Paket paketine geçecek; aylık ücret farkı -50,00 TL. Onaylıyor musunuz?"


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("öde", PAY), ("ödeyin lütfen", PAY), ("ödensin", PAY), ("öde gitsin", PAY), ("ödeyebilirsiniz", PAY),
        ("evet hadi yap", PAY), ("ona geç", MOVE), ("geçelim o zaman", MOVE), ("yapabilirsin", MOVE),
    ],
)  # fmt: skip
def test_command_for_the_asked_act_is_one(reply: str, question: str) -> None:
    assert is_command(reply, question)


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("evet", PAY), ("dondur", PAY), ("ödeme", PAY), ("ödeme yapma", PAY), ("öder misin", PAY),
        ("yarısını öde", PAY),
        ("öde dedim", PAY), ("acil yap", MOVE), ("öde", MOVE), ("geçme", MOVE), ("annem öder", PAY),
    ],
)  # fmt: skip
def test_another_act_or_anything_beside_it_is_none(reply: str, question: str) -> None:
    assert not is_command(reply, question)
