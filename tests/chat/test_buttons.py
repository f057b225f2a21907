"""The buttons of a question, and whether a press still answers it."""

from __future__ import annotations

from chat.buttons import answer_buttons, is_asked
from conversation.service import Option, Pending

WHICH = Pending(
    kind="clarification",
    text="Hangi hattınız için?",
    options=[Option(label="0532", value="0532"), Option(label="0533", value="0533")],
)
PAY = Pending(
    id="pay-1", kind="confirmation", text="259,80 TL ödensin mi?",
    options=[Option(label="Evet", value="Evet"), Option(label="Hayır", value="Hayır")],
)  # fmt: skip
BOTH = PAY.model_copy(
    update={"options": [Option(label=label, value=label) for label in ("Hepsi", "Yalnızca 1", "Hiçbiri")]}
)


def test_confirmation_has_yes_and_no_with_its_id_and_one_button_for_each_change_between() -> None:
    assert [(button.label, button.payload.get("approve")) for button in answer_buttons(PAY)] == [
        ("Evet", True),
        ("Hayır", False),
    ]
    assert {button.payload["question_id"] for button in answer_buttons(PAY)} == {"pay-1"}
    assert [button.payload.get("message") for button in answer_buttons(BOTH)] == [None, "Yalnızca 1", None]


def test_choice_answers_its_own_question_only() -> None:
    press = answer_buttons(WHICH)[1].payload
    assert is_asked(press, WHICH)
    assert not is_asked(press, None)
    assert not is_asked(press, WHICH.model_copy(update={"text": "Hangi paket?"}))
    assert not is_asked({"message": "0533"}, WHICH)


def test_yes_is_left_to_the_conversation_to_judge() -> None:
    assert is_asked(answer_buttons(PAY)[0].payload, None)
