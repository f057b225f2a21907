"""Tables of the reports: marked rows, numbers, absent and hostile cells."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import UndefinedError

from evaluation.report_html import template_environment
from tests.evaluation.html_tags import tags_of


def table(*rows: tuple[Any, ...], bad: tuple[int, ...] = ()) -> str:
    module: Any = template_environment().get_template("table.html.jinja").module
    return str(module.table(("name", "n", "share"), rows, bad))


def test_bad_rows_are_marked_and_absent_cells_empty() -> None:
    html = table(("x", 1, 0.5), ("y", None, 2.0), bad=(1,))
    tags = tags_of(html)
    assert [attributes for tag, attributes in tags.seen if tag == "tr"] == [{}, {}, {"class": "bad"}]
    assert '<td class="number">0.500</td>' in html
    assert '<td class="number">1</td>' in html
    assert "<td></td>" in html


def test_texts_are_escaped_and_long_ones_get_a_wide_column() -> None:
    html = table(("<script>", "a" * 61, "b" * 60))
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert f'<td class="text long">{"a" * 61}</td>' in html
    assert f'<td class="text">{"b" * 60}</td>' in html


def test_template_without_its_values_fails() -> None:
    with pytest.raises(UndefinedError):
        template_environment().get_template("scenarios.html.jinja").render(title="x")
