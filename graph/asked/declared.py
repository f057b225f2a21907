"""The declared facts: what each is called, which operations it needs, how it is worked out and said.

A fact is one entry of ``facts/*.yaml``:

- ``asked``: one line in each language, by which the reader of questions tells it from the others; a fact without it
  is reached only from another one, by ``becomes``;
- ``needs``: READ operations whose results it follows from; ``uses``: those that make it better where they cost nothing;
- ``fields`` (values that stand in the results, by path) or ``by`` (a function of ``derived``);
- ``becomes``: the fact that is meant instead where the question names a ``month`` or a ``package``, states a ``need``,
  asks ``why``, asks how two months differ (``compared``), compares with the customer's ``own``, names one ``line`` of
  several, or speaks of paying automatically (``autopay``), of a ``commitment``, a reminder or a way to pay;
- ``polar``: the variants that affirm or deny a yes-or-no question, or deny both it and its opposite (``neither``), and
  ``turned_by`` the begins of words that turn it round;
- ``alone``: the variants beside which no entry of the operator's pages is said;
- ``said``: sentences by variant and language. Fields give the variants ``value`` and ``absent``, or ``yes`` and ``no``.

Several sentences of one variant say the same: a conversation does not hear the same one twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from core.languages import Language
from core.yaml_text import read_yaml
from graph.asked import ahead, bills, catalogue, faults, offers, packages, past_bills, payments, pending, services
from graph.asked.known import Known
from graph.asked.values import Finding, typed

FOLDER = Path(__file__).parent / "facts"

GENERAL, KNOWLEDGE, NONE = "general", "knowledge", "none"
"""What is read of words that ask for no fact: a subject as a whole, general information, or nothing of either."""

REASONS = frozenset(
    "month one_month package pair compared sum cheap need why own own_much autopay line commitment without reminded "
    "by_method method holdings highest lowest place price since".split()
)
"""What a question may state for which another fact is meant."""

_BY_FORM = frozenset(
    "pending_cost pending_when packages_which package_allowed named_audience late_fee next_bill_date line_would_end "
    "line_ends_when suspended_since line_fee_most move_cost minutes_daily reactivation_cost".split()
)
"""Facts that only the form of a question, what it goes on from, or an entry of the pages asks for."""

Derive = Callable[[Known], Finding]


class FactsUnusable(ValueError):
    """A facts file has an entry that cannot be used; the message names file and entry."""


@dataclass(frozen=True)
class Fact:
    """One fact that a customer may ask for.

    Attributes:
        name: Its key.
        asked: What is asked for, in one line, by language.
        needs: READ operations whose results it follows from.
        uses: READ operations whose results make it better, where they need no question.
        find: Works it out; None for what refers to the conversation.
        becomes: The fact that is meant where the question names a month or a package, states a need, asks for a
            reason ("why") or compares with what the customer has ("own").
        polar: By variant whether it affirms ("yes") or denies ("no") a yes-or-no question, or denies its opposite as
            well ("neither").
        turned_by: Begins of words that turn such a question round, folded.
        alone: Variants that answer by themselves a question for which an entry of the pages was found, too.
        said: Sentences by variant and language.
    """

    name: str
    asked: Mapping[Language, str]
    needs: Sequence[str] = ()
    uses: Sequence[str] = ()
    find: Derive | None = None
    becomes: Mapping[str, str] = field(default_factory=dict)
    polar: Mapping[str, str] = field(default_factory=dict)
    turned_by: Sequence[str] = ()
    alone: Sequence[str] = ()
    said: Mapping[str, Mapping[Language, Sequence[str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class FactCatalogue:
    """The declared facts by name."""

    facts: Mapping[str, Fact]

    @cached_property
    def question(self) -> Mapping[str, Any]:
        """The typed question for the decision model: which fact is asked."""
        return {
            "type": "choice",
            "instructions": "Müşteri hangi bilgiyi soruyor?",
            "criteria": {name: fact.asked["tr"] for name, fact in self.facts.items() if fact.asked},
        }

    @cached_property
    def second_question(self) -> Mapping[str, Any]:
        """The typed question for a second fact beside the first; ``none`` where there is none."""
        return {**self.question, "instructions": "Müşteri ikinci olarak hangi bilgiyi soruyor?"}

    def of(self, operation: str) -> Sequence[Fact]:
        """Return the facts that follow from an operation."""
        return [fact for fact in self.facts.values() if operation in fact.needs]


def load_facts(folder: Path = FOLDER) -> FactCatalogue:
    """Read every facts file of a folder.

    Raises:
        FactsUnusable: An entry is incomplete, unknown to the code or declared twice.
        OSError: The folder cannot be read.
    """
    facts: dict[str, Fact] = {}
    for file in sorted(folder.glob("*.yaml")):
        for name, entry in (read_yaml(file.read_text(encoding="utf-8")) or {}).items():
            if name in facts:
                raise FactsUnusable(f"{file.name}: {name} is declared twice")
            facts[name] = _fact(name, entry, file.name)
    reached = {other for fact in facts.values() for other in fact.becomes.values()}
    for fact in facts.values():
        if unknown := set(fact.becomes.values()) - set(facts):
            raise FactsUnusable(f"{fact.name} becomes {', '.join(unknown)}, which no file declares")
        if not fact.asked and fact.name not in reached | _BY_FORM | pending.FIND.keys():
            raise FactsUnusable(f"{fact.name} needs the line `asked`, or another fact that becomes it")
    return FactCatalogue(facts)


def _fact(name: str, entry: Mapping[str, Any], file: str) -> Fact:
    if "asked" in entry and set(entry["asked"]) != {"tr", "en"}:
        raise FactsUnusable(f"{file}: {name} needs the line `asked` in tr and en")
    said = {
        str(variant): {language: [texts] if isinstance(texts, str) else texts for language, texts in by.items()}
        for variant, by in entry.get("said", {}).items()
    }
    for variant, by in said.items():
        if set(by) != {"tr", "en"}:
            raise FactsUnusable(f"{file}: {name}.{variant} needs a sentence in tr and en")
    becomes, polar = entry.get("becomes", {}), entry.get("polar", {})
    if unheard := set(becomes) - REASONS:
        raise FactsUnusable(f"{file}: {name} becomes another one by {', '.join(unheard)}, which no question states")
    if not set(polar) <= set(said) or not set(polar.values()) <= {"yes", "no", "neither"}:
        raise FactsUnusable(f'{file}: {name} needs "yes", "no" or neither for each `polar` variant that it says')
    return Fact(
        name, entry.get("asked", {}), entry.get("needs", ()), entry.get("uses", ()), _find(name, entry, file),
        becomes, polar, entry.get("turned_by", ()), entry.get("alone", ()), said,
    )  # fmt: skip


def _find(name: str, entry: Mapping[str, Any], file: str) -> Derive | None:
    if "fields" in entry:
        if not all(isinstance(field, str) for field in entry["fields"]):
            raise FactsUnusable(f"{file}: {name} has a field whose name is no text; `on` and `yes` need quotes")
        return _from_fields(entry["fields"])
    by = entry.get("by")
    if by is None:
        return None
    found = next(
        (
            getattr(module, by)
            for module in (ahead, bills, catalogue, faults, offers, packages, past_bills, payments, services)
            if hasattr(module, by)
        ),
        None,
    )
    if found is None:
        raise FactsUnusable(f"{file}: {name} is worked out by {by}, which no module has")
    derive: Derive = found
    return derive


def _from_fields(paths: Mapping[str, str]) -> Derive:
    """Return the function that looks values up by their paths; the first one is what was asked."""

    def look_up(known: Known) -> Finding:
        values = {name: _at(known.results, path) for name, path in paths.items()}
        first = next(iter(values.values()))
        if isinstance(first, bool):
            return Finding("yes" if first else "no", values)
        return Finding("absent" if first in (None, "") else "value", values)

    return look_up


def _at(results: Mapping[str, Any], path: str) -> Any:
    value: Any = results
    for key in path.split("."):
        value = value[key]
    return typed(path.rsplit(".", 1)[-1], value)
