"""Questions whose fact is plain from their form, or from what they go on from, before any reading by meaning.

A change that waits or was just done, the lines of a customer who has several, packages that were spoken of, the next
bill: what such a question asks for follows from a few words and from the conversation.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.errors import AgentError
from graph.asked.declared import KNOWLEDGE, Fact
from graph.asked.known import CONTACT
from graph.asked.restrictions import Restriction
from graph.reading import Reading
from graph.state import ConversationState, SaidFact
from graph.understanding.asked_choice import SAME_AGAIN, FactChooser
from graph.understanding.asked_forms import (
    BILLING,
    asks_daily_price,
    asks_for_autopay,
    asks_for_more,
    asks_for_whom,
    asks_if_allowed,
    asks_roaming_price,
    asks_why_not_suspended,
    finds_dear,
    supposes,
)
from graph.understanding.elliptic import PENDING_COST, names_fee, would_change
from graph.understanding.focus import COMPARED, WHICH_ONE, PackageReader, asks_which, goes_on
from graph.understanding.line_questions import asked_of_lines, asks_whose_line, with_plain_line
from graph.understanding.line_reader import LineReader
from graph.understanding.named_facts import fact_by_words
from graph.understanding.references import NOTHING
from graph.understanding.short_questions import asks_if_included, asks_reopening_fee, asks_since_when, goes_on_from
from graph.understanding.supposed import (
    asks_how_long,
    asks_limit_of_change,
    asks_of_ending,
    asks_what_move_costs,
    holds_against,
    names_only_time,
)
from graph.understanding.unnamed_lines import names_only_a_line
from graph.understanding.waiting_changes import asked_of_change, waiting_facts, waiting_package
from tools.caller import Caller
from tools.toolbox import Toolbox

OWN_PACKAGE = "get_customer_package"
OF_LINES = frozenset({OWN_PACKAGE, "get_customer_profile", "get_remaining_quotas", "test_internet_speed"})
"""READ operations that tell of the customer's lines."""

_CERTAIN = 0.95
"""Probability of a certain wish for a change."""

_OF_LINE = 0.4
"""Probability of a fact of a line, read with the plain word for one, from which on it is asked of the named line."""

_FEE_DIFFERENCE = "fee_difference"
_ROAMING_FEE, MOVE_COST, _SUSPENDED_SINCE = "roaming_fee", "move_cost", "suspended_since"
_WOULD_END, _ENDS_WHEN = "line_would_end", "line_ends_when"
_ALLOWED, _FOR_WHOM, _AUTOPAY = "package_allowed", "named_audience", "autopay_on"
LISTS = frozenset({"lines_list", "lines_count", "line_state", "profile_phone"})
"""Facts that show the customer's lines."""
_PAIR = 2


@dataclass(frozen=True)
class PlainQuestion:
    """A question whose fact is plain.

    Attributes:
        fact: The fact; ``KNOWLEDGE`` for general information.
        packages: The packages that it means without naming them.
        own: Whether they are held against the customer's.
        back: Whether it is about the line that was spoken of last.
        lines: The lines that it is about.
        beside: Whether the change that waits stays the subject, so that nothing else is looked up.
    """

    fact: str
    packages: Sequence[str] = ()
    own: bool = False
    back: bool = False
    lines: Sequence[str] = ()
    beside: bool = False


class PlainQuestions:
    """Finds the facts of plain questions.

    Args:
        facts: The declared facts by name.
        toolbox: The operations.
        packages: Reads the packages that a message means.
        choice: Reads facts by meaning.
        stated: Reads what a message limits its question to.
    """

    def __init__(
        self, facts: Mapping[str, Fact], toolbox: Toolbox, packages: PackageReader, choice: FactChooser,
        stated: Callable[[str], Restriction],
    ) -> None:  # fmt: skip
        self._facts = facts
        self._toolbox = toolbox
        self._packages = packages
        self._choice = choice
        self._stated = stated
        self._lines = LineReader(toolbox)

    def goes_first(self, state: ConversationState) -> bool:
        """Tell whether a message plainly asks for a fact of the customer's own, whatever general pages say."""
        message, stated = state["message"], self._stated(state["message"])
        if asked_of_change(state) or asks_for_autopay(message, stated) or asks_what_move_costs(message):
            return True
        if fact_by_words(message, stated, of_bill=False) or self._of_ending(state):
            return True
        return asks_if_allowed(message) or asks_for_whom(message) or bool(self._packages.spoken_of(state))

    async def read(
        self, state: ConversationState, wanted: ConversationState, reading: Reading, caller: Caller
    ) -> PlainQuestion | None:
        """Return the plain question of a message; None where its form shows none.

        Args:
            state: The state, with the facts that were said last.
            wanted: The intents, as read so far.
            reading: The message.
            caller: The customer.
        """
        intents = wanted.get("intents", [])
        changes = [each for each in intents if self._toolbox.is_write(each["operation"])]
        if found := await self._beside_changes(state, caller):
            return found
        if any(each["probability"] >= _CERTAIN for each in changes):
            return None
        steps: Sequence[Callable[..., Awaitable[PlainQuestion | None]]] = (self._of_packages, self._of_lines)
        for step in steps:
            if found := await step(state, reading, caller):
                return found
        if found := self._of_bills(state):
            return found
        return None if changes else await self._of_plain_words(state, caller)

    async def _beside_changes(self, state: ConversationState, caller: Caller) -> PlainQuestion | None:
        """Return the question that goes before every wish for a change."""
        message, stated = state["message"], self._stated(state["message"])
        waiting = waiting_package(state)
        named = await self._packages.named(message, caller) if waiting else ()
        other = () if waiting in named else named
        if (fact := asked_of_change(state)) and not other:
            return PlainQuestion(fact, beside=True)
        if waiting and not named and (fact := self._of_waiting(state)):
            beside = fact == PENDING_COST
            return PlainQuestion(fact, beside=beside, packages=() if beside else (waiting,), own=not beside)
        if asks_for_autopay(message, stated):
            return PlainQuestion(_AUTOPAY)
        if asks_limit_of_change(message):
            return PlainQuestion(KNOWLEDGE)
        if asks_how_long(message):
            return PlainQuestion(_SUSPENDED_SINCE)
        if (fact := await self._of_suspended(state, caller)) is not None:
            return PlainQuestion(fact)
        if asks_if_allowed(message) and (named := await self._packages.named(message, caller)):
            return PlainQuestion(_ALLOWED, packages=named)
        if waiting and other and holds_against(message):
            return PlainQuestion(WHICH_ONE, packages=(waiting, *other))
        return None

    def _of_waiting(self, state: ConversationState) -> str | None:
        """Return the fact that tells of leaving the commitment, or of the fee, where a change of package waits."""
        message = state["message"]
        if asks_if_included(message) and waiting_facts(state).get("cancellation_fee"):
            return PENDING_COST
        return _FEE_DIFFERENCE if would_change(message) and names_fee(message) else None

    async def _of_packages(self, state: ConversationState, reading: Reading, caller: Caller) -> PlainQuestion | None:
        message, stated, last = state["message"], self._stated(state["message"]), state.get("said", [])[-1:]
        if any(each["fact"] == MOVE_COST for each in last) and asks_if_included(message):
            return PlainQuestion("cancellation_cost")
        if asks_for_whom(message) and (named := await self._packages.weighed(state, caller)):
            return PlainQuestion(_FOR_WHOM, packages=named)
        if asks_what_move_costs(message) and (named := await self._packages.weighed(state, caller)):
            return PlainQuestion(MOVE_COST, packages=named, own=True)
        if stated.limit is not None and asks_which(message) and self._packages.spoken_of(state):
            return PlainQuestion("packages_under")
        waiting = waiting_package(state)
        of_waiting = waiting is not None and goes_on(message) and not await self._packages.named(message, caller)
        packages = (waiting,) if waiting and of_waiting else await self._packages.gone_on_from(state, caller)
        if packages:
            fact = await self._choice.of_packages(reading, packages)
            return None if fact is None else PlainQuestion(fact, packages=packages)
        return None

    async def _of_lines(self, state: ConversationState, reading: Reading, caller: Caller) -> PlainQuestion | None:
        """Return the question over the lines of a customer with several, or of one that a list has shown."""
        message, last = state["message"], state.get("said", [])[-1:]
        fact = asked_of_lines(message, on_lines=any(_is_of_lines(each, self._facts) for each in last))
        shown = asks_whose_line(message) and any(_is_of_lines(each, self._facts) for each in last)
        if not fact and not shown:
            return None
        own = await self._lines.all_of(caller)
        if len(own) < _PAIR:
            return None
        if fact:
            return PlainQuestion(fact, lines=own)
        spoken_of = state.get("mentioned", NOTHING).get("line")
        choice = await self._lines.named(OWN_PACKAGE, message, caller, spoken_of)
        plain = with_plain_line(message)
        if choice is None or not choice.numbers or plain is None:
            return None
        if names_only_a_line(plain) and last[0]["fact"] not in LISTS:
            return PlainQuestion(SAME_AGAIN, lines=choice.numbers)
        try:
            best, sure = await self._choice.likeliest(reading.of(plain))
        except AgentError:
            return None
        fits = self._facts[best].find is not None and bool(OF_LINES & set(self._facts[best].needs))
        return PlainQuestion(best, lines=choice.numbers) if fits and sure >= _OF_LINE else None

    def _of_bills(self, state: ConversationState) -> PlainQuestion | None:
        """Return the question that the words name, or that goes on from a bill, a fault or a change that was done."""
        message, stated, last = state["message"], self._stated(state["message"]), state.get("said", [])[-1:]
        needs = {name for each in last for name in self._facts[each["fact"]].needs}
        if fact := self._of_ending(state):
            return PlainQuestion(fact)
        if last and (fact := goes_on_from(message, stated, last[0]["fact"], needs)):
            return PlainQuestion(fact)
        if supposes(message):
            return PlainQuestion(KNOWLEDGE)
        if asks_daily_price(message) and _ROAMING_FEE in [each["fact"] for each in last]:
            return PlainQuestion(_ROAMING_FEE, back=True)
        if last and names_only_time(message) and needs & BILLING:
            return PlainQuestion(SAME_AGAIN)
        of_ticket = "get_fault_ticket_status" in needs
        fact = fact_by_words(message, stated, of_bill=bool(needs & BILLING), of_ticket=of_ticket)
        return PlainQuestion(fact) if fact else None

    def _of_ending(self, state: ConversationState) -> str | None:
        """Return the fact that tells whether a line would be cut off for a debt, or when."""
        last = [each["fact"] for each in state.get("said", [])[-1:]]
        ending = asks_of_ending(state["message"], spoken_of=bool({_WOULD_END, _ENDS_WHEN} & set(last)))
        return {"whether": _WOULD_END, "when": _ENDS_WHEN}.get(ending)

    async def _of_suspended(self, state: ConversationState, caller: Caller) -> str | None:
        """Return the fact of a suspended line that a question asks for without naming the suspension."""
        message, last = state["message"], state.get("said", [])[-1:]
        opening, since = asks_reopening_fee(message, spoken_of=True), asks_since_when(message)
        needs = {name for each in last for name in self._facts[each["fact"]].needs}
        about_line = not last or bool({"get_customer_profile", "check_network_status"} & needs)
        if not (opening or (since and about_line)) or not (await self._lines.suspended("hattım", caller))[1]:
            return "reactivation_cost" if asks_reopening_fee(message, spoken_of=False) else None
        return "reactivation_cost" if opening else _SUSPENDED_SINCE

    async def _of_plain_words(self, state: ConversationState, caller: Caller) -> PlainQuestion | None:
        """Return the question that the words show where no change is wished for."""
        message = state["message"]
        if asks_roaming_price(message) and await self.has_one_line(caller):
            return PlainQuestion(_ROAMING_FEE)
        if asks_for_more(message) and len(named := await self._packages.named(message, caller)) >= _PAIR:
            return PlainQuestion(WHICH_ONE, packages=named)
        if holds_against(message) and (pair := await self._packages.named_after_another(state, caller)):
            return PlainQuestion(WHICH_ONE, packages=pair)
        if asks_why_not_suspended(message):
            return PlainQuestion("suspend_why")
        if fact := finds_dear(message):
            return PlainQuestion(fact)
        if would_change(message) and (packages := await self._packages.weighed(state, caller)):
            return PlainQuestion(COMPARED, packages=packages, own=True)
        return None

    async def has_one_line(self, caller: Caller) -> bool:
        """Tell whether the customer has one line only."""
        profile = await self._toolbox.run("get_customer_profile", {}, caller)
        return len([each for each in profile.model_dump()["phone_numbers"] if each["type"] != CONTACT]) == 1


def _is_of_lines(said: SaidFact, facts: Mapping[str, Fact]) -> bool:
    """Tell whether a fact that was said was about the customer's lines."""
    return bool(OF_LINES & set(facts[said["fact"]].needs))
