"""What was done before counts for a message that leaves something out, and for no other."""

from __future__ import annotations

from typing import Any

import pytest

from agent.decision.format import context_of
from agent.decision.model import Answers, DecisionRequest
from graph.state import TurnContext
from graph.understanding.context import ContextReader
from tests.graph.readings import TableDecisionModel, message_reader
from tools.caller import Caller

BEFORE = "Az önce: güncel fatura"


class TwoReadings(TableDecisionModel):
    """Reads every message in one way alone, and in another with what was done before."""

    def __init__(self, alone: dict[str, Any], together: dict[str, Any]) -> None:
        super().__init__({})
        self._readings = {False: alone, True: together}

    def _classify(self, request: DecisionRequest) -> Answers:
        self.requests.append(request)
        known = self._readings[context_of(request["state"]) is not None]
        return {name: self._answer(asked, known.get(name, {})) for name, asked in request["questions"].items()}


async def chosen(message: str, alone: dict[str, Any], together: dict[str, Any], before: str = BEFORE) -> str:
    model = TwoReadings(alone, together)
    turn = TurnContext(Caller(customer_id=1))
    return (await ContextReader(message_reader(model)).read(message, before, turn)).utterance.context


def sure(probability: float) -> dict[str, Any]:
    return {"operation": {"pay_bill": probability}, "topic": {"request": 1.0}}


@pytest.mark.parametrize(
    ("message", "alone", "together"),
    [
        ("kartımdan çekilsin", 0.5, 0.9),  # unclear alone
        ("onu öde", 0.95, 0.9),  # points back
        ("peki geçen ayki", 0.9, 0.95),
    ],
)
async def test_message_that_leaves_something_out_is_read_with_what_was_before(
    message: str, alone: float, together: float
) -> None:
    assert await chosen(message, sure(alone), sure(together)) == BEFORE


@pytest.mark.parametrize(
    ("message", "alone", "together"),
    [
        ("faturamı hemen ödeyin", 0.9, 0.99),  # clear alone
        ("bu ay fazla gelmiş gibi ama ne oldu bilmiyorum bakın", 0.5, 0.9),  # long
        ("geldi mi para", 0.6, 0.5),  # not surer with it
        ("o kadar bekledim ki", 0.9, 0.99),
    ],
)
async def test_message_that_says_everything_is_read_alone(message: str, alone: float, together: float) -> None:
    assert await chosen(message, sure(alone), sure(together)) == ""


@pytest.mark.parametrize("topic", ["person", "misuse"])
async def test_wish_for_a_person_is_one_in_any_context(topic: str) -> None:
    alone = {"operation": {"pay_bill": 0.4}, "topic": {topic: 0.9}}
    assert await chosen("onu bağla", alone, sure(0.99)) == ""


async def test_first_message_of_a_thread_asks_the_model_nothing_twice() -> None:
    model = TwoReadings(sure(0.3), sure(0.9))
    reading = await ContextReader(message_reader(model)).read("kart", "", TurnContext(Caller(customer_id=1)))
    assert reading.utterance.context == "" and model.requests == []
