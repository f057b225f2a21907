"""An operator's folder: made of answers, checked, and nothing of the demo operator left in what his customers read."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.pages.words import words as site_words
from core.operator_facts import KnowledgeError, load_operator
from core.settings import Settings
from database.session import Database
from evaluation.operators import NORTHWIND
from graph.answers.approved import own_texts
from service.catalogue import UnfitCatalogue, bring_catalogue
from service.knowledge import knowledge_pages
from service.operator_check import check_folder
from service.operator_folder import BadAnswers, FolderAnswers, operator_yaml, read_answers, write_folder
from tests.other_operator import demo_words, northwind


def changed(folder: Path, name: str, before: str, after: str) -> None:
    content = (folder / name).read_text(encoding="utf-8")
    assert before in content
    (folder / name).write_text(content.replace(before, after), encoding="utf-8")


async def test_folder_of_answers_has_nothing_wrong_and_nothing_of_the_demo(tmp_path: Path) -> None:
    found = await check_folder(northwind(tmp_path / "own"))
    assert (found.problems, found.hints) == ([], [])
    assert found.packages == 8 and found.entries > 100
    assert found.operator is not None and found.operator.languages == ("en", "tr")


def test_pages_and_texts_name_no_demo(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, operator=northwind(tmp_path / "own"))
    pattern = demo_words()
    entries = [text for page in knowledge_pages(settings) for entry in page.entries for text in entry.texts.values()]
    texts = [*own_texts().values(), str(site_words())]
    assert len(entries) > 200
    assert [found for text in [*entries, *texts] if (found := pattern.findall(text))] == []
    assert pattern.search("Telekom hesabınız") and pattern.search("149,00 TL") and pattern.search("Premium Paket")


def test_values_that_are_left_out_are_the_demos(tmp_path: Path) -> None:
    write_folder(tmp_path / "own", FolderAnswers({"name": {"tr": "Kuzey", "en": "North"}}))
    own = load_operator(tmp_path / "own")
    assert own.sms_fee == load_operator().sms_fee
    assert own.assistant_name("tr") == "Kuzey Asistanı" and own.assistant_name("en") == "North Assistant"


async def test_check_tells_what_is_still_the_demos(tmp_path: Path) -> None:
    write_folder(tmp_path / "own", FolderAnswers({"name": {"tr": "Kuzey", "en": "North"}}))
    hints = "\n".join((await check_folder(tmp_path / "own")).hints)
    assert "as the demo operator has it: phone, phone_from_abroad, email" in hints and "sms_fee" in hints
    assert "no logo.svg" in hints and "no catalogue.csv" in hints


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        (
            "operator.yaml",
            "sms_fee: 0.95\n",
            "",
            "operator.yaml:1: sms_fee: Field required; the demo operator has: ",
        ),
        ("operator.yaml", "sms_fee: 0.95", "sms_fee: cheap", "operator.yaml:"),
        ("operator.yaml", "sms_fee: 0.95", "sms_fee: 0.95\nsms_fees: 1", "did you mean sms_fee?"),
        ("operator.yaml", "#6d28d9", "#ffe066", "white writing cannot be read on #ffe066"),
        ("operator.yaml", '["en", "tr"]', '["en", "de"]', "operator.yaml:8: languages.1"),
        ("operator.yaml", '["en", "tr"]', '["en", "en"]', "names a language twice"),
        ("catalogue.csv", "Gale 60,334.50", "Gale 60,much", "catalogue.csv:4: monthly_fee:"),
        ("catalogue.csv", "Monsoon,", "Evet,", "catalogue.csv:7: name:"),
        ("logo.svg", "<path", "<script>alert(1)</script><path", "logo.svg:1: has a script"),
        ("knowledge/bills.md", "{operator.", "{operator.no_such_", "knowledge/bills.md:"),
    ],
)
async def test_mistake_is_told_with_its_file_and_line(
    tmp_path: Path, file: str, before: str, after: str, told: str
) -> None:
    folder = northwind(tmp_path / "own")
    changed(folder, file, before, after)
    problems = (await check_folder(folder)).problems
    assert problems and any(told in problem for problem in problems), problems
    assert all(problem.startswith(str(folder / file)) for problem in problems)


async def test_picture_that_is_not_shown_is_told(tmp_path: Path) -> None:
    folder = northwind(tmp_path / "own")
    (folder / "logo.svg").rename(folder / "logo.jpg")
    found = await check_folder(folder)
    assert "save the picture as .svg or .png" in found.problems[0]
    assert (await check_folder(tmp_path / "nowhere")).problems[0].endswith(f"telekom init {tmp_path / 'nowhere'}")


def test_unknown_answer_and_second_operator_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadAnswers, match="colours is not known; known are name"):
        operator_yaml({"colours": "#000000"})
    folder = northwind(tmp_path / "own")
    with pytest.raises(BadAnswers, match="has an operator already"):
        northwind(folder)
    with pytest.raises(KnowledgeError, match="sms_fee"):
        write_folder(tmp_path / "other", FolderAnswers({"sms_fee": "cheap"}))
    assert not (tmp_path / "other").exists()
    bad = tmp_path / "answers.yaml"
    for content, told in (("logo: no.svg", "there is no"), ("- 1", "holds no answers"), ("a: [", "not YAML")):
        bad.write_text(content, encoding="utf-8")
        with pytest.raises(BadAnswers, match=told):
            read_answers(bad)


def test_written_file_keeps_every_value_and_comment() -> None:
    answers = read_answers(NORTHWIND / "answers.yaml")
    text = operator_yaml(answers.facts)
    assert "# Roaming." in text and "roaming_daily_fee: 185.00\n" in text


def test_settings_take_pages_and_texts_from_the_folder(tmp_path: Path) -> None:
    folder = northwind(tmp_path / "own")
    settings = Settings(_env_file=None, operator=folder)
    assert (settings.knowledge, settings.prompts, settings.facts_folder) == (folder / "knowledge", None, folder)
    (folder / "prompts").mkdir()
    elsewhere = Settings(_env_file=None, operator=folder, knowledge=tmp_path)
    assert (elsewhere.knowledge, elsewhere.prompts) == (tmp_path, folder / "prompts")
    with pytest.raises(ValueError, match="telekom init"):
        Settings(_env_file=None, operator=tmp_path)


async def test_start_adds_missing_packages_and_leaves_changed_ones(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = northwind(tmp_path / "own")
    settings = Settings(_env_file=None, operator=folder)
    database = Database("sqlite+aiosqlite://")
    try:
        await database.migrate()
        await bring_catalogue(settings, database)
        assert caplog.text == ""
        changed(folder, "catalogue.csv", "Gale 60,334.50", "Gale 60,299.50")
        await bring_catalogue(settings, database)
        assert "1 packages are stored with other values" in caplog.text
        changed(folder, "catalogue.csv", "299.50", "much")
        with pytest.raises(UnfitCatalogue, match=r"catalogue\.csv:4: monthly_fee"):
            await bring_catalogue(settings, database)
    finally:
        await database.close()
