"""Reports: the figures by group, the pictures and the page, on rows that are judged by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from evaluation.understanding.breakdown import by_kind, by_operation, chosen, confusion
from evaluation.understanding.report import write_report
from evaluation.understanding.score import Judged, LabeledMessage, Scores, Understood, judge, score
from tests.evaluation.html_tags import tags_of

OPERATIONS = ["get_current_bill", "pay_bill", "suspend_line"]


def judged(
    expected: str, got: str, *, kind: str = "tool", confidence: float = 0.8, alt: tuple[str, ...] = ()
) -> Judged:
    tools = [{"name": name} for name in expected.split()]
    row = LabeledMessage(f"{expected}-{got}", f"<b>{expected}</b> & {got}", kind, tools, alt)
    return judge(row, Understood([(name, {}) for name in got.split()], confidence))


ROWS = [
    judged("get_current_bill", "get_current_bill"),
    judged("get_current_bill", "pay_bill", alt=("pay_bill",)),
    judged("pay_bill", "get_current_bill", kind="complaint"),
    judged("pay_bill get_current_bill", "pay_bill get_current_bill", kind="multi"),
    judged("", ""),
    judged("", "suspend_line"),
]


def scores_of(rows: list[Judged]) -> Scores:
    return Scores(len(rows), 0.5, 0.5, 0.5, 0.5, 0.1, 1.0, rows)


def test_groups_count_each_kind_and_each_operation() -> None:
    kinds = {group.name: group for group in by_kind(ROWS)}
    assert [kinds[name].n for name in ("tool", "complaint", "multi")] == [4, 1, 1]
    assert (kinds["tool"].strict, kinds["tool"].lenient) == (0.5, 0.75)
    operations = {group.name: group for group in by_operation(ROWS, OPERATIONS)}
    assert set(operations) == {"get_current_bill", "pay_bill", "none"}, "no row asks for the third"
    bill = operations["get_current_bill"]
    assert (bill.n, bill.strict, bill.lenient) == (3, 0.6667, 1.0)
    assert bill.precision == 0.6667, "one of the three that got it asked for something else"
    assert operations["pay_bill"].precision == 1.0, "an accepted alternative is no false alarm"


def test_confusion_counts_rows_with_one_place() -> None:
    matrix = confusion(ROWS, OPERATIONS)
    assert matrix.names == [*OPERATIONS, "none"]
    assert matrix.counts == [[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1]]
    assert matrix.left_out == 1
    assert chosen(ROWS[4]) == "none"


def test_report_is_a_whole_page_with_its_pictures(tmp_path: Path) -> None:
    page = write_report(scores_of(ROWS), OPERATIONS, tmp_path / "new" / "report", "rows.jsonl", "scripted")
    assert page == tmp_path / "new" / "report" / "index.html"
    html = page.read_text(encoding="utf-8")
    tags = tags_of(html)
    pictures = [attributes["src"] for tag, attributes in tags.seen if tag == "img"]
    assert pictures == ["confusion.png", "reliability.png"], "relative, so that the folder can be moved"
    for name in pictures:
        with Image.open(page.parent / str(name)) as picture:
            picture.verify()
            assert picture.format == "PNG"
            assert min(picture.size) > 300
    assert not {"script", "link"} & {tag for tag, _ in tags.seen}
    assert "<b>" not in html
    assert "&lt;b&gt;pay_bill&lt;/b&gt; &amp; get_current_bill" in html, "wrong rows are listed, escaped"
    assert "&lt;b&gt;get_current_bill&lt;/b&gt; &amp; get_current_bill" not in html, "right rows are not"


@pytest.mark.parametrize("rows", [ROWS[:1], ROWS[4:5]], ids=["one row", "no tool at all"])
def test_report_of_a_tiny_file_can_be_written(tmp_path: Path, rows: list[Judged]) -> None:
    page = write_report(scores_of(rows), OPERATIONS, tmp_path, "rows.jsonl", "scripted")
    tags_of(page.read_text(encoding="utf-8"))


async def test_score_keeps_every_row_for_the_report() -> None:
    async def understand(message: str, before: object) -> Understood:
        return Understood([("pay_bill", {"bill_id": "F-1"})], 0.7)

    scores = await score([one.row for one in ROWS[2:4]], understand)
    assert [one.fault for one in scores.rows] == ["arguments", "tools"]
    assert "rows" not in scores.figures()
