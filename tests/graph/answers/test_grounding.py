"""No figure leaves that is not in a tool result, in its own role."""

from __future__ import annotations

import pytest
from llguidance import LLMatcher, LLTokenizer

from core.fields import FIELD
from graph.answers.approved import load_answers
from graph.answers.facts import Facts
from graph.answers.grounding import Grounder, Ungrounded, answer_grammar, fill, usable

ANSWERS = load_answers()
VALUES = {"amount": "450,00 TL", "due_date": "15 Mart 2026", "bill_id": "F-1", "bill_date": "1 Mart 2026"}
FACTS = Facts("unpaid", VALUES)
APPROVED = ANSWERS.of_outcome("get_current_bill", "unpaid", "tr")


def grounder(customer: str = "") -> Grounder:
    return Grounder(FACTS, APPROVED, ANSWERS.roles("tr"), customer)


def test_approved_answer_is_let_through_with_facts_filled_in() -> None:
    one = grounder()
    said = one.feed("Güncel faturanızın tutarı {amount}, son ödeme tarihi {due_date}. ") + one.finish()
    assert said.strip() == "Güncel faturanızın tutarı 450,00 TL, son ödeme tarihi 15 Mart 2026."
    assert one.named == {"amount", "due_date"}


def test_unfinished_clause_is_held_back() -> None:
    one = grounder()
    assert one.feed("Güncel faturanızın tutarı {amo") == ""
    assert one.feed("unt}, son") == "Güncel faturanızın tutarı 450,00 TL,"


@pytest.mark.parametrize(
    "lie",
    [
        "Faturanızın tutarı 450 TL.",  # a figure of its own, even a right one
        "Faturanızın tutarı {monthly_fee}.",  # no fact of this result
        "Son ödeme tarihi {amount}.",  # a fact in another's role
        "Faturanızın tutarı {amount} {due_date}.",  # a date without its role
        "Faturanız iptal edildi.",  # a state that nothing proves
        "Tutar {amount",  # an unfinished fact
    ],
)
def test_unproven_clause_is_refused(lie: str) -> None:
    with pytest.raises(Ungrounded):
        one = grounder()
        one.feed(lie)
        one.finish()


def test_customers_own_words_may_be_used() -> None:
    assert grounder("kameram bozuldu").feed("Kameram faturanız. son") == "Kameram faturanız."


SUSPENDED = Facts("done", {"status": "iptal edildi", "method": "kredi kartı", "email": "ayse@example.com"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{method} ile öderim.", "Kredi kartı ile öderim."),
        ("Öderim. {method} ile.", "Öderim. Kredi kartı ile."),
        ("Öderim, {method} ile; {status}.", "Öderim, kredi kartı ile; iptal edildi."),
        ("{status}.", "İptal edildi."),
        ("{email} kayıtlı.", "ayse@example.com kayıtlı."),
    ],
)
def test_word_that_begins_a_sentence_has_a_capital(text: str, expected: str) -> None:
    assert fill(text, SUSPENDED) == expected
    stream = Grounder(SUSPENDED, [text], {})
    assert stream.feed(text) + stream.finish() == expected


def every_approved() -> list[tuple[str, str, tuple[str, ...]]]:
    found = []
    for language in ("tr", "en"):
        operations = ANSWERS.by_language[language]["operations"]
        found += [(language, f"{op}.{out}", tuple(says)) for op in operations for out, says in operations[op].items()]
    return found


@pytest.mark.parametrize(("language", "name", "approved"), every_approved(), ids=lambda value: str(value)[:40])
def test_every_approved_answer_proves_itself(language: str, name: str, approved: tuple[str, ...]) -> None:
    facts = Facts(name, {field: f"<{field}>" for answer in approved for field in FIELD.findall(answer)})
    for answer in approved:
        one = Grounder(facts, approved, ANSWERS.roles("tr" if language == "tr" else "en"))
        assert one.feed(answer) + one.finish() == fill(answer, facts)


@pytest.mark.parametrize(("language", "name", "approved"), every_approved(), ids=lambda value: str(value)[:40])
def test_grammar_accepts_every_approved_answer(language: str, name: str, approved: tuple[str, ...]) -> None:
    tokenizer = LLTokenizer("byte")
    grammar = answer_grammar(approved)
    for answer in approved:
        matcher = LLMatcher(tokenizer, grammar)
        text = f" {' '.join(answer.split())}".encode()
        assert matcher.try_consume_tokens(list(text)) == len(text) and matcher.is_accepting()


def test_grammar_refuses_words_of_another_outcome() -> None:
    matcher = LLMatcher(LLTokenizer("byte"), answer_grammar(tuple(APPROVED)))
    assert matcher.try_consume_tokens(list(" Faturanız iptal".encode())) < len(" Faturanız iptal".encode())


def test_answers_with_missing_facts_are_not_usable() -> None:
    assert all("{services}" not in answer for answer in usable(APPROVED, FACTS))
