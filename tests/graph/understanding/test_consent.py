"""A change runs only on a plain consent: the model reads yes, nothing else is named, and the second reading agrees."""

from __future__ import annotations

import pytest

from agent.decision.consent import load_consent_model
from graph.understanding.consent import LEAST, Consent, ConsentReader
from tests.doubles import Agreeing
from tests.graph.readings import reading

ASKED = "05000000031 numaralı hattınız dondurulacak. En uzun dondurma süresi 90 gün. Onaylıyor musunuz?"


async def read(reply: str, meaning: str = "yes", probability: float = 0.95, agreement: float = 0.99) -> Consent:
    said = reading(reply, {"reply": {meaning: probability}}, "reply", context=ASKED)
    return await ConsentReader(Agreeing(agreement)).read(said)


async def test_certain_yes_that_names_nothing_else_is_a_consent() -> None:
    consent = await read("evet dondurun")
    assert (consent.answer, consent.when, consent.named, consent.obstacle) == ("yes", "now", (), None)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [("haftaya salı evet", "time"), ("evet, 05000000044", "number"), ("ücretsiz olacaksa evet", "condition")],
)
async def test_yes_that_names_something_else_is_none_and_tells_what_stands_against_it(reply: str, kind: str) -> None:
    consent = await read(reply)
    assert consent.answer == "neither" and consent.obstacle == kind
    assert (consent.when == "later") is (kind == "time")


async def test_yes_needs_both_readings_by_themselves_and_together() -> None:
    words = "evet sıkıldım dondur"
    assert (await read(words, probability=LEAST - 0.01)).answer == "neither"
    assert (await read(words, agreement=LEAST - 0.01)).answer == "neither"
    assert (await read(words, probability=0.5, agreement=0.9)).answer == "neither"
    assert (await read(words, probability=0.5, agreement=0.98)).answer == "yes"


@pytest.mark.parametrize("reply", ["dondurabilirsin", "yapabilirsiniz", "dondur onu", "hadi yap"])
async def test_mere_command_for_the_change_needs_one_of_the_two_readings(reply: str) -> None:
    assert (await read(reply, "no", 0.9, agreement=0.9)).answer == "yes"
    assert (await read(reply, probability=0.6, agreement=0.1)).answer == "yes"
    assert (await read(reply, "no", 0.9, agreement=0.1)).answer == "no"


async def test_operator_with_an_uncalibrated_model_asks_for_a_surer_yes() -> None:
    said = reading("evet", {"reply": {"yes": 0.85}}, "reply", context=ASKED)
    assert (await ConsentReader(Agreeing(), yes_threshold=0.9).read(said)).answer == "neither"


async def test_refusal_needs_no_second_reading() -> None:
    consent = await read("hayır", "no", agreement=0.0)
    assert consent.answer == "no" and consent.leans_to_no


async def test_doubtful_refusal_leans_to_no() -> None:
    assert (await read("bırak onu", "no", 0.4)).leans_to_no
    assert not (await read("bırak onu", "no", 0.2)).leans_to_no


async def test_model_that_fails_gives_no_consent() -> None:
    said = reading("evet", {"reply": {"yes": 1.0}}, "reply", context=ASKED, broken=True)
    assert (await ConsentReader(Agreeing()).read(said)).answer == "neither"


def test_committed_second_reading_tells_plain_words_apart() -> None:
    second = load_consent_model()
    agreed = [second.plain_consent(reply, ASKED, ()) for reply in ("evet", "onaylıyorum", "tamam dondurun")]
    refused = [second.plain_consent(reply, ASKED, ()) for reply in ("hayır", "dondurmayın", "ne kadar sürer")]
    assert min(agreed) > 0.5 > LEAST > max(refused)


@pytest.mark.parametrize("reply", ["tamam", "peki", "evet olur", "Tamamdır.", "kabul"])
async def test_words_of_consent_alone_need_only_the_first_reading_as_long_as_nothing_was_discussed(reply: str) -> None:
    said = reading(reply, {"reply": {"yes": 0.9}}, "reply", context=ASKED)
    reader = ConsentReader(Agreeing(0.1))
    assert (await reader.read(said)).answer == "yes"
    assert (await reader.read(said, discussed=True)).answer == "neither"


@pytest.mark.parametrize("reply", ["tamam ama yarın", "tamam mı", "evet?", "peki o zaman bakarız", "tamam anladım"])
async def test_other_words_beside_them_need_both_readings(reply: str) -> None:
    said = reading(reply, {"reply": {"yes": 0.9}}, "reply", context=ASKED)
    assert (await ConsentReader(Agreeing(0.1)).read(said)).answer == "neither"
