"""Draws a bill as a PDF: one page of text that can be searched and copied, in Turkish or English.

The letters are those of DejaVu Sans (``fonts``), reduced to Latin, Greek and Cyrillic; what it lacks is not drawn.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from api.pages.words import Say, say
from core import turkish
from core.colours import rgb
from core.languages import Language
from core.operator_facts import OperatorFacts, in_language
from graph.answers.approved import load_answers
from graph.asked.bills import is_package_fee
from tools.bill_document import BillDocument

_FONTS = Path(__file__).with_name("fonts")
_FONT = "DejaVu"
_INK, _SOFT, _EDGE = (22, 35, 58), (91, 107, 133), (213, 220, 234)
_MARGIN = 20
"""Millimetres."""


def bill_pdf(bill: BillDocument, language: Language, operator: OperatorFacts) -> bytes:
    """Return the bill as a PDF.

    Args:
        bill: The bill.
        language: Of the words and of the figures.
        operator: Whose bill it is.
    """
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of each table of a font
    words = partial(say, language, operator=in_language(operator.name, language))
    page = FPDF(format="A4")
    page.set_margin(_MARGIN)
    page.add_font(_FONT, "", _FONTS / "DejaVuSans.ttf")
    page.add_font(_FONT, "B", _FONTS / "DejaVuSans-Bold.ttf")
    page.set_lang({"tr": "tr-TR", "en": "en-US"}[language])
    title = words("bill.title", month=turkish.month(bill.bill_date.year, bill.bill_date.month, locale=language))
    page.set_title(f"{title} · {bill.bill_id}")
    page.set_author(words("site.name"))
    page.add_page()
    _line(page, words("site.name"), size=13, style="B", colour=rgb(operator.colour))
    _head(page, title, bill, words, language)
    _items(page, bill, words, language)
    _foot(page, words)
    return bytes(page.output())


def file_name(bill: BillDocument, language: Language) -> str:
    """Return the name under which a browser keeps the bill; letters of ASCII only."""
    return say(language, "bill.file", id=bill.bill_id)


@functools.cache
def _codes() -> Mapping[str, Mapping[str, str]]:
    codes: Mapping[str, Mapping[str, str]] = load_answers().wording["codes"]
    return codes


def _head(page: FPDF, title: str, bill: BillDocument, words: Say, language: Language) -> None:
    page.ln(6)
    _line(page, title, size=18, style="B")
    page.ln(3)
    for name, value in _facts(bill, words, language):
        page.set_font(_FONT, "", 10)
        page.set_text_color(*_SOFT)
        page.cell(52, 6.5, name)
        page.set_text_color(*_INK)
        page.multi_cell(0, 6.5, value, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
    page.ln(6)


def _facts(bill: BillDocument, words: Say, language: Language) -> Iterator[tuple[str, str]]:
    codes = _codes()
    yield words("bill.id"), bill.bill_id
    yield words("bill.customer"), words("bill.customer_value", name=bill.name, id=bill.customer_id)
    if bill.address:
        yield words("account.address"), bill.address
    yield words("bill.issued"), turkish.date(bill.bill_date, locale=language)
    yield words("bill.due"), turkish.date(bill.due_date, locale=language)
    yield words("bill.status"), codes[bill.status.value][language]
    if bill.paid_at is not None:
        yield words("bill.paid"), turkish.moment(bill.paid_at, locale=language)
    if bill.method is not None and bill.transaction_id is not None:
        yield words("bill.method"), codes[bill.method.value][language]
        yield words("bill.transaction"), bill.transaction_id


def _items(page: FPDF, bill: BillDocument, words: Say, language: Language) -> None:
    page.set_draw_color(*_EDGE)
    page.set_font(_FONT, "", 10)
    heads = FontFace(emphasis="BOLD", color=_SOFT)
    with page.table(
        borders_layout="HORIZONTAL_LINES", col_widths=(70, 30), text_align=("LEFT", "RIGHT"), line_height=8,
        headings_style=heads,
    ) as table:  # fmt: skip
        table.row((words("bill.item"), words("bill.amount")))
        for item in bill.services:
            beyond = "" if is_package_fee(item.service_name) else f" ({words('bill.beyond')})"
            table.row((f"{item.service_name}{beyond}", turkish.amount(item.amount, bill.currency, locale=language)))
        total = table.row(style=FontFace(emphasis="BOLD"))
        total.cell(words("bill.total"))
        total.cell(turkish.amount(bill.amount, bill.currency, locale=language))


def _foot(page: FPDF, words: Say) -> None:
    page.ln(8)
    _line(page, words("bill.note"), size=8, colour=_SOFT)


def _line(page: FPDF, text: str, *, size: int, style: str = "", colour: tuple[int, int, int] = _INK) -> None:
    page.set_font(_FONT, style, size)
    page.set_text_color(*colour)
    page.multi_cell(0, size * 0.55, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
