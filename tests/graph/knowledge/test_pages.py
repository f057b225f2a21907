"""Pages: what is read, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.operator_facts import KnowledgeError
from graph.knowledge.pages import load_pages

GOOD = """---
subject: {tr: "Yurt dışı", en: "Roaming"}
---
## Günlük ücret | Daily fee
id: fee
operation: enable_roaming
Sorulur: roaming kaç para | roaming ücreti
Asked: how much is roaming
TR: Günlük ücret {operator.roaming_daily_fee}
ve en çok {operator.max_suspension_days} gün sürer.
EN: The daily fee is {operator.roaming_daily_fee}.
"""


def _folder(tmp_path: Path, content: str) -> Path:
    (tmp_path / "page.md").write_text(content, encoding="utf-8")
    return tmp_path


def test_entry_is_read_with_its_figures_filled_in(tmp_path: Path) -> None:
    (page,) = load_pages(_folder(tmp_path, GOOD))
    (entry,) = page.entries
    assert entry.text("tr") == "Günlük ücret 149,00 TL ve en çok 180 gün sürer."
    assert entry.text("en") == "The daily fee is 149.00 TL."
    assert entry.title("en") == "Daily fee" and entry.askings["tr"] == ("roaming kaç para", "roaming ücreti")
    assert entry.operation == "enable_roaming" and entry.references == {
        "operator.roaming_daily_fee", "operator.max_suspension_days",
    }  # fmt: skip
    assert entry.place == "page.md:4"


def test_own_fees_reach_the_packaged_pages(tmp_path: Path) -> None:
    source = Path("knowledge/operator.yaml").read_text(encoding="utf-8")
    (tmp_path / "operator.yaml").write_text(source.replace("149.00", "99.50"), encoding="utf-8")
    values = {"settings": {"confirmation_minutes": 15, "run_retention_days": 90},
              "policy": {"question_minutes": 60, "most_digressions": 2}}  # fmt: skip
    texts = [entry.text("tr") for page in load_pages(tmp_path, values) for entry in page.entries]
    assert any("99,50 TL" in text for text in texts) and not any("149,00 TL" in text for text in texts)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("{operator.roaming_daily_fee}.", "{operator.no_fee}.", "page.md:11: there is no value {operator.no_fee}"),
        ("{operator.roaming_daily_fee}.", "{operator}.", "page.md:11: {operator} is no single value"),
        ("EN: The daily fee is {operator.roaming_daily_fee}.\n", "", "page.md:4: EN is missing"),
        ("Asked: how much is roaming", "Asked:", "page.md:8: Asked is missing"),
        ("id: fee", "id: Fee!", "page.md:5: the id 'Fee!'"),
        ("id: fee", "lines before any key", "page.md:5: the line has no key"),
        ("operation: enable_roaming", "operation: fly", "page.md:6: there is no operation 'fly'"),
        ("operation: enable_roaming", "fact: weather", "page.md:6: there is no fact 'weather'"),
        ("operation: enable_roaming", "id: again", "page.md:6: id stands there twice"),
        ("Günlük ücret | Daily fee\n", "Günlük ücret\n", "page.md:4: a heading holds the title in both languages"),
        ('subject: {tr: "Yurt dışı", en: "Roaming"}', "subject: x", "page.md:1: the page begins with its subject"),
    ],
)
def test_mistake_is_refused_with_file_and_line(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in GOOD
    with pytest.raises(KnowledgeError) as refused:
        load_pages(
            _folder(tmp_path, GOOD.replace(before, after, 1)), operations={"enable_roaming"}, facts={"roaming_on"}
        )
    assert told in str(refused.value)


def test_id_that_is_taken_is_refused_across_pages(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text(GOOD, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"page\.md:5: the id fee is taken by other\.md:5"):
        load_pages(_folder(tmp_path, GOOD))


def test_all_mistakes_are_named_together(tmp_path: Path) -> None:
    broken = GOOD.replace("{operator.roaming_daily_fee}", "{operator.x}")
    with pytest.raises(KnowledgeError) as refused:
        load_pages(_folder(tmp_path, broken))
    assert len(str(refused.value).splitlines()) == 2


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no such folder"):
        load_pages(tmp_path / "nowhere")


def test_entry_names_the_fact_that_is_said_with_it(tmp_path: Path) -> None:
    named = GOOD.replace("operation: enable_roaming", "fact: roaming_on")
    (page,) = load_pages(_folder(tmp_path, named), facts={"roaming_on"})
    assert page.entries[0].fact == "roaming_on"
    (page,) = load_pages(_folder(tmp_path, GOOD))
    assert page.entries[0].fact is None
