"""What a reply names of the terms of a change: another package is told, what is only restated is cut out."""

from __future__ import annotations

import pytest

from graph.understanding.lines import OwnLine
from graph.understanding.terms import Terms, terms_in

MAIN, HOME = "05000000007", "02120000007"
LINES = [OwnLine(MAIN, "mobile"), OwnLine("05001000007", "mobile"), OwnLine(HOME, "home")]
SOLD = ["Genç Paket", "Süper Konuşma", "Premium Paket", "Dünya Paketi"]


@pytest.mark.parametrize(
    ("words", "line", "package", "rest"),
    [
        ("evet ev hattımı", HOME, None, "evet"),
        ("evet ev hattımı değil", HOME, None, "evet değil"),
        ("evet ikinci hattımı", HOME, None, None),  # another line is no restatement
        ("evet genç", MAIN, "Genç Paket", "evet"),
        ("genç paketi olsun", MAIN, "Genç Paket", "olsun"),
        ("evet premium", MAIN, "Genç Paket", None),
        ("evet paketi değiştir", MAIN, "Genç Paket", None),
        ("ilk hattıma genç paket olsun bari", MAIN, "Genç Paket", "olsun bari"),
        ("genç", MAIN, "Genç Paket", None),  # nothing is left to consent with
    ],
)
def test_only_what_was_asked_is_cut_out(words: str, line: str, package: str | None, rest: str | None) -> None:
    assert Terms(SOLD, package, None, line, LINES).unstated(words, "") == rest


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("evet premium yap", ["Premium Paket"]), ("dünya olsun", ["Dünya Paketi"]), ("genç olsun", []),
        ("süper, yap", []), ("süper konuşmada kalayım", ["Süper Konuşma"]), ("süper konuşmadan gence geç", []),
    ],
)  # fmt: skip
def test_package_that_was_not_asked_about_is_told(words: str, others: list[str]) -> None:
    assert Terms(SOLD, "Genç Paket", "Süper Konuşma").other_packages(words) == others


def test_question_states_its_terms() -> None:
    asked = f"{MAIN} numaralı hattınız Süper Konuşma paketinden Genç Paket paketine geçecek. Onaylıyor musunuz?"
    terms = terms_in(asked, SOLD)
    assert (terms.former, terms.package, terms.line) == ("Süper Konuşma", "Genç Paket", MAIN)
    assert terms_in("Onaylıyor musunuz?", SOLD).package is None


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("üç yüz kırk iki buçuk lirayı 4417'den alabilirsiniz", "alabilirsiniz"),
        ("4417 ile biten karttan çek", "çek"),
        ("1 haziranda açılsın", "açılsın"),
        ("500 lirayı çek", None),  # another sum is no restatement
        ("havaleyle öde", None),
        ("öde gitsin", None),
    ],
)
def test_stated_amount_date_and_method_are_cut_out(words: str, rest: str | None) -> None:
    asked = "342,50 TL, sonu 4417 olan kredi kartınızdan 1 Haziran'da çekilecek. Onaylıyor musunuz?"
    assert Terms().unstated(words, asked) == rest
