"""General questions: when an entry of the operator's pages answers, and when a wish or a fact goes before it."""

from __future__ import annotations

from functools import lru_cache

import pytest

from agent.decision.embedding import PieceEmbedder
from core.settings import Settings
from graph.asked.declared import KNOWLEDGE
from graph.knowledge.search import Hit, KnowledgeBase
from graph.state import ConversationState, Intent, SaidFact
from graph.turn_input import fresh_turn
from graph.understanding.general_questions import HOW_TO, GeneralQuestionReader
from service.knowledge import knowledge_pages
from tests.graph.readings import reading

FREEZING = "hattımı en fazla kaç ay dondurabilirim"
SAID: SaidFact = {"fact": "bill_amount", "restriction": {}, "figures": []}


class Finds(KnowledgeBase):
    """Finds its first entry with one score, whatever is asked; nothing at all with none."""

    def __init__(self, score: float | None) -> None:
        super().__init__(knowledge_pages(Settings(_env_file=None)), PieceEmbedder.from_files())
        self._score = score

    def ranked(self, query: str, limit: int = 3) -> list[Hit]:
        return [] if self._score is None else [Hit(self.entries[0], self._score)]


@lru_cache
def reader(score: float | None) -> GeneralQuestionReader:
    return GeneralQuestionReader(Finds(score), {"suspend_line"})


def topic(name: str) -> ConversationState:
    return {"intents": [], "topic": name, "language": "tr"}


def wish(operation: str, probability: float) -> ConversationState:
    return {"intents": [Intent(operation=operation, probability=probability)], "topic": "", "language": "tr"}


@pytest.mark.parametrize(
    ("name", "score", "found"),
    [
        (KNOWLEDGE, 0.6, KNOWLEDGE), (KNOWLEDGE, 0.5, HOW_TO), (KNOWLEDGE, None, HOW_TO), (HOW_TO, 0.8, KNOWLEDGE),
        (HOW_TO, 0.6, HOW_TO), (HOW_TO, None, HOW_TO),
        ("unclear", 0.95, KNOWLEDGE), ("unclear", 0.8, "unclear"), ("out_of_scope", 0.9, "out_of_scope"),
        ("thanks", 1.0, "thanks"),
    ],
)  # fmt: skip
def test_entry_needs_more_the_less_a_message_was_read_as_a_question(name: str, score: float | None, found: str) -> None:
    wanted = reader(score).read(topic(name), "kaça kadar açıksınız")
    assert wanted["topic"] == found
    assert bool(wanted.get("entry")) == (found == KNOWLEDGE and score is not None)


def test_short_question_goes_on_from_the_entry_that_was_said() -> None:
    message = "geri açtırırken para alıyor musunuz peki"
    knowledge = KnowledgeBase(knowledge_pages(Settings(_env_file=None)), PieceEmbedder.from_files())
    questions = GeneralQuestionReader(knowledge)
    assert questions.read(topic(HOW_TO), message)["topic"] == HOW_TO
    assert questions.read(topic(HOW_TO), message, "suspend_fee")["entry"] in ("suspend_fee", "reactivate")


async def test_question_about_what_only_a_person_can_do_is_answered() -> None:
    asked = await first(topic("out_of_reach"), "hattımı kardeşime devretmek istiyorum, ücreti ne kadar")
    assert asked["topic"] == KNOWLEDGE and asked["entry"]
    supposed = await first(topic("only_mentioned"), "hattımı dondursam ne kadar öderim")
    assert supposed["topic"] == KNOWLEDGE
    wished = topic("out_of_reach")
    assert await first(wished, "hattımı kardeşime devredin") == wished


def test_wish_for_an_operation_is_no_general_question() -> None:
    wanted = wish("get_current_bill", 0.5)
    assert reader(1.0).read(wanted, "faturam ne kadar") == wanted


async def first(wanted: ConversationState, message: str, bare: float = 0.5, *, said: bool = False) -> ConversationState:
    """What is wanted after the entry that goes before facts; ``bare`` is the wish's probability by itself."""
    state: ConversationState = {**fresh_turn(message), "said": [SAID] if said else []}
    alone = reading(message, {"operation": {"suspend_line": bare}})
    return await reader(1.0).read_first(wanted, state, alone)


async def test_doubtful_change_that_is_a_question_is_answered() -> None:
    answered = await first(wish("suspend_line", 0.95), FREEZING)  # sure only with what was done before
    assert (answered["topic"], answered["intents"]) == (KNOWLEDGE, [])
    assert answered["entry"]


@pytest.mark.parametrize(("message", "bare"), [(FREEZING, 0.95), ("hattımı dondurun lütfen", 0.5)])
async def test_certain_change_and_words_that_ask_nothing_stay_a_wish(message: str, bare: float) -> None:
    wanted = wish("suspend_line", 0.95)
    assert await first(wanted, message, bare) == wanted


async def test_look_up_is_never_taken_for_a_general_question() -> None:
    wanted = wish("get_current_bill", 0.5)
    assert await first(wanted, "faturam ne kadar") == wanted


async def test_unclear_words_after_an_answer_are_about_it() -> None:
    assert (await first(topic("unclear"), "peki ne zaman"))["topic"] == KNOWLEDGE
    assert (await first(topic("unclear"), "peki ne zaman", said=True))["topic"] == "unclear"
