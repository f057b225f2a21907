"""Answers: cases are real results and refusals; what the writer plants is found; the page lists every answer."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from random import Random

import pytest

from agent.models import Models
from core.settings import Settings
from evaluation.answers.cases import AnswerCase, load_messages
from evaluation.answers.refusals import refusal_codes, refusals
from evaluation.answers.report import write_report
from evaluation.answers.score import (
    MeasuredAnswer,
    WrittenAnswer,
    count_sentences,
    figures,
    left_out,
    measure,
    percentile,
    sample_cases,
    served_writer,
)
from evaluation.environment import open_environment
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from evaluation.served_agent import ServedAgent, load_served_agent
from graph.answers.approved import load_answers
from tests.evaluation.html_tags import tags_of
from tools.errors import ToolError

ANSWERS = load_answers()


@pytest.fixture(scope="module")
def cases() -> list[AnswerCase]:
    """Cases of one environment, made once; tests only read them."""
    return asyncio.run(sample_cases(60, 5, load_messages(), ANSWERS))


@pytest.fixture
def bills(cases: list[AnswerCase]) -> list[AnswerCase]:
    return [case for case in cases if case.name == "get_current_bill"]


def agent_with(chat_model: ScriptedChatModel) -> ServedAgent:
    return load_served_agent(Settings(), Models(chat_model, ScriptedDecisionModel()))


async def measured_by(writer: ScriptedChatModel, cases: list[AnswerCase]) -> list[MeasuredAnswer]:
    write = served_writer(agent_with(writer))
    return [one async for one in measure(cases, write, ANSWERS)]


async def test_every_refusal_is_brought_about_for_real() -> None:
    async with open_environment(3) as environment:
        met = [ran.error async for ran in refusals(environment, Random(0))]
    assert {error.code for error in met if error} == refusal_codes()
    assert all(isinstance(error, ToolError) and error.message and error.next_step for error in met)


async def test_sample_covers_every_operation_code_and_topic() -> None:
    cases = await sample_cases(150, 0, load_messages(), ANSWERS)
    assert len(cases) == 150
    assert {case.name for case in cases if case.kind == "operation"} == set(ANSWERS.by_language["tr"]["operations"])
    assert {case.name for case in cases if case.kind == "error"} == refusal_codes()
    assert {case.name for case in cases if case.kind == "talk"} == set(ANSWERS.by_language["tr"]["small_talk"])
    assert {case.language for case in cases} == {"tr", "en"}
    paid = next(case for case in cases if case.name == "pay_bill")
    assert paid.preview is not None and paid.outcome is not None and paid.outcome["result"] is not None
    assert paid.preview["amount"] == paid.outcome["result"]["amount"]


async def test_same_seed_gives_the_same_messages_and_situations() -> None:
    first, again, other = [await sample_cases(12, seed, load_messages(), ANSWERS) for seed in (1, 1, 2)]
    assert [(one.name, one.situation, one.message) for one in first] == [
        (one.name, one.situation, one.message) for one in again
    ]
    assert [one.message for one in first] != [one.message for one in other]


async def test_answers_of_a_true_writer_are_proven_and_counted(cases: list[AnswerCase]) -> None:
    measured = await measured_by(ScriptedChatModel(), cases)
    assert [(one.case.name, one.unsupported) for one in measured if one.unsupported] == []
    counted = figures(measured)
    assert (counted["n"], counted["operations"], counted["ungrounded"]) == (60, 19, 0)
    assert counted["said_by_model"] > 0.9
    assert counted["language_right_tr"] == counted["language_right_en"] == 1.0
    assert 0 < counted["first_token_ms_p50"] <= counted["total_ms_p50"] <= counted["total_ms_p95"]
    missing = left_out(measured, list(ANSWERS.by_language["tr"]["operations"]), ANSWERS)
    assert (
        len(missing)
        == len(refusal_codes())
        + len(ANSWERS.by_language["tr"]["small_talk"])
        - counted["error_codes"]
        - counted["topics"]
    )


async def test_false_writer_is_not_believed_and_code_goes_on(bills: list[AnswerCase]) -> None:
    writer = ScriptedChatModel(says=["Faturanız 99,99 TL."] * len(bills))
    measured = await measured_by(writer, bills)
    assert {one.written.answer_source for one in measured} == {"template"}
    assert not any("99,99" in one.written.text for one in measured)


async def test_planted_wrong_figure_and_wrong_language_are_found(bills: list[AnswerCase]) -> None:
    true = served_writer(agent_with(ScriptedChatModel()))

    async def lying(case: AnswerCase) -> WrittenAnswer:
        said = await true(case)
        return WrittenAnswer(f"{said.text} Ek ücret 99,99 TL.", said.answer_source, said.first_ms, said.total_ms)

    async def foreign(case: AnswerCase) -> WrittenAnswer:
        return WrittenAnswer("Your bill is on the way to you.", "model", 1.0, 2.0)

    measured = [one async for one in measure(bills, lying, ANSWERS)]
    assert {tuple(one.unsupported) for one in measured} == {("money: 99,99 TL",)}
    assert figures(measured)["ungrounded"] == len(bills) > 1
    strange = [one async for one in measure(bills, foreign, ANSWERS)]
    assert {one.language_right for one in strange} == {one.case.language == "en" for one in strange}


async def test_changed_digits_are_found_unless_they_make_another_true_figure(cases: list[AnswerCase]) -> None:
    true = served_writer(agent_with(ScriptedChatModel()))
    changed: list[tuple[AnswerCase, str]] = []
    for case in cases:
        text = (await true(case)).text
        for match in re.finditer(r"\d", text):
            digit = (int(match.group()) + 3) % 10
            changed.append((case, f"{text[: match.start()]}{digit}{text[match.end() :]}"))
    texts = iter(changed)

    async def lying(case: AnswerCase) -> WrittenAnswer:
        return WrittenAnswer(next(texts)[1], "model", 1.0, 2.0)

    measured = [one async for one in measure([case for case, _ in changed], lying, ANSWERS)]
    assert len(measured) > 300
    assert sum(bool(one.unsupported) for one in measured) / len(measured) > 0.95


async def test_page_lists_every_answer_and_marks_offenders(cases: list[AnswerCase], tmp_path: Path) -> None:
    measured = await measured_by(ScriptedChatModel(), cases)
    odd = measured[0]
    measured[0] = MeasuredAnswer(odd.case, WrittenAnswer("<b>Yanlış</b>", "model", 1.0, 2.0), ["number: 7"], "tr", 1)
    page = write_report(measured, figures(measured), ["pay_bill"], tmp_path / "page", "scripted")
    html = page.read_text(encoding="utf-8")
    tags = tags_of(html)
    marked = [attributes for tag, attributes in tags.seen if tag == "tr" and attributes]
    assert len(marked) == 2
    assert html.count("&lt;b&gt;Yanlış") == 2, "among the unsupported and in its section"
    assert sum(tag == "tr" for tag, _ in tags.seen) >= len(measured)


@pytest.mark.parametrize(
    ("text", "count"),
    [("Merhaba.", 1), ("Bir. İki! Üç?", 3), ("Tutar 1.564,45 TL", 1), ("Liste şöyle: \n- 3. gün.\n- 4. gün.", 1)],
)
def test_sentences_are_counted_without_lists(text: str, count: int) -> None:
    assert count_sentences(text) == count


def test_percentile_is_a_measured_value() -> None:
    assert [percentile([4.0, 1.0, 3.0, 2.0], part) for part in (0.5, 0.95, 0.01)] == [2.0, 4.0, 1.0]
