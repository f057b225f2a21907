"""Shades of the operator's colour, and whether they can be read."""

from __future__ import annotations

import pytest

from core.colours import READABLE, contrast, hsl, readable_on, rgb, shade


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("colour", ["#0b7285", "#6d28d9", "#7f1d1d", "#000000", "#111827"])
def test_shade_for_a_dark_page_can_be_read(colour: str) -> None:
    assert contrast(readable_on("#151a1d", colour), "#151a1d") >= READABLE


def test_colour_that_can_be_read_stays() -> None:
    assert readable_on("#000000", "#5b9bff") == "#5b9bff"


def test_colour_is_written_for_theme_and_pdf() -> None:
    assert hsl("#0b7285") == "189 85% 28%"
    assert rgb("#0b7285") == (11, 114, 133)
    assert shade("#0b7285", 1) == "#ffffff" and shade("#0b7285", 0) == "#000000"
