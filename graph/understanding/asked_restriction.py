"""What a question limits itself to, together with what it goes on from: months, places, packages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.clock import ISTANBUL, Clock
from graph.asked.declared import Fact
from graph.asked.restrictions import Restriction, one_before, restriction_of
from graph.state import ConversationState
from graph.understanding.asked_choice import AGAIN, SAME_AGAIN
from graph.understanding.asked_forms import BILLING
from graph.understanding.context import points_back
from graph.understanding.elliptic import leaves_subject_out, speaks_of_it, speaks_of_this_package
from graph.understanding.focus import OF_PACKAGES, PackageReader
from graph.understanding.methods import methods_in
from graph.understanding.references import package_in_view
from tools.caller import Caller

_OF_OWN_COMMITMENT = frozenset({"committed", "commitment_until", "commitment_days_left", "cancellation_cost"})


class RestrictionReader:
    """Reads what a question limits itself to.

    Args:
        facts: The declared facts by name.
        packages: Reads the packages that a message names.
        clock: The present, from which months are counted.
    """

    def __init__(self, facts: Mapping[str, Fact], packages: PackageReader, clock: Clock) -> None:
        self._facts = facts
        self._packages = packages
        self._clock = clock

    def stated(self, message: str) -> Restriction:
        """Return what a message limits its question to, by itself."""
        return restriction_of(message, self._clock().astimezone(ISTANBUL).date())

    async def read(self, state: ConversationState, chosen: Sequence[str], caller: Caller) -> Restriction:
        """Return what the question limits itself to; what it points back to counts, too."""
        message = state["message"]
        before = [Restriction.from_data(each["restriction"]) for each in state.get("said", [])[-1:]]
        spoken_of = next((each.months[0] for each in before if each.months), None)
        stated = restriction_of(message, self._clock().astimezone(ISTANBUL).date(), spoken_of)
        stated = replace(stated, method=next(iter(methods_in(message)), None))
        if (place := self._place_before(message, before, chosen, state)) is not None:
            return replace(stated, place=place, months=())
        if any(self._is_of_packages(name) for name in chosen):
            stated = replace(stated, packages=tuple(await self._packages.named(message, caller)))
        if before and (chosen[0] in AGAIN or (points_back(message) and not stated.months)):
            return stated.over(before[0])
        if not stated.packages and speaks_of_this_package(message) and (package := package_in_view(state)):
            return replace(stated, packages=(package,), own=False)
        # "benimkinden ne kadar fazla", "taahhüdü kaç ay", "kaç lira"
        of_it = (
            (stated.own and not self._is_own(chosen)) or speaks_of_it(message) or leaves_subject_out(message, stated)
        )
        if before and of_it and not stated.packages:
            return replace(stated, packages=before[0].packages)
        return stated

    def _place_before(
        self, message: str, before: Sequence[Restriction], chosen: Sequence[str], state: ConversationState
    ) -> int | None:
        """Return the place of the bill or payment before the one that was said last: "ondan önceki"; else None."""
        last = state.get("said", [])[-1:]
        names = [each["fact"] for each in last] if chosen[0] in AGAIN else chosen
        if not any(BILLING & set(self._facts[name].needs) for name in names):
            return None
        on_it = before and last and BILLING & set(self._facts[last[0]["fact"]].needs)
        return one_before(message, before[0] if on_it else None)

    def _is_own(self, chosen: Sequence[str]) -> bool:
        """Tell whether facts are of the customer's own commitment, which no other package has a share in."""
        return bool(_OF_OWN_COMMITMENT.issuperset(chosen))

    def _is_of_packages(self, name: str) -> bool:
        fact = self._facts[name]
        return name == SAME_AGAIN or "package" in fact.becomes or bool(OF_PACKAGES & set(fact.needs))
