"""The question of a message: which facts it asks for, beside the operation that it wants.

Facts decide which READ operations run. The decision model reads the fact; code reads months, counts, amounts and
names (``graph.asked.restrictions``). A message may also ask for the last facts again, with another restriction.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from agent.errors import AgentError
from core.clock import ISTANBUL, Clock
from core.languages import Language
from core.turkish import fold
from graph.asked.catalogue import named_by_part
from graph.asked.declared import GENERAL, KNOWLEDGE, NONE, FactCatalogue
from graph.asked.restrictions import Restriction, restriction_of
from graph.asked.values import Month
from graph.calls import certain
from graph.reading import ALSO_ASKED, Reading
from graph.reading import ASKED as QUESTION
from graph.state import AskedFact, ConversationState, Intent
from graph.understanding.context import points_back
from graph.understanding.general_questions import HOW_TO
from graph.understanding.intents import FIRST, LIKELY
from graph.understanding.named import methods_in
from graph.understanding.references import NOTHING
from tools.caller import Caller
from tools.errors import ToolError
from tools.toolbox import Toolbox

ASKED = "asked"
"""Topic of a message that asks for a fact of the conversation itself, which needs no operation."""

SAME_AGAIN = "same_again"
_IN_ANOTHER_LANGUAGE: Mapping[str, Language] = {"in_english": "en", "in_turkish": "tr"}
_AGAIN = frozenset({SAME_AGAIN, *_IN_ANOTHER_LANGUAGE, "are_you_sure"})
"""Questions that read the last facts once more."""

_OVERRULES = 0.6
"""Probability from which on a fact decides the operation against the one that was read."""

_COMPATIBLE = 0.2
"""Probability among all facts from which on one of the wanted operation is answered by itself."""

_ON_SUBJECT = 0.25
"""The same for a fact of what was spoken of last."""

_OFF_TOPIC = 0.85
"""The same where the message was read as one about something else."""

_OF_BILLS = frozenset({"get_current_bill", "get_past_bills", "get_payment_history"})
_PAID = re.compile(r"\b(?:oden|odemis|odedi|kapan|kapat|yat(?:ti|mis)|paid)\w*")
_REMINDED = re.compile(r"\b(?:mesaj|sms|hatirlat|uyari|ikaz|borc|remind|warn)\w*")
_UNKNOWN_AHEAD = frozenset(
    "named_yearly_cost named_fee package_fee package_yearly_cost bill_amount month_bill bill_change bills_total".split()
)
"""Facts of which nobody knows what they will be."""

_SURE_OF_OPERATION = 0.9
_GENERAL, _CERTAIN = 0.8, 0.95
"""Probability of a question from which on it goes before a doubtful wish for a change, and that of a certain wish."""

OWN_PACKAGE = "get_customer_package"
_RUNNER_UP = 0.1
"""Probability of a fact that is meant where "peki …?" names nothing for which the question before could be asked."""

_PAIR = 2
_USUAL, _LONG_AGO = 12, 36
"""Bills that are looked up where nothing is said of how many, and where a year or a month is named."""

_DETAILS, _NAME = "get_package_details", "package_name"
_CATALOGUE = "get_available_packages"
_BESIDE_LANGUAGE = 0.05
"""Probability of a fact beside the wish for another language from which on the message asks for that fact."""

_ANY_TIME = frozenset({"summarise", "not_kept"})
"""Facts of the conversation that may be asked for before anything was said."""

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
        if intents and not reads:
            return await self._perhaps_question(state, wanted, reading, caller)
        if not intents and wanted.get("topic", "") not in _UNSETTLED:
            return wanted
        try:
            chosen = await self._chosen(wanted, reading, reads, self._spoken_of(state))
        except AgentError:
            return wanted
        if KNOWLEDGE in chosen:
            sure = max((each["probability"] for each in reads), default=0.0) >= _SURE_OF_OPERATION
            return wanted if sure or intents != reads else {**wanted, "intents": [], "topic": KNOWLEDGE, "choices": []}
        chosen = chosen or await self._by_form(state, reads, caller)
        if not chosen:
            return wanted
        if chosen[0] in _UNKNOWN_AHEAD and restriction_of(state["message"], self._clock().date()).future:
            return {**wanted, "intents": [], "topic": HOW_TO, "choices": []}
        return await self._asked(state, wanted, chosen, caller)

    def _fits(self, name: str, operations: Collection[str]) -> bool:
        """Tell whether a fact, or one that it becomes, follows from one of some operations."""
        names = (name, *self._facts[name].becomes.values())
        return any(not set(operations).isdisjoint(self._facts[each].needs) for each in names)

    async def _perhaps_question(
        self, state: ConversationState, wanted: ConversationState, reading: Reading, caller: Caller
    ) -> ConversationState:
        """Return a doubtful wish for a change as the question that it rather is; nothing is changed by that."""
        try:
            found = await reading.among(QUESTION, self._possible(spoken=False))
        except AgentError:
            return wanted
        best = max(found, key=found.__getitem__)
        least = min(each["probability"] for each in wanted["intents"])
        if least < _SURE_OF_OPERATION and best == KNOWLEDGE and found[best] >= _GENERAL:
            return {**wanted, "intents": [], "topic": KNOWLEDGE, "choices": []}
        if least < _CERTAIN and self._facts[best].find is not None and found[best] >= _GENERAL:
            return await self._asked(state, {**wanted, "intents": []}, [best], caller)
        return wanted

    async def _chosen(
        self, wanted: ConversationState, reading: Reading, reads: Sequence[Intent], spoken_of: Collection[str]
    ) -> list[str]:
        """Return the names of the facts that a message asks for; none where it opens a subject as a whole."""
        operations = {each["operation"] for each in reads}
        found = await reading.among(QUESTION, self._possible(spoken=bool(spoken_of)))
        best = max(found, key=found.__getitem__)
        if best == SAME_AGAIN and not self._names_another(reading.utterance.text):
            best = max((name for name in found if name != SAME_AGAIN), key=found.__getitem__)
            best = best if found[best] >= _RUNNER_UP and self._facts[best].find is not None else SAME_AGAIN
        if best in (GENERAL, NONE):
            return []
        sure = found[best]
        fact = self._facts[best]
        if operations and fact.needs and not self._fits(best, operations) and sure < _OVERRULES:
            best, sure = self._best_of(operations, found)
        about = operations or set(wanted.get("choices", []))
        fits = self._fits(best, about)
        least = _OFF_TOPIC if wanted.get("topic") == "out_of_scope" else LIKELY
        if sure < (_COMPATIBLE if fits else _ON_SUBJECT if self._fits(best, spoken_of) else least):
            return []
        if best in _IN_ANOTHER_LANGUAGE:
            other, share = self._best_of(self._toolbox.names, found)
            return [best, other] if share >= _BESIDE_LANGUAGE else [best]
        second = await reading.probabilities(ALSO_ASKED) if ALSO_ASKED in reading.answered else {}
        other = max(second, key=second.__getitem__, default=NONE)
        also = other not in (NONE, GENERAL, best) and second[other] >= LIKELY and self._facts[other].find is not None
        return [best, other] if also and fact.find is not None else [best]

    async def _by_form(self, state: ConversationState, reads: Sequence[Intent], caller: Caller) -> list[str]:
        """Return the fact that the form of a question shows, where none was read for its operation.

        Two named packages are compared, a bill has a reason, a month's bill is paid or not, months are compared with
        the month that was spoken of.
        """
        message, operations = state["message"], {each["operation"] for each in reads}
        stated = restriction_of(message, self._clock().date())
        if operations & {_DETAILS, _CATALOGUE}:
            named = len(await self._packages(message, caller))
            return ["packages_compare"] if named > 1 or (named and stated.own) else []
        if not operations & _OF_BILLS:
            return []
        if stated.why:
            return ["debt_exists" if _REMINDED.search(fold(message)) else "bill_change"]
        return ["month_paid"] if stated.months and _PAID.search(fold(message)) else []

    def _names_another(self, message: str) -> bool:
        """Tell whether a message names a month, a count or a need, for which the question before may be asked again."""
        return bool(restriction_of(message, self._clock().astimezone(ISTANBUL).date()).as_data())

    def _spoken_of(self, state: ConversationState) -> set[str]:
        """Return the operations of the facts that were said last; those of the conversation itself count, too."""
        said = state.get("said", [])
        return {operation for each in said[-1:] for operation in self._facts[each["fact"]].needs} or {
            "" for _ in said[:1]
        }

    def _possible(self, spoken: bool) -> set[str]:
        """Return the facts that a message may ask for: those of the conversation only where something was said."""
        always = {GENERAL, NONE, KNOWLEDGE, *_ANY_TIME}
        return {name for name, fact in self._facts.items() if spoken or fact.find is not None or name in always}

    def _best_of(self, operations: Collection[str], found: Mapping[str, float]) -> tuple[str, float]:
        fitting = {name: share for name, share in found.items() if set(self._facts[name].needs) & set(operations)}
        if not fitting:
            return NONE, 0.0
        best = max(fitting, key=fitting.__getitem__)
        return best, fitting[best]

    async def _asked(
        self, state: ConversationState, wanted: ConversationState, chosen: Sequence[str], caller: Caller
    ) -> ConversationState:
        message = state["message"]
        restriction = await self._restriction(state, chosen, caller)
        again = chosen[0] in _AGAIN and len(chosen) == 1
        names = [said["fact"] for said in state.get("said", [])[-1:]] if again else list(chosen)
        asked = [self._fact(name, restriction) for name in names if name not in _AGAIN]
        if again or points_back(message):
            line = state.get("mentioned", NOTHING).get("line")
            asked = [{**each, "line": line} for each in asked] if line else asked
        if chosen[0] == "are_you_sure":
            asked = [{"fact": "are_you_sure", "restriction": {}}, *asked]
        writes = [each for each in wanted["intents"] if self._toolbox.is_write(each["operation"])]
        reads = [each for each in wanted["intents"] if each not in writes]
        needed = [intent for operation in await self._operations(asked, caller) for intent in certain(operation)]
        kept = reads if len(reads) > 1 else []  # a second wish is answered beside the fact
        known = {each["operation"] for each in needed}
        needed += [each for each in kept if each["operation"] not in known]
        return {
            **wanted, "asked": asked, "intents": [*needed, *writes], "topic": "" if needed or writes else ASKED,
            "choices": [], "unclear": 0, "language": _IN_ANOTHER_LANGUAGE.get(chosen[0], wanted.get("language", "tr")),
        }  # fmt: skip

    async def _restriction(self, state: ConversationState, chosen: Sequence[str], caller: Caller) -> Restriction:
        """Return what the question limits itself to; what it points back to counts, too."""
        message = state["message"]
        before = [Restriction.from_data(each["restriction"]) for each in state.get("said", [])[-1:]]
        spoken_of = next((each.months[0] for each in before if each.months), None)
        stated = restriction_of(message, self._clock().astimezone(ISTANBUL).date(), spoken_of)
        stated = replace(stated, method=next(iter(methods_in(message)), None))
        if any(self._is_of_packages(name) for name in chosen):
            stated = replace(stated, packages=tuple(await self._packages(message, caller)))
        if before and (chosen[0] in _AGAIN or (points_back(message) and not stated.months)):
            return stated.over(before[0])
        if before and stated.own and not stated.packages:  # "benimkinden ne kadar fazla"
            return replace(stated, packages=before[0].packages)
        return stated

    def _is_of_packages(self, name: str) -> bool:
        fact = self._facts[name]
        return name == SAME_AGAIN or "package" in fact.becomes or bool({_DETAILS, _CATALOGUE} & set(fact.needs))

    async def _packages(self, message: str, caller: Caller) -> Sequence[str]:
        """Return the packages that a message names, whole or by a word that only one of them has."""
        named = await self._toolbox.names_in(_DETAILS, _NAME, message)
        try:
            offered = (await self._toolbox.run(_CATALOGUE, {}, caller)).model_dump(mode="json")
        except ToolError:
            return named
        return list(dict.fromkeys([*named, *named_by_part(message, [each["name"] for each in offered["packages"]])]))

    def _fact(self, name: str, restriction: Restriction) -> AskedFact:
        """Return a fact as it is asked: another one where the question's restriction means that."""
        this = Month.of(self._clock().astimezone(ISTANBUL).date())
        holds = {
            "pair": len(restriction.packages) > 1,
            "compared": restriction.compared and len(restriction.months) == _PAIR,
            "sum": restriction.total and len(restriction.months) > 1,
            "cheap": restriction.needs and restriction.cheap,
            "own_much": restriction.own and restriction.how_much and bool(restriction.packages),
            "why": restriction.why,
            "one_month": len(restriction.months) == 1 and not restriction.last and not restriction.since,
            "month": any(month != this for month in restriction.months),
            "own": restriction.own and bool(restriction.packages),
            "package": bool(restriction.packages),
            "need": restriction.needs,
        }
        seen = {name}
        while True:
            becomes = self._facts[name].becomes
            other = next((becomes[reason] for reason, holding in holds.items() if holding and reason in becomes), name)
            if other in seen:
                return {"fact": name, "restriction": restriction.as_data()}
            name = other
            seen.add(name)

    async def _operations(self, asked: Sequence[AskedFact], caller: Caller) -> list[str]:
        facts = [self._facts[each["fact"]] for each in asked]
        needed = [operation for fact in facts for operation in fact.needs]
        used = [operation for fact in facts for operation in fact.uses]
        if used and await self._has_one_line(caller):
            needed += used
        return list(dict.fromkeys(needed))

    async def _has_one_line(self, caller: Caller) -> bool:
        profile = await self._toolbox.run("get_customer_profile", {}, caller)
        return len(profile.model_dump()["phone_numbers"]) == 1


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
    return operation == _DETAILS and any({_DETAILS, OWN_PACKAGE} <= set(fact.needs) for fact in facts)
