"""Facts of the conversation itself: figures that follow from what was said last, what was said, and a summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from graph.asked import pending
from graph.asked.restrictions import Restriction
from graph.asked.values import Finding, Item, Listing, Parts
from graph.state import Figure, SaidFact

_TWO = 2
_YEAR = 12
_MOST_TOPICS = 5
DUE_ONCE = frozenset({"cancellation_cost", "named_cancellation_fee", "named_commitment", "named_setup_fee"})
"""Facts of an amount that is due once, which is held against no monthly one."""


_SAID_DONE = frozenset({"change_package", "pay_bill"})
"""Changes whose cost is told in other words once they are done."""


@dataclass(frozen=True)
class Spoken:
    """The statements of the conversation so far.

    Attributes:
        facts: The facts of the last answers, newest last.
        answer: The last answer.
        topics: First sentences of the answers, oldest first.
        restriction: Of the present question.
        pending: The change that waits for a yes: its operation and the facts of its preview; the one that was just
            done where none waits; None without either.
        done: Whether it is done.
        words: The customer's message.
    """

    facts: Sequence[SaidFact]
    answer: str
    topics: Sequence[str]
    restriction: Restriction
    pending: tuple[str, Mapping[str, Any]] | None = None
    done: bool = False
    words: str = ""

    @property
    def pair(self) -> Sequence[Figure]:
        """The two figures of one kind that were said last, the earlier one first; fewer where there are none."""
        return pair_of(self.facts)

    @property
    def told_difference(self) -> Figure | None:
        """The difference that the last answer has told already."""
        newest = self.facts[-1]["figures"] if self.facts else []
        return next((each for each in newest if each.get("of") == "difference"), None)

    @property
    def last(self) -> Figure | None:
        """The figure that was said last."""
        figures = [figure for fact in self.facts for figure in fact["figures"][:1]]
        return figures[-1] if figures else None


def pair_of(said: Sequence[SaidFact]) -> Sequence[Figure]:
    """Return the two figures of one kind that were said last, the earlier one first; fewer where there are none."""
    newest = said[-1]["figures"] if said else []
    kinds = [figure["kind"] for fact in reversed(said) for figure in fact["figures"][:1]]
    kind = newest[0]["kind"] if newest else next(iter(kinds), "")
    listed = [figure for figure in newest if figure["kind"] == kind and figure.get("listed")]
    if len(listed) >= _TWO and said[-1]["fact"].endswith(("list", "compare", "bill")):
        return listed[:_TWO]
    once = bool(said) and said[-1]["fact"] in DUE_ONCE
    alike = [fact for fact in said if (fact["fact"] in DUE_ONCE) == once]
    asked = [next((each for each in fact["figures"] if each["kind"] == kind), None) for fact in alike]
    return [figure for figure in asked if figure is not None][-_TWO:]


def said_difference(spoken: Spoken) -> Finding | None:
    """Return the difference of the two figures that were said last."""
    if (told := spoken.told_difference) is not None and not spoken.restriction.whole_year:
        difference = value_of(told)
        return Finding("told" if difference else "none", {"difference": difference})
    if len(spoken.pair) < _TWO:
        return None
    first, second = map(value_of, spoken.pair)
    values = {"difference": abs(first - second), "first": first, "second": second}
    if first != second and spoken.restriction.whole_year:
        return Finding("yearly", {"amount": _YEAR * values["difference"], **values})
    return Finding("same" if first == second else "differ", values)


def said_sum(spoken: Spoken) -> Finding | None:
    """Return the sum of the figures that were said last: those of a list, else the last two."""
    newest = spoken.facts[-1]["figures"] if spoken.facts else []
    listed = [figure for figure in newest if figure["kind"] == "money" and figure.get("listed")]
    figures = listed if len(listed) >= _TWO else spoken.pair
    if len(figures) < _TWO:
        return None
    values = list(map(value_of, figures))
    return Finding("value", {"amount": sum(values[1:], values[0]), "parts": Parts(values)})


def said_higher(spoken: Spoken) -> Finding | None:
    """Return the higher one of the two figures that were said last."""
    return _chosen(spoken, max)


def said_lower(spoken: Spoken) -> Finding | None:
    """Return the lower one of the two figures that were said last."""
    return _chosen(spoken, min)


def said_yearly(spoken: Spoken) -> Finding | None:
    """Return what the amount that was said last makes in a year, or in the months that the question names."""
    if spoken.last is None:
        return None
    first = value_of(spoken.last)
    count = _YEAR if spoken.restriction.whole_year else spoken.restriction.last or _YEAR
    return Finding("value", {"amount": first * count, "count": count, "first": first})


def repeat(spoken: Spoken) -> Finding | None:
    """Return the last answer."""
    return Finding("value", {"said": spoken.answer}) if spoken.answer else None


def simpler(spoken: Spoken) -> Finding | None:
    """Return the first sentence of the last answer."""
    return Finding("value", {"said": spoken.topics[-1]}) if spoken.topics else None


def summarise(spoken: Spoken) -> Finding | None:
    """Return what the answers were about, newest last."""
    items = [Item(topic) for topic in dict.fromkeys(spoken.topics)]
    if not items:
        return Finding("absent", {})
    return Finding("value", {"items": Listing(items[-_MOST_TOPICS:])})


def not_kept(spoken: Spoken) -> Finding:
    """Return that no record holds what is asked."""
    return Finding("value", {})


def pending_cost(spoken: Spoken) -> Finding | None:
    """Return what the change that waits for a yes costs."""
    operation, values = _of_pending(spoken)
    if spoken.done and operation in _SAID_DONE:
        return Finding(f"{operation}_done", values)
    if operation == "enable_roaming" and values.get("daily_fee") == 0:
        return Finding("enable_roaming_free", values)
    if operation == "change_package":
        if values["cancellation_fee"]:
            return Finding("change_package_leaving", values)
        return Finding("change_package_setup" if values["setup_fee"] else operation, values)
    costs = next((values[name] for name in ("amount", "daily_fee", "reactivation_fee") if values.get(name)), None)
    return Finding(operation, {"cost": costs, **values}) if costs is not None else None


def pending_when(spoken: Spoken) -> Finding | None:
    """Return the day from which the change that waits for a yes holds."""
    _, values = _of_pending(spoken)
    day = values.get("effective_date") or values.get("next_payment_date")
    return None if day is None else Finding("value", {"date": day})


def _of_pending(spoken: Spoken) -> tuple[str, Mapping[str, Any]]:
    operation, facts = spoken.pending or ("", {})
    return operation, pending.typed_facts(facts)


def _term(find: Callable[[Mapping[str, Any], str], Finding]) -> Callable[[Spoken], Finding | None]:
    """Return the function that finds a term of the change of package that waits for a yes."""

    def found(spoken: Spoken) -> Finding | None:
        operation, values = _of_pending(spoken)
        told = operation == "change_package" and pending.tells(find.__name__, values)
        return find(values, spoken.words) if told else None

    return found


FIND: Mapping[str, Callable[[Spoken], Finding | None]] = {
    each.__name__: each
    for each in (
        pending_cost,
        pending_when,
        said_difference,
        said_sum,
        said_higher,
        said_lower,
        said_yearly,
        repeat,
        simpler,
        summarise,
        not_kept,
    )
} | {name: _term(find) for name, find in pending.FIND.items()}
"""The facts of the conversation by name."""


def value_of(figure: Figure) -> Any:
    """Return the value of a figure that was said."""
    number = Decimal(figure["value"])
    if figure["kind"] == "money":
        return number
    return int(number) if number == number.to_integral_value() else float(number)


def _chosen(spoken: Spoken, choose: Callable[..., Any]) -> Finding | None:
    if len(spoken.pair) < _TWO:
        return None
    if any(figure["kind"] == "money" and not figure["label"] for figure in spoken.pair):
        return None  # "659,50 TL daha yüksek: 659,50 TL" names nothing
    best = choose(spoken.pair, key=value_of)
    same = value_of(spoken.pair[0]) == value_of(spoken.pair[1])
    difference = abs(value_of(spoken.pair[0]) - value_of(spoken.pair[1]))
    values = {"amount": value_of(best), "name": best["label"] or value_of(best), "difference": difference}
    return Finding("same" if same else "value", values)
