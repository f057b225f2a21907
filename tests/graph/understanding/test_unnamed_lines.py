"""A question is read as one about the only line, whichever line it names."""

from __future__ import annotations

import pytest

from core.languages import Language
from graph.understanding.lines import OwnLine
from graph.understanding.unnamed_lines import names_only_a_line, without_line_names

LINES = [OwnLine("05000000007", "mobile"), OwnLine("05001000007", "mobile"), OwnLine("02120000007", "home")]


@pytest.mark.parametrize(
    ("text", "unnamed"),
    [
        ("05001000007 paketi ne", "hattımın paketi ne"),
        ("02120000007 kapatın", "hattımı kapatın"),
        ("0500 100 00 07'yi donduralım", "hattımı donduralım"),
        ("05001000007'de kaç GB kaldı", "hattımda kaç GB kaldı"),
        ("İkinci hattın numarası", "hattımın numarası ne"),
        ("ev hattımdan kaç dakika konuşuldu", "hattımdan kaç dakika konuşuldu"),
        ("ev internetim ne kadar", "internetim ne kadar"),
        ("bütün hatlarımın ücreti", "hatlarımın ücreti"),
        ("ana hattımdaki paket ile ikinci hattımdaki paket", "hattımdaki paket ile hattımdaki paket"),
    ],
)
def test_plain_word_stands_for_a_named_line(text: str, unnamed: str) -> None:
    assert without_line_names(text, LINES, "tr") == unnamed


def test_english_line_is_my_line() -> None:
    assert without_line_names("Which package is on 05000000007?", LINES, "en") == "Which package is on my line?"


@pytest.mark.parametrize(
    ("text", "language"), [("faturam ne kadar", "tr"), ("hattımın paketi", "tr"), ("my bill", "en")]
)
def test_text_without_a_named_line_stays(text: str, language: Language) -> None:
    assert without_line_names(text, LINES, language) is None


@pytest.mark.parametrize(
    ("text", "alone"),
    [("hattımınki?", True), ("peki hattımın", True), ("my line?", True), ("hattımın paketi", False), ("peki", False)],
)
def test_line_alone_says_nothing_else(text: str, alone: bool) -> None:
    assert names_only_a_line(text) is alone
