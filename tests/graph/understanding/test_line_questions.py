"""Questions over the lines of a customer who has several."""

from __future__ import annotations

import pytest

from graph.understanding.line_questions import asked_of_lines, asks_whose_line, with_plain_line


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("hangi hattımda en az internet var", "line_most_left"),
        ("üç hattımız içinde konuşma dakikası en az kalan hangisi", "line_most_left"),
        ("hangi hattımın faturası en yüksek", "line_fee_most"), ("which of my lines costs least", "line_fee_most"),
        ("hangi numaramda dolaşım kapalı", "roaming_on"), ("which of my lines has roaming on", "roaming_on"),
        ("hangi hattım kapalı", "line_state"), ("hangi numaramda sözleşme var", "committed"),
        ("tüm numaralara aylık ne ödüyoruz", "lines_fee_total"),
        ("hangi pakette en çok internet var", None), ("hattımda en çok internet olan paket hangisi", None),
        ("yurt dışı kullanımım açık mı", None), ("geçen yıl toplam ne ödedim", None),
        ("hangisi daha ucuz", None),
    ],
)  # fmt: skip
def test_fact_over_lines_is_told_by_form(message: str, fact: str | None) -> None:
    assert asked_of_lines(message, on_lines=False) == fact


def test_one_of_them_is_a_line_where_lines_were_spoken_of() -> None:
    assert asked_of_lines("hangisi daha ucuz", on_lines=True) == "line_fee_most"


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        ("ikincisinin paketi ne", "hattımın paketi ne"), ("peki sonuncusu", "peki hattımın"),
    ],
)  # fmt: skip
def test_place_alone_is_read_as_the_plain_word_for_a_line(message: str, plain: str) -> None:
    assert asks_whose_line(message) and with_plain_line(message) == plain


def test_message_without_a_place_names_no_line() -> None:
    assert not asks_whose_line("paketi ne") and with_plain_line("paketi ne") is None
