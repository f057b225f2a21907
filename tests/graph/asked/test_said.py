"""Every declared fact can be said, of every demo customer and in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio

from core.clock import ISTANBUL
from core.fields import FIELD
from core.languages import Language
from database.seed.demo import seed_demo
from database.session import Database
from evaluation.environment import DemoEnvironment
from graph.answers.approved import load_answers
from graph.answers.composed import sentence
from graph.asked.conversation import FIND
from graph.asked.declared import load_facts
from graph.asked.known import Known
from graph.asked.restrictions import restriction_of

DAY = datetime(2026, 6, 15, 10, 0, tzinfo=ISTANBUL)
CUSTOMERS = range(8)
REGIONS = ("İzmir Bornova", "Ankara Çankaya")
MESSAGES = (
    "", "geçen ay", "ocak 2019", "mart ve nisan", "son 3 ay", "geçen yıl", "hepsi", "paket ücreti ne kadar",
    "en fazla 160 lira", "30 GB ve 500 dakika", "yurt dışı", "öğrenci", "Mega İnternet", "yıllık",
)  # fmt: skip
FACTS = load_facts().facts
ANSWERS = load_answers()
READ_BY_NAME: Mapping[str, Mapping[str, Any]] = {
    "get_package_details": {"package_name": "Mega İnternet"},
    "get_past_bills": {"limit": 12},
    "get_payment_history": {"limit": 12},
}

Results = Mapping[int, Mapping[str, list[dict[str, Any]]]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def environment() -> AsyncIterator[DemoEnvironment]:
    database = Database("sqlite+aiosqlite://")
    await database.migrate()
    await seed_demo(database, DAY, lambda password: "no login here", "", 0)
    yield DemoEnvironment(database, DAY)
    await database.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def results(environment: DemoEnvironment) -> Results:
    """By customer and operation, the results of every way to call it; none where it is refused."""
    read = {operation for fact in FACTS.values() for operation in (*fact.needs, *fact.uses)}
    found: dict[int, dict[str, list[dict[str, Any]]]] = {}
    for customer in CUSTOMERS:
        profile = await environment.attempt("get_customer_profile", customer, {})
        assert profile.result is not None
        line = {"line_number": profile.result["phone_numbers"][0]["number"]}
        found[customer] = {}
        for operation in read:
            known = environment.toolbox.get(operation).arguments.model_fields
            arguments = {**READ_BY_NAME.get(operation, {}), **(line if "line_number" in known else {})}
            ways = [{"region": region} for region in REGIONS] if operation == "check_network_status" else [arguments]
            answers = [(await environment.attempt(operation, customer, way)).result for way in ways]
            found[customer][operation] = [dict(answer) for answer in answers if answer is not None]
    return found


@pytest.mark.asyncio(loop_scope="module")
async def test_every_named_operation_is_a_read_operation(environment: DemoEnvironment) -> None:
    for fact in FACTS.values():
        for operation in (*fact.needs, *fact.uses):
            assert operation in environment.toolbox.names, fact.name
            assert not environment.toolbox.is_write(operation), fact.name


def test_every_fact_is_worked_out_or_refers_to_the_conversation() -> None:
    conversation = {"same_again", "in_english", "in_turkish", "are_you_sure", "knowledge", "general", "none", *FIND}
    assert {name for name, fact in FACTS.items() if fact.find is None} == conversation
    assert all(fact.needs and fact.said for fact in FACTS.values() if fact.find is not None)


def test_sentences_of_a_variant_name_the_same_kind_of_fields() -> None:
    for fact in FACTS.values():
        for variant, languages in fact.said.items():
            fields = {name: {field for text in languages[name] for field in FIELD.findall(text)} for name in languages}
            assert fields["en"] <= fields["tr"], (fact.name, variant)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("name", [name for name, fact in FACTS.items() if fact.find is not None])
async def test_fact_of_every_customer_is_a_whole_sentence(results: Results, name: str, language: Language) -> None:
    fact = FACTS[name]
    assert fact.find is not None
    told = 0
    for customer in CUSTOMERS:
        ways = [results[customer][operation] for operation in fact.needs]
        for way in range(min(map(len, ways))):
            chosen = {operation: every[way] for operation, every in zip(fact.needs, ways, strict=True)}
            chosen |= {operation: each[0] for operation in fact.uses if (each := results[customer][operation])}
            for words in MESSAGES:
                finding = fact.find(Known(chosen, DAY, restriction_of(words, DAY.date()), words))
                assert finding.variant in fact.said, (customer, words, finding)
                for text in fact.said[finding.variant][language]:
                    assert set(FIELD.findall(text)) <= set(finding.values), (customer, words, text)
                said = sentence(fact, finding, ANSWERS, language)
                assert "{" not in said, said
                assert said[0].isdigit() or said[0] == said[0].upper() != said[0].lower(), said
                assert said.endswith((".", "!", "?")) or said.splitlines()[-1].startswith("- "), said
                told += 1
    assert told >= len(MESSAGES)
