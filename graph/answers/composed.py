"""Answers composed of facts: the asked one first, in a sentence of its own, and nothing that was not asked.

Every figure in them is a fact's value that ``graph.asked.values`` has formatted; there is nothing left to prove.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.messages import AIMessage

from core import turkish
from core.clock import Clock
from core.fields import FIELD
from core.languages import Language
from core.operator_facts import OperatorFacts, load_operator
from graph.answers.approved import Answers
from graph.answers.over_lines import over_lines
from graph.answers.said_facts import said_fact
from graph.answers.verdicts import POLAR, plainly, turned_round, verdict, without_verdict
from graph.asked import conversation, pending
from graph.asked.declared import Fact, FactCatalogue
from graph.asked.known import Known
from graph.asked.restrictions import Restriction
from graph.asked.values import Finding, Month, text_of
from graph.knowledge.search import KnowledgeBase
from graph.state import AskedFact, ConversationState, Outcome, SaidFact

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
LINE, _CATALOGUE = "line_number", "get_available_packages"
ARE_YOU_SURE = "are_you_sure"
_SEVERAL = 2


def sentence(
    fact: Fact, finding: Finding, answers: Answers, language: Language, heard: str = "", words: str = ""
) -> str:
    """Return the sentence that says a fact.

    Args:
        fact: The fact.
        finding: What was found.
        answers: The wording of codes.
        language: The customer's language.
        heard: What the conversation has said so far; a sentence that it has not heard is taken first.
        words: The customer's message, for a question whether the fact has a certain value.
    """
    texts = fact.said[finding.variant][language]
    filled = [_filled(text, finding.values, answers, language) for text in texts]
    said = next((each for each in filled if _first(each) not in heard), filled[0])
    if said.startswith(POLAR[language]):
        return plainly(turned_round(said, fact, words, language), words, language)
    polar = verdict(fact, finding, words)
    if polar is None:
        return said
    return f"{POLAR[language][0 if polar else 1]}, {_lowered(said, finding, language)}"


def first_sentence(said: str) -> str:
    """Return the first sentence of an answer."""
    return _first(said)


def _first(said: str) -> str:
    return _SENTENCE_END.split(said, maxsplit=1)[0]


def _filled(text: str, values: Mapping[str, Any], answers: Answers, language: Language) -> str:
    def value(match: re.Match[str]) -> str:
        found = values[match[1]]
        return "" if found is None else text_of(found, answers, language)

    filled = FIELD.sub(value, text)
    return turkish.capitalised(" ".join(filled.split(" ")).strip(), language)


def _lowered(said: str, finding: Finding, language: Language) -> str:
    """Return a sentence as it goes on after a comma; a name keeps its capital."""
    values = finding.values.values()
    names = [turkish.month(*value, locale=language) for value in values if isinstance(value, Month)]
    names += [value for value in values if isinstance(value, str)]
    if any(said.startswith(name) for name in names if name):
        return said
    first, second = said[:1], said[1:2]
    if second.isupper() or second.isdigit():
        return said
    return (turkish.lower(first) if language == "tr" else first.lower()) + said[1:]


@dataclass(frozen=True)
class Composition:
    """The part of an answer that says the asked facts.

    Attributes:
        text: Its sentences; "" where nothing asked can be said.
        operations: The operations whose results it has told.
        aside: Operations that only help with the asked facts: neither their results nor their refusals are told.
        said: The facts with their figures, for the questions that refer to them.
        situations: The facts with the variants in which they were said, for what they offer.
    """

    text: str = ""
    operations: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    said: Sequence[SaidFact] = ()
    situations: Sequence[str] = ()


@dataclass(frozen=True)
class AnsweredFact:
    """An asked fact as it was found.

    Attributes:
        asked: The question.
        fact: The fact.
        finding: What was found.
        line: Its line, where an operation has run for several; else None.
        text: Its sentence.
    """

    asked: AskedFact
    fact: Fact
    finding: Finding
    line: str | None
    text: str


class Composer:
    """Composes the part of an answer that says the asked facts.

    Args:
        catalogue: The declared facts.
        answers: The wording of codes and headings.
        clock: The present.
        knowledge: The operator's entries.
        operator: His fees and limits; default: the demo operator's.
    """

    def __init__(
        self, catalogue: FactCatalogue, answers: Answers, clock: Clock, knowledge: KnowledgeBase | None = None,
        operator: OperatorFacts | None = None,
    ) -> None:  # fmt: skip
        self._knowledge = knowledge
        self._operator = operator or load_operator()
        self._facts = catalogue.facts
        self._answers = answers
        self._clock = clock

    def compose(self, state: ConversationState) -> Composition:
        """Return the sentences of the facts that the message asks for, from the results of the turn."""
        language = state.get("language", "tr")
        asked = state.get("asked", [])
        told = self.told(state)
        found = [(each.asked, each.line, each.finding) for each in told]
        over = over_lines(found, state["message"], self._answers, language)
        single = [each for each in told if each.fact.name not in over.whole]
        texts = [*over.texts, *(f"{self._heading(each.line, language)}{each.text}" for each in single)]
        text = _joined(texts, apart=any(each.line for each in single))
        if text and asked and asked[0]["fact"] == ARE_YOU_SURE:
            text = sentence(
                self._facts[ARE_YOU_SURE],
                Finding("value", {"said": without_verdict(text, language)}),
                self._answers,
                language,
            )
        alone = any(each.finding.variant in each.fact.alone for each in told)
        entry = self.entry(state.get("entry", ""), language) if text and not alone else ""
        operations = frozenset(name for each in told for name in (*each.fact.needs, *each.fact.uses))
        said = [said_fact(each.asked, each.finding, each.fact, each.line) for each in told]
        situations = tuple(f"{each.fact.name}.{each.finding.variant}" for each in told)
        whole = " ".join(filter(None, (entry, text)))
        return Composition(whole, operations, self._aside(state, operations), said, situations)

    def _aside(self, state: ConversationState, told: Collection[str]) -> frozenset[str]:
        """Return the operations of which nothing is said: those that only help, and all beside the refusal of one."""
        facts = [self._facts[each["fact"]] for each in state.get("asked", [])]
        needed = {name for fact in facts for name in fact.needs}
        refused = {each["operation"] for each in state["outcomes"] if each["error"]}
        beside = {
            name
            for fact in facts
            if refused & set(fact.needs)
            for name in fact.needs
            if name not in refused | set(told)
        }
        helping = {name for fact in facts for name in fact.uses} - needed
        if state.get("entry"):  # what is known of the customer is told beside it, or nothing is
            helping |= needed
        return frozenset(helping | beside)

    def told(self, state: ConversationState) -> list[AnsweredFact]:
        """Return every asked fact that the results of the turn tell, once for each line or package."""
        heard = " ".join(each.text for each in state.get("messages", []) if isinstance(each, AIMessage))
        found: list[AnsweredFact] = []
        for asked in state.get("asked", []):
            fact = self._facts[asked["fact"]]
            for line, finding in self._found(fact, asked, state):
                language = state.get("language", "tr")
                text = sentence(fact, finding, self._answers, language, heard, state["message"])
                found.append(AnsweredFact(asked, fact, finding, line, text))
        return found

    def entry(self, name: str, language: Language) -> str:
        """Return the text of a knowledge entry with the page that it stands on; "" where there is no such entry."""
        found = self._knowledge.entry(name) if self._knowledge is not None and name else None
        if self._knowledge is None or found is None:
            return ""
        page = next(page for page in self._knowledge.pages if page.name == found.page)
        subject = page.subject.tr if language == "tr" else page.subject.en
        source = self._answers.say("knowledge_source", language).replace("{page}", subject)
        return f"{found.text(language)} {source}"

    def _found(self, fact: Fact, asked: AskedFact, state: ConversationState) -> list[tuple[str | None, Finding]]:
        """Return what was found for a fact, once for each line or package that was looked up, with that line."""
        restriction = Restriction.from_data(asked["restriction"])
        if fact.name in conversation.FIND:
            spoken = replace(self._spoken(state, restriction), words=state["message"])
            if fact.name in pending.FIND:  # other changes may wait beside that of the package
                spoken = replace(spoken, pending=_package_change(state))
            finding = conversation.FIND[fact.name](spoken)
            return [] if finding is None else [(None, finding)]
        if fact.find is None:
            return []
        outcomes = [each for each in state["outcomes"] if each["operation"] in (*fact.needs, *fact.uses)]
        by_operation: dict[str, list[Outcome]] = {}
        for outcome in outcomes:
            if outcome["result"] is not None:
                by_operation.setdefault(outcome["operation"], []).append(outcome)
        nothing_on_sale = any(each["result"] == {"packages": []} for each in by_operation.get(_CATALOGUE, ()))
        if not set(fact.needs) <= set(by_operation) or nothing_on_sale:
            return []
        found = []
        for place in range(max(map(len, by_operation.values()))):
            chosen = {name: each[min(place, len(each) - 1)] for name, each in by_operation.items()}
            results = {name: each["result"] or {} for name, each in chosen.items()}
            known = Known(results, self._clock(), restriction, state["message"], self._operator)
            found.append((_line(chosen, by_operation), fact.find(known)))
        same = len(found) > 1 and all(finding == found[0][1] for _, finding in found)
        return [(None, found[0][1])] if same and len(_numbers(outcomes)) < _SEVERAL else found

    def _heading(self, line: str | None, language: Language) -> str:
        """Return the heading of a line where an operation has run for several; else ""."""
        return "" if line is None else self._answers.say("line_heading", language).replace("{line_number}", line)

    def _spoken(self, state: ConversationState, restriction: Restriction) -> conversation.Spoken:
        last = next((each.text for each in reversed(state.get("messages", [])) if isinstance(each, AIMessage)), "")
        waiting = [call for call in state.get("calls", []) if call["status"] == "awaiting" and call["preview"]]
        done = state.get("done")
        call = waiting[0] if waiting else done["call"] if done else None
        pending = (call["operation"], call["preview"] or {}) if call else None
        told = state.get("topics_told", [])
        return conversation.Spoken(state.get("said", []), last, told, restriction, pending, not waiting)


def _package_change(state: ConversationState) -> tuple[str, Mapping[str, Any]] | None:
    """Return the change of package that waits for a yes, with the facts of its preview."""
    waiting = (call for call in state.get("calls", []) if call["status"] == "awaiting")
    found = next((call for call in waiting if call["operation"] == "change_package"), None)
    return None if found is None else (found["operation"], found["preview"] or {})


def _numbers(outcomes: Sequence[Outcome]) -> set[str]:
    """Return the lines for which operations have run; the only line may be named by one and left out by another."""
    return {line for each in outcomes if (line := each["arguments"].get(LINE))}


def _line(chosen: Mapping[str, Outcome], found: Mapping[str, Sequence[Outcome]]) -> str | None:
    """Return the line of some results where an operation has run for several; else None."""
    for name, outcomes in found.items():
        lines = {each["arguments"].get(LINE) for each in outcomes}
        if len(lines) > 1 and (line := chosen[name]["arguments"].get(LINE)):
            return str(line)
    return None


def _joined(texts: Sequence[str], *, apart: bool) -> str:
    """Return the sentences of one answer, each once; a list and what is said of each line stand apart."""
    single = list(dict.fromkeys(each for each in texts if each))
    return ("\n\n" if any("\n" in each for each in single) else "\n" if apart else " ").join(single)
