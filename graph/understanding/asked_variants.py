"""The variant of a fact that a question asks for, by what the question limits itself to.

"Faturam ne kadar" and "mayıs faturam ne kadar" are read as the same fact; the restriction makes another one of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.turkish import fold
from graph.asked.declared import Fact, FactCatalogue
from graph.asked.restrictions import Restriction
from graph.asked.values import Month
from graph.state import AskedFact

_DETAILS, _OWN_PACKAGE = "get_package_details", "get_customer_package"
_PAIR = 2
_USUAL, _LONG_AGO = 12, 36
"""Bills that are looked up where nothing is said of how many, and where a year or a month is named."""

LEAVING = "cancellation_cost"
_COST_OF_LEAVING = frozenset({LEAVING, "named_cancellation_fee"})
OWN_SISTER: Mapping[str, str] = {"named_cancellation_fee": LEAVING}
"""Facts of a named package, with that of the customer's own."""

_OF_COMMITMENT = frozenset({"committed", "commitment_until", "commitment_days_left", *_COST_OF_LEAVING})
_RUNS = re.compile(
    r"\b(?:cay|cik|boz|ayril|birak|vazgec)\w*?(?:rs[ae]m|rs[ae]k|inca|ince|mak istiyor\w*)\b"
    r"|\b(?:taahhud[iu]m|sozlesmem|cezam)\w*|\b(?:kaldi|kalmis|bitiyor|dol(?:uyor|acak))\b"
    r"|\bmy (?:commitment|contract)\b|\bif i (?:leave|cancel|quit)\b"
)
_MOVES = re.compile(
    r"\b(?:gec(?:er|ir|sem|sek|mek|ince|ti|eyim|ebil|ece[gk])|degis)\w*|\bgec(?:in|iniz)?\b|\b(?:switch|mov|chang)\w*"
)


def of_own_commitment(
    name: str, restriction: Restriction, message: str, *, moving: bool = False
) -> tuple[str, Restriction]:
    """Return a fact with its restriction; the fee that a move to a package costs is that of the customer's own one.

    Args:
        name: The fact.
        restriction: What the question limits itself to.
        message: The customer's words.
        moving: Whether a move to the package was spoken of last.
    """
    if name in _COST_OF_LEAVING and restriction.packages and (moving or _MOVES.search(fold(message))):
        return LEAVING, replace(restriction, moving=True)
    return name, restriction


def runs_for_customer(names: Sequence[str], message: str) -> bool:
    """Return True if a commitment is spoken of as the customer's running one: "Aile Paketi'nden cayarsam"."""
    return bool(_OF_COMMITMENT & set(names)) and _RUNS.search(fold(message)) is not None


def as_asked(
    name: str, restriction: Restriction, facts: Mapping[str, Fact], this: Month, of_line: bool = False
) -> AskedFact:
    """Return a fact as it is asked: another one where the question's restriction means that.

    Args:
        name: The fact that was read.
        restriction: What the question limits itself to.
        facts: The declared facts by name.
        this: The present month.
        of_line: Whether the question names one of the customer's several lines.
    """
    holds = {
        "autopay": restriction.autopay,
        "reminded": restriction.reminded and restriction.why,
        "line": of_line,
        "without": restriction.without,
        "by_method": restriction.method and restriction.how_much,
        "method": restriction.method and not restriction.months,
        "commitment": restriction.commitment and len(restriction.packages) > 1,
        "pair": len(restriction.packages) > 1,
        "holdings": restriction.holdings and restriction.own and bool(restriction.packages),
        "compared": restriction.compared and len(restriction.months) == _PAIR,
        "sum": restriction.total and len(restriction.months) > 1,
        "cheap": restriction.needs and restriction.cheap,
        "own_much": restriction.own and restriction.how_much and bool(restriction.packages),
        "why": restriction.why,
        "one_month": len(restriction.months) == 1 and not restriction.last and not restriction.since,
        "month": any(month != this for month in restriction.months),
        "own": restriction.own and bool(restriction.packages),
        "package": bool(restriction.packages) and not (name == LEAVING and restriction.moving),
        "highest": restriction.highest,
        "lowest": restriction.lowest,
        "since": restriction.since,
        "place": (restriction.place or 1) > 1,
        "price": restriction.how_much or restriction.price,
        "need": restriction.needs and not (restriction.packages and restriction.is_vague),
    }
    seen = {name}
    while True:
        becomes = facts[name].becomes
        other = next((becomes[reason] for reason, holding in holds.items() if holding and reason in becomes), name)
        if other in seen:
            return {"fact": name, "restriction": restriction.as_data()}
        name = other
        seen.add(name)


def limit_for(asked: Sequence[AskedFact]) -> int | None:
    """Return how many bills or payments the asked facts look back; None where the usual number will do."""
    restrictions = [Restriction.from_data(each["restriction"]) for each in asked]
    if any(each.year or each.months or each.method for each in restrictions):
        return _LONG_AGO
    return max((each.last + 1 for each in restrictions if each.last and each.last >= _USUAL), default=None)


def named_packages(asked: Sequence[AskedFact]) -> list[str]:
    """Return the packages that the asked facts are about."""
    return list(dict.fromkeys(name for each in asked for name in each["restriction"].get("packages", ())))


def waits_for_own_package(operation: str, asked: Sequence[AskedFact], catalogue: FactCatalogue) -> bool:
    """Tell whether the details of the customer's own package are needed, whose name a look-up has to find first."""
    facts = (catalogue.facts[each["fact"]] for each in asked)
    return operation == _DETAILS and any({_DETAILS, _OWN_PACKAGE} <= set(fact.needs) for fact in facts)
