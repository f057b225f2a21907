"""Facts of the change of package that waits for a yes: what it costs, what it binds to and whom it is for.

They follow from the preview that the question states, never from the package that the customer has. Pure functions of
its facts and of the customer's words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from core.turkish import fold
from graph.asked.audience import age_in, ages_of, said_audience
from graph.asked.values import Finding, typed

_Facts = Mapping[str, Any]


def pending_commitment(facts: _Facts, words: str) -> Finding:
    """Return how long the new package binds, and what the present commitment costs, where one is left."""
    kind = "bound" if facts["contract_months"] else "free"
    return Finding(f"{kind}_leaving" if facts["cancellation_fee"] else kind, facts)


def pending_leaving(facts: _Facts, words: str) -> Finding:
    """Return the fee for leaving a commitment: that of the present one is charged with the change."""
    if facts["cancellation_fee"]:
        if facts["contract_months"]:
            return Finding("now_and_later", facts)
        said = fold(words).split()
        return Finding("now_the_same" if "ayni" in said else "now_apart" if "dahil" in said else "now", facts)
    return Finding("later" if facts["contract_months"] else "none", facts)


def pending_setup(facts: _Facts, words: str) -> Finding:
    """Return the set-up fee."""
    return Finding("value" if facts["setup_fee"] else "none", facts)


def pending_difference(facts: _Facts, words: str) -> Finding:
    """Return how the monthly fees differ."""
    difference = facts["monthly_fee"] - facts["current_fee"]
    kind = "more" if difference > 0 else "less" if difference else "same"
    return Finding(kind, {"difference": abs(difference), **facts})


def pending_first_month(facts: _Facts, words: str) -> Finding:
    """Return what is paid for the first month: the monthly fee, and what is charged once."""
    once = [name for name, fee in (("setup", "setup_fee"), ("leaving", "cancellation_fee")) if facts[fee]]
    whole = sum((facts[fee] or Decimal(0) for fee in ("monthly_fee", "setup_fee", "cancellation_fee")), Decimal(0))
    return Finding("_and_".join(once) or "fee", {"amount": whole, **facts})


def pending_roaming(facts: _Facts, words: str) -> Finding:
    """Return what becomes of the use abroad: it stays on or off, and its daily fee is that of the new package."""
    change = "same" if facts["roaming_daily_fee"] == facts["current_roaming_daily_fee"] else "changes"
    return Finding(f"{'on' if facts['roaming_enabled'] else 'off'}_{change}", facts)


def pending_audience(facts: _Facts, words: str) -> Finding:
    """Return whom the new package is for, held against the age that the customer states."""
    ages, age = ages_of(facts["target_audience"]), age_in(words)
    values = {"audience": said_audience(facts["target_audience"], "tr"), "age": age, **facts}
    if ages is None:
        return Finding("any_age", values)
    if age is None:
        return Finding("value", values)
    return Finding("of_age" if ages.hold(age) else "not_of_age", values)


FIND: Mapping[str, Callable[[_Facts, str], Finding]] = {
    each.__name__: each
    for each in (
        pending_commitment,
        pending_leaving,
        pending_setup,
        pending_difference,
        pending_first_month,
        pending_roaming,
        pending_audience,
    )
}
"""The facts of a change of package by name; each takes the typed facts of its preview, and the question."""

_NEEDED = frozenset(
    "contract_months cancellation_fee setup_fee monthly_fee current_fee new_cancellation_fee target_audience".split()
)


def typed_facts(preview: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a preview with their types."""
    return {name: typed(name, value) for name, value in preview.items()}


def tells(fact: str, preview: Mapping[str, Any]) -> bool:
    """Tell whether a preview holds what a fact follows from: one of an earlier version does not, nor a home line's."""
    if fact == pending_roaming.__name__:
        return preview.get("roaming_daily_fee") is not None
    return set(preview) >= _NEEDED
