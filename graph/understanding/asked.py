"""The question of a message: which facts it asks for, beside the operation that it wants.

Facts decide which READ operations run. The decision model reads the fact; code reads months, counts, amounts and
names (``graph.asked.restrictions``). A message may also ask for the last facts again, with another restriction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.errors import AgentError
from core.clock import ISTANBUL, Clock
from graph.asked.declared import KNOWLEDGE, FactCatalogue
from graph.asked.values import Month
from graph.calls import certain
from graph.reading import ASKED as QUESTION
from graph.reading import Reading
from graph.state import AskedFact, ConversationState, Intent
from graph.understanding.asked_choice import AGAIN, IN_ANOTHER_LANGUAGE, FactChooser
from graph.understanding.asked_forms import (
    BILLING,
    by_form,
)
from graph.understanding.asked_restriction import RestrictionReader
from graph.understanding.asked_variants import OWN_SISTER, as_asked, of_own_commitment, runs_for_customer
from graph.understanding.context import points_back
from graph.understanding.focus import CATALOGUE, DETAILS, PackageReader
from graph.understanding.general_questions import HOW_TO
from graph.understanding.intents import FIRST
from graph.understanding.line_reader import LINE, LineReader
from graph.understanding.plain_questions import LISTS, MOVE_COST, OF_LINES, OWN_PACKAGE, PlainQuestion, PlainQuestions
from graph.understanding.references import NOTHING
from tools.caller import Caller
from tools.toolbox import Toolbox

ASKED = "asked"
"""Topic of a message that asks for a fact of the conversation itself, which needs no operation."""

_UNKNOWN_AHEAD = frozenset(
    "named_yearly_cost named_fee package_fee package_yearly_cost bill_amount month_bill bill_change bills_total".split()
)
"""Facts of which nobody knows what they will be."""

_SURE_OF_OPERATION = 0.9
_GENERAL, _CERTAIN = 0.8, 0.95
"""Probability of a question from which on it goes before a doubtful wish for a change, and that of a certain wish."""

_PAIR, _MOST_WORDS = 2, 3
_FEE_DIFFERENCE, _PACKAGE_FEE = "fee_difference", "package_fee"
_OF_ALL_LINES = frozenset({"line_most_left", "line_fee_most", "lines_fee_total"})
"""Facts that are about every line of the customer, unless the question names some."""

_UNSETTLED = frozenset({"", "unclear", "how_to", "out_of_scope", "request"})
"""Topics of a message that may ask for a fact although no operation was read."""


class AskedReader:
    """Reads the facts that a message asks for.

    Args:
        catalogue: The declared facts.
        toolbox: The operations, whose catalogue names a message may state.
        clock: The present, from which months are counted.
    """

    def __init__(self, catalogue: FactCatalogue, toolbox: Toolbox, clock: Clock) -> None:
        self._facts = catalogue.facts
        self._toolbox = toolbox
        self._clock = clock
        self._lines = LineReader(toolbox)
        self.packages = PackageReader(toolbox, catalogue.facts)
        self._restrictions = RestrictionReader(catalogue.facts, self.packages, clock)
        self._choice = FactChooser(catalogue.facts, toolbox.names, self._restrictions.stated)
        self._plain = PlainQuestions(catalogue.facts, toolbox, self.packages, self._choice, self._restrictions.stated)

    async def goes_first(self, state: ConversationState, reading: Reading) -> bool:
        """Tell whether a message certainly asks for a fact of the customer's own, which goes before general pages."""
        if self._plain.goes_first(state):
            return True
        return reading.offers(QUESTION) and await self._choice.is_own(reading, spoken=bool(state.get("said")))

    async def read(
        self, state: ConversationState, wanted: ConversationState, reading: Reading, caller: Caller
    ) -> ConversationState:
        """Return what is wanted, with the asked facts and the operations that they need.

        Args:
            state: The state, with the facts that were said last.
            wanted: The intents and the topic, as read so far.
            reading: The message.
            caller: The customer.
        """
        intents = wanted.get("intents", [])
        reads = [each for each in intents if not self._toolbox.is_write(each["operation"])]
        if wanted.get("topic", "") in FIRST or not reading.offers(QUESTION):
            return wanted
        stated = self._restrictions.stated(state["message"])
        certain_change = any(each not in reads and each["probability"] >= _CERTAIN for each in intents)
        if (plain := await self._plain.read(state, wanted, reading, caller)) is not None:
            return await self._of_plain(state, wanted, plain, caller)
        if not certain_change and wanted.get("topic", "") in _UNSETTLED:
            left_out = await self._choice.left_out(state, reading, wanted.get("language", "tr"))
            if left_out is not None:
                return await self._asked(state, {**wanted, "intents": []}, [left_out], caller, back=True)
        if intents and not reads:
            return await self._perhaps_question(state, wanted, reading, caller)
        if not intents and wanted.get("topic", "") not in _UNSETTLED:
            return wanted
        try:
            of_line = reading.utterance.text != state["message"]  # what is asked of a named line is the customer's own
            chosen = await self._choice.chosen(state, wanted, reading, reads, OF_LINES if of_line else ())
        except AgentError:
            return wanted
        if KNOWLEDGE in chosen:
            sure = max((each["probability"] for each in reads), default=0.0) >= _SURE_OF_OPERATION
            if not sure and intents == reads:
                return {**wanted, "intents": [], "topic": KNOWLEDGE, "choices": []}
            chosen = []
        chosen = chosen or await self._by_form(state, reads, caller)
        if not chosen:
            return wanted
        if chosen[0] in _UNKNOWN_AHEAD and stated.future:
            return {**wanted, "intents": [], "topic": HOW_TO, "choices": []}
        return await self._asked(state, wanted, chosen, caller)

    async def _of_plain(
        self, state: ConversationState, wanted: ConversationState, plain: PlainQuestion, caller: Caller
    ) -> ConversationState:
        """Return what is wanted where the form of a message, or what it goes on from, shows its fact."""
        asking: ConversationState = {**wanted, "intents": [], "entry": ""}
        if plain.fact == KNOWLEDGE:
            return {**asking, "topic": KNOWLEDGE, "choices": []}
        if plain.beside:
            asked = [AskedFact(fact=plain.fact, restriction={})]
            return {**wanted, "asked": asked, "intents": [], "topic": "", "choices": [], "unclear": 0}
        return await self._asked(
            state, asking, [plain.fact], caller, back=plain.back, packages=plain.packages, own=plain.own,
            lines=plain.lines,
        )  # fmt: skip

    async def beside_entry(self, fact: str, wanted: ConversationState, caller: Caller) -> ConversationState:
        """Return what is wanted, with the fact of the customer's own that is said with an entry of the pages.

        A fact of one line is told to a customer who has one: with several, a general question would be asked back.
        """
        needs = self._facts[fact].needs
        of_line = any(LINE in self._toolbox.get(name).arguments.model_fields for name in needs)
        if of_line and not await self._plain.has_one_line(caller):
            return wanted
        asked = [AskedFact(fact=fact, restriction={})]
        return {**wanted, "asked": asked, "intents": [intent for name in needs for intent in certain(name)]}

    async def _perhaps_question(
        self, state: ConversationState, wanted: ConversationState, reading: Reading, caller: Caller
    ) -> ConversationState:
        """Return a doubtful wish for a change as the question that it rather is; nothing is changed by that."""
        try:
            best, sure = await self._choice.likeliest(reading)
        except AgentError:
            return wanted
        least = min(each["probability"] for each in wanted["intents"])
        if least < _SURE_OF_OPERATION and best == KNOWLEDGE and sure >= _GENERAL:
            return {**wanted, "intents": [], "topic": KNOWLEDGE, "choices": []}
        if least < _CERTAIN and self._facts[best].find is not None and sure >= _GENERAL:
            return await self._asked(state, {**wanted, "intents": []}, [best], caller)
        return wanted

    async def _by_form(self, state: ConversationState, reads: Sequence[Intent], caller: Caller) -> list[str]:
        """Return the fact that the form of a question shows, where none was read for its operation."""
        message, operations = state["message"], {each["operation"] for each in reads}
        if operations & BILLING and await self._names_one_line(state, caller):
            return ["line_bill"]
        packages = len(await self.packages.named(message, caller)) if operations & {DETAILS, CATALOGUE} else 0
        return by_form(message, self._restrictions.stated(message), operations, packages)

    async def _named_lines(self, state: ConversationState, caller: Caller) -> Sequence[str]:
        """Return the customer's lines that a message names."""
        spoken_of = state.get("mentioned", NOTHING).get("line")
        choice = await self._lines.named(OWN_PACKAGE, state["message"], caller, spoken_of)
        return () if choice is None else choice.numbers

    async def _names_one_line(self, state: ConversationState, caller: Caller) -> bool:
        """Tell whether a message names one of the customer's several lines."""
        return len(await self._named_lines(state, caller)) == 1 and not await self._plain.has_one_line(caller)

    async def _asked(
        self, state: ConversationState, wanted: ConversationState, chosen: Sequence[str], caller: Caller, *,
        back: bool = False, packages: Sequence[str] = (), own: bool = False, lines: Sequence[str] = (),
    ) -> ConversationState:  # fmt: skip
        """Return what is wanted with facts; ``back`` tells that they are of the line that was spoken of last.

        ``packages`` are those that the message means without naming them, ``own`` tells that they are held against the
        customer's, and ``lines`` are those that they are asked of.
        """
        message = state["message"]
        restriction = await self._restrictions.read(state, chosen, caller)
        if packages:
            restriction = replace(restriction, packages=tuple(packages), own=own)
        again = chosen[0] in AGAIN and len(chosen) == 1
        names = [said["fact"] for said in state.get("said", [])[-1:]] if again else list(chosen)
        may_be_of_line = any("line" in self._facts[name].becomes for name in names)
        of_line = may_be_of_line and await self._names_one_line(state, caller)
        if names == [_FEE_DIFFERENCE] and not restriction.packages:
            several = len(await self._named_lines(state, caller)) >= _PAIR
            names = [_PACKAGE_FEE] if several else names  # how the fees of two lines differ
        this = Month.of(self._clock().astimezone(ISTANBUL).date())
        if runs_for_customer(names, message) and await self._is_own(restriction.packages, caller):
            restriction = replace(restriction, packages=())
            names = [OWN_SISTER.get(name, name) for name in names]
        moving = any(each["fact"] == MOVE_COST for each in state.get("said", [])[-1:])
        limited = [of_own_commitment(name, restriction, message, moving=moving) for name in names if name not in AGAIN]
        asked = [as_asked(name, within, self._facts, this, of_line) for name, within in limited]
        if again or back or points_back(message) or await self._goes_on_with_line(state, asked, caller):
            line = state.get("mentioned", NOTHING).get("line")
            asked = [{**each, "lines": [line]} for each in asked] if line else asked
        if not lines and _OF_ALL_LINES & {each["fact"] for each in asked}:
            lines = await self._lines.all_of(caller)
        if lines:
            asked = [{**each, "lines": list(lines)} for each in asked]
        if chosen[0] == "are_you_sure":
            asked = [{"fact": "are_you_sure", "restriction": {}}, *asked]
        writes = [each for each in wanted["intents"] if self._toolbox.is_write(each["operation"])]
        reads = [each for each in wanted["intents"] if each not in writes]
        needed = [intent for operation in await self._operations(asked, caller) for intent in certain(operation)]
        kept = reads if len(reads) > 1 else []  # a second wish is answered beside the fact
        known = {each["operation"] for each in needed}
        needed += [each for each in kept if each["operation"] not in known]
        said = [each["operation"] for each in reads]  # what was wished for runs in the order said, the rest after it
        needed.sort(key=lambda each: said.index(each["operation"]) if each["operation"] in said else len(said))
        return {
            **wanted, "asked": asked, "intents": [*needed, *writes], "topic": "" if needed or writes else ASKED,
            "choices": [], "unclear": 0, "language": IN_ANOTHER_LANGUAGE.get(chosen[0], wanted.get("language", "tr")),
        }  # fmt: skip

    async def _goes_on_with_line(self, state: ConversationState, asked: Sequence[AskedFact], caller: Caller) -> bool:
        """Tell whether a short question goes on about the one line that the last answer was about: "taahhüdü"."""
        last = state.get("said", [])[-1:]
        on_line = any(OF_LINES & set(self._facts[each["fact"]].needs) and not each.get("line") for each in last)
        of_line = all(OF_LINES & set(self._facts[each["fact"]].needs) for each in asked)
        if not on_line or not of_line or len(state["message"].split()) > _MOST_WORDS or last[0]["fact"] in LISTS:
            return False
        return not await self._named_lines(state, caller) and not await self._plain.has_one_line(caller)

    async def _is_own(self, packages: Sequence[str], caller: Caller) -> bool:
        """Tell whether the one package that a question names is that of the customer's only line."""
        if len(packages) != 1 or not await self._plain.has_one_line(caller):
            return False
        own = await self._toolbox.run(OWN_PACKAGE, {}, caller)
        return bool(own.model_dump()["package_name"] == packages[0])

    async def _operations(self, asked: Sequence[AskedFact], caller: Caller) -> list[str]:
        facts = [self._facts[each["fact"]] for each in asked]
        needed = [operation for fact in facts for operation in fact.needs]
        used = [operation for fact in facts for operation in fact.uses]
        if used and await self._plain.has_one_line(caller):
            needed += used
        return list(dict.fromkeys(needed))
