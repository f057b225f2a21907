"""Two values in one message: the one that is taken back is never taken."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graph.understanding.argument_specs import addresses, phones
from graph.understanding.corrections import kept, replaced_digits, replaced_words, wishes_for_other
from graph.understanding.methods import methods_in
from graph.understanding.named import direction_of


async def emails(text: str) -> Sequence[str]:
    return addresses(text)


async def numbers(text: str) -> Sequence[str]:
    return phones(text)


async def methods(text: str) -> Sequence[str]:
    return methods_in(text)


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("mavi@example.com değil yesil@example.com", ["yesil@example.com"]),
        ("mavi@example.com yerine yesil@example.com olsun", ["yesil@example.com"]),
        ("yesil@example.com olacak, mavi@example.com değil", ["yesil@example.com"]),
        ("mavi@example.com yap, yok pardon yesil@example.com", ["yesil@example.com"]),
        ("eski adresim mavi@example.com, yenisi yesil@example.com", ["yesil@example.com"]),
        ("not mavi@example.com but yesil@example.com", ["yesil@example.com"]),
        ("mavi@example.com değil", []),
        ("mavi@example.com yesil@example.com", ["mavi@example.com", "yesil@example.com"]),
        ("e-postamı mavi@example.com yap", ["mavi@example.com"]),
    ],
)
async def test_kept_leaves_out_what_is_taken_back(message: str, left: list[str]) -> None:
    assert await kept(message, emails) == left


async def test_kept_tells_phone_numbers_apart() -> None:
    assert await kept("05000001111 yazmışım, 05000001111 değil 05000002222 olacak", numbers) == ["05000002222"]


@pytest.mark.parametrize(
    ("message", "left"),
    [("kartla değil havaleyle ödeyeyim", ["bank_transfer"]), ("havale yerine kartımla", ["credit_card"])],
)
async def test_kept_tells_methods_apart(message: str, left: list[str]) -> None:
    assert await kept(message, methods) == left


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("başı 0532 değil 0533 olacak", "05330001234"),
        ("0533'lü olacaktı, 0532 değil", "05330001234"),
        ("sonu 34 değil 43", "05320001243"),
        ("00 değil 11", None),
        ("0533 olacaktı", None),
        ("532 değil 533, sonu 34 değil 43", "05330001243"),
        ("532 değil 533 sonu da 43", None),
        ("00 değil 11, 34 değil 43", None),
        ("sonu 68 olacak", "05320001268"),
        ("pardon son rakamı 99", "05320001299"),
    ],
)
def test_replaced_digits_mends_a_part_of_a_number(message: str, number: str | None) -> None:
    assert replaced_digits("05320001234", message) == number


@pytest.mark.parametrize(
    ("words", "direction"),
    [("yurt dışını açın", True), ("kapatın lütfen", False), ("evet ama yarın yap", None), ("kapatma, aç", None)],
)
def test_direction_of_reads_only_plain_words(words: str, direction: bool | None) -> None:
    assert direction_of(words) is direction


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("kat 2 değil kat 5", "Gül Sok. No 4 kat 5, Bornova"),
        ("hayır, Bornova değil Karşıyaka olacak", "Gül Sok. No 4 Kat 2, Karşıyaka"),
        ("Gül yerine Menekşe yazın", "Menekşe Sok. No 4 Kat 2, Bornova"),
        ("Konak değil Karşıyaka", None),
        ("sorun değil", None),
        ("Gül değil Lale, Bornova değil Konak", "Lale Sok. No 4 Kat 2, Konak"),
        ("hayır, Gül yerine Lale ve 4 değil 6", "Lale Sok. No 6 Kat 2, Bornova"),
        ("Gül değil Lale, Foça değil Konak", None),
        ("mahalle de yanlış, kat 2 değil kat 5", None),
        ("kat 2 değil 5", "Gül Sok. No 4 Kat 5, Bornova"),
        ("Gül Sok. değil Lale", None),
        ("Gül değil Lale Sok.", None),
        ("kat 2 değil kat 5 no da 6", None),
    ],
)
def test_replaced_words_mends_a_part_of_a_value(message: str, value: str | None) -> None:
    assert replaced_words("Gül Sok. No 4 Kat 2, Bornova", message) == value


@pytest.mark.parametrize(
    "words",
    ["ikinciye dokunma", "megaya gerek yok", "mega pahalı geldi", "oğlum mega kullanıyor", "ev hattı hangisi",
     "eskiden havaleydi", "megayı sevmem", "premiumu beğenmedim", "havale olsa ne olur", "genc is cheaper right"],
)  # fmt: skip
def test_value_that_is_only_spoken_of_is_not_wished_for(words: str) -> None:
    assert not wishes_for_other(words)


@pytest.mark.parametrize(
    "words",
    ["mega olsun", "hayır ikinci hattı", "havaleyle öde", "ben premium demiştim", "evet ikinci hattımı da",
     "make it mega", "no wait, bank transfer", "yok ya havale", "havaleyle ödesem olur mu", "premium olmaz mı",
     "nakit daha kolay bana"],
)  # fmt: skip
def test_value_that_is_named_or_asked_for_is(words: str) -> None:
    assert wishes_for_other(words)


def test_parts_are_replaced_in_the_value_as_it_was() -> None:
    assert replaced_words("a@b.com", "b değil c, a değil d") == "d@c.com"
    assert replaced_words("a@b.com", "a değil b, b değil a") == "b@a.com"
    assert replaced_words("ali@gmail.com", "yok hotmail olacak") == "ali@hotmail.com"
    assert replaced_words("ali.can@firma.com", "can değil han, com değil net") == "ali.han@firma.net"
    assert replaced_words("ali.can@firma.com", "can değil han sonu net") is None
