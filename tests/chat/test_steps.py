"""The steps of a turn in the customer's words."""

from __future__ import annotations

from typing import Any

import pytest

from chat.steps import TurnSteps, confidence_word, duration, step_line, summary, working_line
from conversation.service import Step
from graph.answers.approved import load_answers
from tests.chat.results import BILL, turn

ANSWERS = load_answers()


def ended(name: str, kind: Any = "tool", **more: Any) -> Step:
    return Step(**{"id": name, "name": name, "kind": kind, "status": "finished", "ms": 240, **more})


def test_line_counts_steps_and_operations_and_names_the_confidence() -> None:
    steps = TurnSteps(ANSWERS)
    for step in (
        ended("detect_intent", "node"), ended("select_tools", "node"), ended("get_current_bill", output=BILL),
        ended("execute_tools", "node"), ended("synthesize", "node", ms=1500),
    ):  # fmt: skip
        steps.note(step.model_copy(update={"status": "started"}))
        steps.note(step)
    props = steps.props(turn(("get_current_bill", BILL)))
    assert props["line"] == "3 adım · 1 işlem · güven yüksek"
    assert [line["done"] for line in props["steps"]] == ["Mesajınız okundu", "Güncel faturam", "Cevap yazıldı"]
    assert props["steps"][1]["found"] == "tutar 309,80 TL, son ödeme tarihi 10 Aralık 2026, ödenmedi"
    assert [line["took"] for line in props["steps"]] == ["0,2 sn", "0,2 sn", "1,5 sn"]
    assert props["notes"] == ["Güven: %97", "Kullanılan araçlar: Güncel faturam"]


def test_turn_without_an_operation_counts_none() -> None:
    steps = TurnSteps(ANSWERS)
    steps.note(ended("detect_intent", "node"))
    assert steps.props(turn())["line"] == "1 adım · güven yüksek"
    assert steps.props(turn(language="en"))["line"] == "Steps: 1 · Confidence: high"


def test_step_says_with_what_it_was_done() -> None:
    step = ended("get_remaining_quotas", input={"line_number": "05320000001", "unknown": 1}, output={}, status="failed")
    line = step_line(step, ANSWERS, "tr")
    assert line is not None
    assert (line["using"], line["found"]) == ("hat 05320000001", "yapılamadı")


@pytest.mark.parametrize(("language", "words"), [("tr", "yapılamadı: Faturanız yok."), ("en", "could not be done: ")])
def test_refused_step_says_why(language: Any, words: str) -> None:
    error = {"code": "NO_BILL", "message": "Faturanız yok.", "details": {}}
    line = step_line(ended("get_current_bill", status="failed", output=error), ANSWERS, language)
    assert line is not None
    assert line["found"].startswith(words)


def test_failed_node_is_told_without_its_exception() -> None:
    line = step_line(ended("select_tools", "node", status="failed", output="failed"), ANSWERS, "tr")
    assert line is not None
    assert (line["done"], line["found"]) == ("İşlem hazırlanıyor", "yapılamadı")


def test_node_that_asked_is_told_apart_from_one_that_read_the_answer() -> None:
    asked, read = (step_line(ended("confirm", "node", output=output), ANSWERS, "tr") for output in ("waiting", {}))
    assert asked is not None and read is not None
    assert (asked["done"], read["done"]) == ("Onayınız soruldu", "Cevabınız okundu")


def test_line_at_work_names_the_operation() -> None:
    assert working_line("get_current_bill", "tr") == "Faturanıza bakıyorum"
    assert working_line("get_current_bill", "en") == "Looking at your bill"
    assert working_line("nothing_known", "tr") is None


@pytest.mark.parametrize(("share", "word"), [(0.97, "high"), (0.7, "medium"), (0.2, "low")])
def test_confidence_has_a_word(share: float, word: str) -> None:
    assert confidence_word(share) == word


def test_durations_and_the_line_of_all_steps_are_in_the_language_of_the_turn() -> None:
    assert (duration(40), duration(1260), duration(1260, "en")) == ("< 0,1 sn", "1,3 sn", "1.3 s")
    assert summary(turn(("get_current_bill", BILL), language="en"), ANSWERS) == (
        "Confidence: 97% · Tools used: My current bill"
    )
