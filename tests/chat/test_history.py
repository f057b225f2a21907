"""A conversation as it is shown again from its recorded turns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chat.history import ShownThread, language_of, last_answer_id, message_times, people_of, question_element
from conversation.events import CallView, Option, Pending, ThreadHistory
from database.messages import TurnMessage
from database.tables import Run
from database.thread_records import ThreadTurn
from tests.chat.results import BILL

AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
CALL = {
    "kind": "run", "operation": "get_current_bill", "arguments": {}, "result": BILL, "error": None, "at": 5,
    "ms": 240.4, "step": 1,
}  # fmt: skip
PREVIEW = {**CALL, "kind": "preview", "operation": "pay_bill", "step": 2}
PAY = Pending(
    id="q",
    kind="confirmation",
    text="259,80 TL ödensin mi?",
    options=[Option(label="Evet", value="Evet"), Option(label="Hayır", value="Hayır")],
    calls=[CallView(arac_adi="pay_bill", parametreler={"method": "credit_card"})],
    facts=[{"bill_id": "F-1", "amount": 259.8, "due_date": "2026-12-10", "method": "credit_card"}],
)
CUSTOMER = ShownThread("t", "ayse", "Asistan", all_steps=False)
STAFF = ShownThread("t", "ayse", "Asistan", all_steps=True)


def node(name: str, ms: int | None = 240, **more: Any) -> dict[str, Any]:
    return {"node": name, "output": {}, "error": None, "at": 0, "ms": ms, **more}


NODES = [node("detect_intent"), node("execute_tools"), node("confirm", output={"waits for": "the customer"}, ms=900)]


def bill_turn(run_id: str = "r1", **outcome: Any) -> ThreadTurn:
    told = {
        "tool_calls": [{"arac_adi": "get_current_bill", "parametreler": {}}],
        "tool_results": [{"tool_name": "get_current_bill", "success": True, "result": BILL, "error": None}],
        "pending": None, "language": "tr", "asked": [], **outcome,
    }  # fmt: skip
    run = Run(
        id=run_id, thread_id="t", customer_id=1, channel="chat", started_at=AT, finished_at=AT,
        answer="*Borç* 309,80 TL", intent="get_current_bill", confidence=0.97, outcome=told, score=-1, comment="Kısa",
    )  # fmt: skip
    return ThreadTurn(run, "Faturamı göster", run.answer, AT, NODES, [PREVIEW, CALL])


def props_of(elements: list[Any], name: str) -> list[Mapping[str, Any]]:
    return [element["props"] for element in elements if element["name"] == name]


def test_answer_has_its_picture_and_the_line_of_its_steps() -> None:
    history = ThreadHistory([bill_turn()], None, busy=False)
    elements = CUSTOMER.elements(history)
    assert {element["forId"] for element in elements} == {last_answer_id(history)}
    assert [element["name"] for element in elements] == ["Card", "Steps"]
    steps = props_of(elements, "Steps")[0]
    assert steps["line"] == "3 adım · 1 işlem · güven yüksek"
    told = [(step["done"], step["took"]) for step in steps["steps"]]
    assert told == [("Mesajınız okundu", "0,2 sn"), ("Güncel faturam", "0,2 sn"), ("Onayınız soruldu", "")]
    assert steps["steps"][1]["found"].startswith("tutar 309,80 TL")
    assert steps["notes"] == ["Güven: %97", "Kullanılan araçlar: Güncel faturam"]


def test_record_that_does_not_tell_what_was_asked_or_how_gets_no_picture_and_no_line() -> None:
    turn = bill_turn()._replace(nodes=(), calls=())
    assert turn.run.outcome is not None
    del turn.run.outcome["asked"]
    assert CUSTOMER.elements(ThreadHistory([turn], None, busy=False)) == []


def test_open_question_has_its_card_below_the_last_answer_only() -> None:
    history = ThreadHistory(
        [bill_turn("r1", asked=["bill_amount"]), bill_turn("r2", asked=["bill_amount"])], PAY, False
    )
    cards = [element for element in CUSTOMER.elements(history) if element["name"] == "Card"]
    assert cards == [question_element("t", history)]
    assert cards[0]["forId"] == last_answer_id(history)
    assert cards[0]["props"] is not None
    assert cards[0]["props"]["label"] == "Onayınız bekleniyor: Fatura ödeme"
    assert question_element("t", history._replace(pending=None)) is None


def test_turn_is_a_message_a_rated_run_and_an_answer_as_plain_text() -> None:
    asked, run, answer = CUSTOMER.steps(ThreadHistory([bill_turn()], None, busy=False))
    assert (asked["type"], asked["name"], asked["output"]) == ("user_message", "ayse", "Faturamı göster")
    assert (run["id"], run["parentId"], run["name"]) == ("r1", asked["id"], "on_message")
    rated = run["feedback"]
    assert rated is not None
    assert (rated["forId"], rated["value"], rated["comment"]) == ("r1", 0, "Kısa")
    assert (answer["parentId"], answer["output"]) == ("r1", r"\*Borç\* 309,80 TL")
    assert list(message_times([asked, run, answer])) == [asked["id"], answer["id"]]


def test_staff_see_every_step_with_the_data_of_the_operation() -> None:
    history = ThreadHistory([bill_turn()], None, busy=False)
    steps = STAFF.steps(history)
    assert [step["name"] for step in steps[2:5]] == [
        "İsteğiniz anlaşılıyor · 0,2 sn",
        "Güncel faturam · 0,2 sn",
        steps[4]["name"],
    ]
    assert '"due_date": "2026-12-10"' in steps[3]["output"]
    assert steps[-1]["output"].endswith("*Güven: %97 · Kullanılan araçlar: Güncel faturam*")
    assert props_of(STAFF.elements(history), "Steps") == []


@pytest.mark.parametrize(("busy", "shown"), [(True, None), (False, "yarıda kaldı")])
def test_turn_without_an_answer_is_at_work_or_was_left(busy: bool, shown: str | None) -> None:
    turn = bill_turn()._replace(answer=None, answered_at=None)
    history = ThreadHistory([turn], None, busy)
    answers = [step["output"] for step in CUSTOMER.steps(history) if step["type"] == "assistant_message"]
    assert (shown is None and answers == []) or (shown is not None and shown in answers[0])
    assert CUSTOMER.elements(history) == []


def test_language_is_that_of_the_last_answer() -> None:
    turns = [bill_turn("r1"), bill_turn("r2", language="en")]
    assert language_of(ThreadHistory(turns, None, busy=False)) == "en"
    assert language_of(ThreadHistory([], None, busy=False)) == "tr"


def test_what_a_colleague_says_stands_between_the_turns_under_his_name() -> None:
    later = AT + timedelta(minutes=1)
    between = [
        TurnMessage(id=7, role="notice", text="Selin üstlendi.", at=later, run_id=None, author="Selin Arslan"),
        TurnMessage(id=8, role="colleague", text="*Merhaba*", at=later, run_id=None, author="Selin Arslan"),
    ]
    history = ThreadHistory([bill_turn()], None, busy=False, between=between)
    notice, colleague = CUSTOMER.steps(history)[-2:]
    assert (notice["output"], colleague["name"], colleague["output"]) == (
        "Selin üstlendi.", "Selin Arslan", "\\*Merhaba\\*",
    )  # fmt: skip
    assert colleague["type"] == "assistant_message" and colleague["parentId"] is None
    assert people_of(between)[colleague["id"]] == {"name": "Selin Arslan", "kind": "colleague"}


def test_passed_on_message_has_no_line_of_steps_whoever_looks() -> None:
    turn = bill_turn(tool_calls=[], tool_results=[])._replace(nodes=(), calls=(), answer="Mesajınız Selin'e iletildi.")
    turn.run.intent = "passed_on"
    history = ThreadHistory([turn], None, busy=False)
    assert CUSTOMER.elements(history) == STAFF.elements(history) == []
    assert STAFF.steps(history)[-1]["output"] == "Mesajınız Selin'e iletildi."
