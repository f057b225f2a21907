"""A property over reachable states: no reply changes a row unless it is read as "consent now, nothing else named".

The readings are random: the decision model gives any probabilities to any question, and so does the second reading.
Whatever the conversation came to by that, a row may only change in a turn in which both readings agreed to a reply
that names nothing more than its question.
"""

from __future__ import annotations

import asyncio
import math
import shutil
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langgraph.checkpoint.memory import InMemorySaver
from sqlalchemy import select

from agent.decision.asked import FACT_QUESTIONS
from agent.decision.format import message_of
from agent.decision.model import Answers as DecisionAnswers
from agent.decision.model import DecisionModel, DecisionRequest
from agent.prompt_files import load_prompts
from core.clock import ISTANBUL
from database.session import Database
from database.tables import Base
from evaluation.conversation_environment import ConversationEnvironment, demo_user
from evaluation.environment import create_demo, file_database
from evaluation.scripted import ScriptedChatModel
from graph.answers.approved import load_answers
from graph.build import GraphDependencies, build_graph
from graph.handover import NullHandoverQueue
from graph.understanding.commands import is_command
from graph.understanding.consent import PLAIN_WORDS
from graph.understanding.fillers import consents, consents_now

NOW = datetime(2026, 3, 15, 12, 0, tzinfo=ISTANBUL)
OWN_ROWS = (
    "bills", "payments", "autopays", "customers", "accounts", "lines", "quotas", "tickets", "receipts",
    "idempotency_records",
)  # fmt: skip
"""Tables that a change of the customer's subscription shows in."""

WISHES = (
    "faturamı kredi kartıyla öde", "hattımı dondur", "paketimi Süper Paket yap", "otomatik ödemeyi karttan aç",
    "yurt dışını aç", "e-postam yeni@example.com olsun", "arıza kaydı açın, modemin ışığı kırmızı yanıyor",
    "faturamı öde ve hattımı dondur",
)  # fmt: skip
COMMANDED = 0.4
"""Probability that one of the readings of a mere command has to reach."""
PLAIN = ("evet", "olur yapın", "tamam", "onaylıyorum")
NAMING_MORE = (
    "evet ama yarın",
    "evet, 100 lirasını",
    "tamam, yarısını ödeyin",
    "evet annemin hattını",
    "ay sonunda evet",
)
OTHERS = (
    "hayır", "vazgeç", "yok havaleyle olsun", "faturam ne kadar", "teşekkürler", "niye ki", "bir de kotamı söyle", "👍",
    "05000000007", "ilki", "düzelmedi", "kırmızı ışık yanıyor işte",
)  # fmt: skip
ARGUMENTS: Mapping[str, dict[str, Any]] = {
    WISHES[0]: {"method": "credit_card"},
    WISHES[3]: {"status": True, "payment_method": "credit_card"},
    WISHES[4]: {"status": True},
    WISHES[5]: {"contact_type": "email", "new_value": "yeni@example.com"},
    WISHES[6]: {"issue_description": "modemin ışığı kırmızı yanıyor"},
}


class RandomDecisions(DecisionModel):
    """Answers every question at random, usually with one likely option; keeps what it answered to ``reply``."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.yes: dict[str, list[float]] = {}

    def _classify(self, request: DecisionRequest) -> DecisionAnswers:
        message = message_of(request["state"])
        answers = {name: self._answer(name, question) for name, question in request["questions"].items()}
        if "reply" in answers:
            self.yes.setdefault(message, []).append(answers["reply"]["probabilities"]["yes"])
        return answers

    def _answer(self, name: str, question: Mapping[str, Any]) -> dict[str, Any]:
        options = list(question.get("criteria") or ("true", "false"))
        if name in FACT_QUESTIONS and self._rng.random() < 0.9:  # else nearly every wish would be a question
            nothing = {each: float(each == "none") for each in options}
            return {"type": "choice", "choice": "none", "probabilities": nothing}
        shares = [self._rng.random() ** 3 for _ in options]
        likely = self._rng.randrange(len(options))
        if name == "reply" and self._rng.random() < 0.5:  # else few conversations would change anything
            likely = options.index("yes")
        shares[likely] += self._rng.choice((0.0, 1.0, 30.0))
        total = sum(shares)
        probabilities = {option: share / total for option, share in zip(options, shares, strict=True)}
        if question["type"] == "noul":
            return {"type": "noul", "noul": probabilities["true"], "probabilities": probabilities}
        best = max(probabilities, key=probabilities.__getitem__)
        return {"type": "choice", "choice": best, "probabilities": probabilities}


class RandomSecondReading:
    """Agrees at random; keeps how much it agreed to each reply."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.agreed: dict[str, list[float]] = {}

    def plain_consent(self, reply: str, asked: str, marks: Collection[str]) -> float:
        agreement = self._rng.choice((0.001, 0.3, 0.9, 0.999))
        self.agreed.setdefault(reply, []).append(agreement)
        return agreement


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo data in a file that each example copies."""
    file = tmp_path_factory.mktemp("property") / "demo.sqlite3"

    async def fill() -> None:
        database = file_database(file)
        await create_demo(database, NOW)
        await database.close()

    asyncio.run(fill())
    return file


async def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    async with database.session() as session:
        return {
            name: [tuple(row) for row in await session.execute(select(Base.metadata.tables[name]))] for name in OWN_ROWS
        }


def may_change(message: str, asked: str, decisions: RandomDecisions, second: RandomSecondReading) -> bool:
    """Whether both readings of the same words were sure enough, by the rule of docs/decisions/0029.

    The words are the whole reply, or the share of it that speaks of one of several changes. Of a reply that is no more
    than a command or words of consent, one of the readings has to be (docs/decisions/0036).
    """
    if message in NAMING_MORE and message not in asked:  # as the text of a ticket it names nothing more
        return False
    read = decisions.yes.keys() & second.agreed.keys()
    if consents_now(message) or is_command(message, asked):
        return any(max(decisions.yes[words] + second.agreed[words]) >= COMMANDED for words in read)
    return any(sure_enough(max(decisions.yes[words]), agreement(words, second)) for words in read)


def agreement(words: str, second: RandomSecondReading) -> float:
    """How much the second reading agreed; words of consent alone are read by code as well (docs/decisions/0036)."""
    return max([*second.agreed[words], PLAIN_WORDS if consents(words) else 0.0])


def sure_enough(yes: float, agreed: float) -> bool:
    if min(yes, agreed) < 0.2:
        return False
    return 1.5 * math.log(yes / (1 - yes + 1e-9)) + math.log(agreed / (1 - agreed)) >= 3.5 - 1e-6


async def converse(file: Path, folder: Path, messages: list[str], customer: int, seed: int) -> int:
    """Play a conversation; return the number of turns in which a row changed.

    Raises:
        AssertionError: A row changed in a turn whose reply was no plain consent.
    """
    copy = folder / "run.sqlite3"
    shutil.copyfile(file, copy)
    database = file_database(copy)
    rng = Random(seed)
    environment = ConversationEnvironment(database, NOW)
    decisions, second = RandomDecisions(rng), RandomSecondReading(rng)
    parts = GraphDependencies(
        decision_model=decisions, second_reading=second, chat_model=ScriptedChatModel(arguments=dict(ARGUMENTS)),
        toolbox=environment.conversation_toolbox, prompts=load_prompts(),
        answers=load_answers(), clock=environment.clock, handover_queue=NullHandoverQueue(),
    )  # fmt: skip
    conversations = environment.conversations_with(build_graph(parts, InMemorySaver()), "random")
    user = demo_user(customer)
    session_id, changed, asked = None, 0, ""
    try:
        before = await rows(database)
        for said in messages:
            decisions.yes.clear()
            second.agreed.clear()
            result = await conversations.run(user, session_id=session_id, message=said)
            session_id = result.session_id
            after = await rows(database)
            if after != before:
                changed += 1
                played = f"{messages}, customer {customer}, seed {seed}"
                assert may_change(said, asked, decisions, second), f"{said!r} changed rows: {played}"
            before, asked = after, result.response
    finally:
        await database.close()
    return changed


conversations_said = st.lists(
    st.one_of(*(st.sampled_from(pool) for pool in (WISHES, PLAIN, PLAIN, NAMING_MORE, OTHERS))), min_size=2, max_size=7
)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("examples", [30, pytest.param(600, marks=pytest.mark.prove)])
def test_no_reply_changes_a_row_without_a_plain_consent(seeded: Path, tmp_path: Path, examples: int) -> None:
    changed = []

    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(messages=conversations_said, customer=st.sampled_from([1, 2, 3, 5, 7]), seed=st.integers(0, 2**32))
    def check(messages: list[str], customer: int, seed: int) -> None:
        changed.append(asyncio.run(converse(seeded, tmp_path, [WISHES[seed % len(WISHES)], *messages], customer, seed)))

    check()
    assert sum(changed) > 0, "no conversation ever changed a row, so nothing was tested"
