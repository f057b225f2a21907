"""A fact as it was said, with its figures, for the questions that refer to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core import turkish
from graph.asked.declared import Fact
from graph.asked.values import Finding, Listing, Month, is_figure
from graph.state import AskedFact, Figure, SaidFact

_CATALOGUE = "get_available_packages"
_MOST_FIGURES = 12


def said_fact(asked: AskedFact, finding: Finding, fact: Fact, line: str | None = None) -> SaidFact:
    """Return a fact as it was said, with its figures: those of a list, or the asked one first.

    A package that it has named may be meant by the next question.
    """
    values = finding.values
    figures: list[Figure] = []
    for of, value in values.items():
        if isinstance(value, Listing):
            figures += [
                Figure(**_figure(item.value, item.label), listed=True) for item in value.items if is_figure(item.value)
            ]
        elif is_figure(value):
            label = next((values[name] for name in ("month", "name", "item") if name in values), "")
            figures.append(Figure(**_figure(value, label), of=of))
    restriction = asked["restriction"]
    if _CATALOGUE in fact.needs and isinstance(values.get("name"), str) and not restriction.get("packages"):
        restriction = {**restriction, "packages": (values["name"],)}
    said = SaidFact(fact=asked["fact"], restriction=restriction, figures=figures[:_MOST_FIGURES])
    return said if line is None else {**said, "line": line}


def _figure(value: Any, label: Any) -> Figure:
    name = turkish.month(*label) if isinstance(label, Month) else str(label)
    return Figure(label=name, kind="money" if isinstance(value, Decimal) else "number", value=str(value))
