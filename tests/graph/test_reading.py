"""A reading asks the decision model once, for everything that may be asked about the words."""

from __future__ import annotations

from typing import Any

import pytest

from agent.decision.model import LocalDecisionModel, embedded_decision_model
from agent.errors import GenerationError
from agent.local.embedded import load_embedded
from agent.prompt_files import load_prompts
from graph.reading import ASKED, MessageReader, Reading, Utterance
from tests.graph.conftest import MakeWorld
from tests.graph.readings import TableDecisionModel, message_reader

TEXT = "faturamı kartla öde"
TABLE = {TEXT: {"operation": {"pay_bill": 0.9}, "method": {"credit_card": 0.8}}}


async def test_all_questions_about_a_message_are_one_request() -> None:
    model = TableDecisionModel(TABLE)
    reading = message_reader(model).read(Utterance(TEXT))
    assert await reading.best("operation") == ("pay_bill", 0.9)
    assert await reading.best("method") == ("credit_card", 0.8)
    assert await reading.probability("language", "en") == 1.0
    assert len(model.requests) == 1


async def test_model_that_pays_for_each_question_is_asked_only_what_is_needed() -> None:
    model = TableDecisionModel(TABLE, together=False)
    reading = message_reader(model).read(Utterance(TEXT))
    await reading.ask("operation", "topic")
    await reading.best("operation")
    await reading.best("method")
    assert [list(request["questions"]) for request in model.requests] == [["operation", "topic"], ["method"]]


async def test_reading_of_the_same_words_is_remembered_within_a_turn() -> None:
    reader, readings = message_reader(TableDecisionModel(TABLE)), {}
    assert reader.read(Utterance(TEXT), readings) is reader.read(Utterance(TEXT), readings)
    assert reader.read(Utterance(TEXT, "Az önce: paket listesi"), readings) is not reader.read(
        Utterance(TEXT), readings
    )


async def test_context_goes_to_the_model_beside_the_message() -> None:
    model = TableDecisionModel(TABLE)
    await message_reader(model).read(Utterance("evet", "Onaylıyor musunuz?", "reply")).best("reply")
    [request] = model.requests
    assert request["state"] == {"message": "evet", "context": "Onaylıyor musunuz?"}
    assert {"reply", "step"} <= set(request["questions"])


async def test_failure_is_not_remembered() -> None:
    model = TableDecisionModel(TABLE)
    reading = message_reader(model).read(Utterance(TEXT))
    model.broken = True
    with pytest.raises(GenerationError):
        await reading.best("operation")
    model.broken = False
    assert (await reading.best("operation"))[0] == "pay_bill"


async def test_message_with_arguments_reaches_the_model_once_in_a_turn(
    make_world: MakeWorld, asked_to_pay: dict[str, Any]
) -> None:
    world = await make_world(**asked_to_pay)
    await world.say("faturamı kredi kartıyla öde")
    assert world.decisions.asked == ["faturamı kredi kartıyla öde"]


@pytest.mark.embedded
async def test_questions_asked_together_get_the_answers_that_they_get_alone() -> None:
    together: LocalDecisionModel = embedded_decision_model(load_embedded())
    alone = embedded_decision_model(load_embedded())
    alone.answers_together = False
    both = [message_reader(model).read(Utterance("ikinci pakete geçir, kartla öde")) for model in (together, alone)]
    for question in (
        "operation",
        "second_operation",
        "topic",
        "language",
        "conditional",
        "method",
        "pick",
        "described",
    ):
        first, second = [await reading.probabilities(question) for reading in both]
        assert dict(first) == pytest.approx(dict(second), abs=1e-6)
    together.close()
    alone.close()


CHOICES = {"type": "choice", "instructions": "?", "criteria": {"a": "A", "b": "B", "c": "C"}}


def chosen(model: TableDecisionModel) -> Reading:
    return MessageReader(model, load_prompts()["questions"].data, {ASKED: CHOICES}).read(Utterance(TEXT))


async def test_options_that_matter_share_the_whole_probability() -> None:
    model = TableDecisionModel({TEXT: {ASKED: {"a": 0.3, "b": 0.1, "c": 0.6}}})
    reading = chosen(model)
    among = await reading.among(ASKED, {"a", "b"})
    assert among == {"a": pytest.approx(0.75), "b": pytest.approx(0.25)}
    assert await reading.probabilities(ASKED) == {"a": 0.3, "b": 0.1, "c": 0.6}
    assert len(model.requests) == 1


async def test_options_without_any_probability_stay_without() -> None:
    reading = chosen(TableDecisionModel({TEXT: {ASKED: {"c": 1.0}}}))
    assert await reading.among(ASKED, {"a", "b"}) == {"a": 0.0, "b": 0.0}


async def test_model_that_pays_for_each_option_is_shown_those_that_matter() -> None:
    model = TableDecisionModel({TEXT: {ASKED: {"a": 0.8}}}, together=False)
    reading = chosen(model)
    assert await reading.among(ASKED, {"a", "b"}) == {"a": 0.8, "b": pytest.approx(0.2)}
    [request] = model.requests
    assert request["questions"][ASKED]["criteria"] == {"a": "A", "b": "B"}
    assert await reading.among(ASKED, {"a"}) == {"a": 1.0}
    assert len(model.requests) == 1


def test_reading_offers_only_the_questions_it_was_given() -> None:
    assert chosen(TableDecisionModel({})).offers(ASKED)
    assert chosen(TableDecisionModel({})).offers("topic")
    assert not message_reader(TableDecisionModel({})).read(Utterance(TEXT)).offers(ASKED)
