"""The choice of the facts that a message asks for, from the probabilities of all of them.

The wanted operation, what was said last, a reason that is asked for and a subject that is left out weigh with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from agent.errors import AgentError
from core.languages import Language
from graph.asked.conversation import pair_of
from graph.asked.declared import GENERAL, KNOWLEDGE, NONE, Fact
from graph.asked.restrictions import Restriction
from graph.reading import ALSO_ASKED, Reading
from graph.reading import ASKED as QUESTION
from graph.state import ConversationState, Intent, SaidFact
from graph.understanding.asked_forms import BILLING, asks_if_done, compared_with_own, names_one_bill
from graph.understanding.elliptic import leaves_subject_out, sister_of, with_subject
from graph.understanding.focus import COMPARED, WHICH_ONE, asks_difference, asks_which, is_about_it, of_packages
from graph.understanding.intents import LIKELY
from graph.understanding.package_names import KNOWN_NAME
from graph.understanding.unnamed_lines import names_only_a_line

SAME_AGAIN = "same_again"
IN_ANOTHER_LANGUAGE: Mapping[str, Language] = {"in_english": "en", "in_turkish": "tr"}
AGAIN = frozenset({SAME_AGAIN, *IN_ANOTHER_LANGUAGE, "are_you_sure"})
"""Questions that read the last facts once more."""

_OVERRULES = 0.6
"""Probability from which on a fact decides the operation against the one that was read."""

_COMPATIBLE = 0.2
"""Probability among all facts from which on one of the wanted operation is answered by itself."""

_ON_SUBJECT = 0.25
"""The same for a fact of what was spoken of last."""

_OFF_TOPIC = 0.85
"""The same where the message was read as one about something else."""

_RUNNER_UP = 0.1
"""Probability of a fact that is meant where "peki …?" names nothing for which the question before could be asked."""

_OF_CONVERSATION = 0.6
"""Probability from which on a short question is one about what was said."""

_WITH_SUBJECT = 0.4
"""Probability of a fact of the last subject, read with its name before the question."""

_REASON = 0.2
"""Probability of the facts that have a reason from which on a question for one is about one of them."""

_OWN = 0.9
"""Probability from which on a fact goes before an entry of the operator's pages."""

_DIFFERENCES = frozenset({"bill_change", "bill_extras", "said_difference", "fee_difference"})
"""Facts that are read of a question how much more something is."""

_OPEN = frozenset({SAME_AGAIN, GENERAL, NONE, KNOWLEDGE})
"""What is read of a question that leaves its subject out."""

_REASONS = frozenset({"bill_change"})
"""Facts that are reasons themselves."""

_BESIDE_LANGUAGE = 0.05
"""Probability of a fact beside the wish for another language from which on the message asks for that fact."""

_FEE_DIFFERENCE, _CHEAPER = "fee_difference", "cheaper_than_mine"
_OF_A_PAIR = frozenset({"said_higher", "said_lower"})
_PAIR = 2
_NOT_KEPT = "not_kept"
_BILLS = "bills_list"
_COUNT, _ITS_AMOUNT = "bills_count", "bill_amount"
_ANY_TIME = frozenset({"summarise", _NOT_KEPT})
"""Facts of the conversation that may be asked for before anything was said."""


class FactChooser:
    """Chooses the facts that a message asks for.

    Args:
        facts: The declared facts by name.
        operations: Every operation.
        stated: Reads what a message limits its question to.
    """

    def __init__(
        self, facts: Mapping[str, Fact], operations: Collection[str], stated: Callable[[str], Restriction]
    ) -> None:
        self._facts = facts
        self._operations = operations
        self._stated = stated

    async def likeliest(self, reading: Reading, *, spoken: bool = False) -> tuple[str, float]:
        """Return the likeliest fact and its probability.

        Raises:
            AgentError: The model failed.
        """
        found = await reading.among(QUESTION, self._possible(spoken))
        best = max(found, key=found.__getitem__)
        return best, found[best]

    async def is_own(self, reading: Reading, *, spoken: bool) -> bool:
        """Tell whether a message certainly asks for a fact of the customer's own."""
        try:
            best, sure = await self.likeliest(reading, spoken=spoken)
        except AgentError:
            return False
        return self._facts[best].find is not None and sure >= _OWN

    async def left_out(self, state: ConversationState, reading: Reading, language: Language) -> str | None:
        """Return the fact that a short question means of what was said last, whose name it leaves out; else None."""
        said, text = state.get("said", [])[-1:], reading.utterance.text
        if not said:
            return None
        if names_only_a_line(text):
            return SAME_AGAIN
        stated = self._stated(text)
        if asks_if_done(text) and BILLING & set(self._facts[said[0]["fact"]].needs):
            return None
        try:
            best, sure = await self.likeliest(reading, spoken=True)
            fact, doubtful = self._facts[best], sure < _OF_CONVERSATION
            if compared_with_own(stated, said[0]["restriction"].get("packages", ())) and best in _DIFFERENCES:
                return _FEE_DIFFERENCE
            if best == _CHEAPER and stated.own and said[0]["restriction"].get("packages") and is_about_it(text):
                return _FEE_DIFFERENCE
            if (doubtful or best in _OPEN) and (sister := sister_of(said[0]["fact"], text, self._facts)):
                return sister
            of_figures = best.startswith("said_") and not _has_figures(best, state.get("said", []))
            of_conversation = fact.find is None and best not in _OPEN and not doubtful and not of_figures
            again = best == SAME_AGAIN and bool(stated.as_data())
            needs = self._facts[said[0]["fact"]].needs
            whole = with_subject(text, said[0], needs, language)
            if of_conversation or again or whole is None or not leaves_subject_out(text, stated):
                return None
            best, sure = await self.likeliest(reading.of(whole))
        except AgentError:
            return None
        fits = self._facts[best].find is not None and self._fits(best, with_family(needs))
        return best if fits and sure >= _WITH_SUBJECT else None

    async def of_packages(self, reading: Reading, packages: Sequence[str]) -> str | None:
        """Return the fact that a message asks for of the packages that it goes on from; None where it asks for none."""
        text = reading.utterance.text
        if asks_which(text):
            return WHICH_ONE if len(packages) >= _PAIR else None
        if asks_difference(text) and len(packages) >= _PAIR:
            return COMPARED
        try:
            best, sure = await self.likeliest(reading.of(f"{KNOWN_NAME} {text}"))
        except AgentError:
            return None
        fits = self._facts[best].find is not None and of_packages(best, self._facts)
        return best if fits and sure >= _WITH_SUBJECT else None

    async def chosen(
        self, state: ConversationState, wanted: ConversationState, reading: Reading, reads: Sequence[Intent],
        named: Collection[str] = (),
    ) -> list[str]:  # fmt: skip
        """Return the names of the facts that a message asks for; none where it opens a subject as a whole.

        Args:
            state: The state, with the facts that were said last.
            wanted: The intents and the topic, as read so far.
            reading: The message.
            reads: The READ operations among the intents.
            named: Operations that tell of what the message names.

        Raises:
            AgentError: The model failed.
        """
        operations = with_family({each["operation"] for each in reads})
        spoken_of = self.spoken_of(state)
        found = await reading.among(QUESTION, self._possible(spoken=bool(spoken_of)))
        best = max(found, key=found.__getitem__)
        if best == SAME_AGAIN and not self._names_another(reading.utterance.text):
            best = max((name for name in found if name != SAME_AGAIN), key=found.__getitem__)
            best = best if found[best] >= _RUNNER_UP and self._facts[best].find is not None else SAME_AGAIN
        if best in _OF_A_PAIR and not _has_figures(best, state.get("said", [])):
            return self._of_said(state)
        why = self._stated(reading.utterance.text).why
        if best in (GENERAL, NONE) or (best == _NOT_KEPT and why and operations):
            return []
        if best == _BILLS and names_one_bill(reading.utterance.text):
            return []  # "faturamı göster" opens the bill as a whole
        best = _ITS_AMOUNT if best == _COUNT and names_one_bill(reading.utterance.text) else best  # "faturam kaç"
        best = self._with_reason(best, found) if why else best
        sure = found[best]
        fact = self._facts[best]
        if operations and fact.needs and not self._fits(best, operations) and sure < _OVERRULES:
            best, sure = self._best_of(operations, found)
        about = operations or set(wanted.get("choices", []))
        fits = self._fits(best, about)
        least = _OFF_TOPIC if wanted.get("topic") == "out_of_scope" else LIKELY
        if sure < (_COMPATIBLE if fits else _ON_SUBJECT if self._fits(best, {*spoken_of, *named}) else least):
            return []
        if best in IN_ANOTHER_LANGUAGE:
            other, share = self._best_of(self._operations, found)
            return [best, other] if share >= _BESIDE_LANGUAGE else [best]
        second = await reading.probabilities(ALSO_ASKED) if ALSO_ASKED in reading.answered else {}
        other = max(second, key=second.__getitem__, default=NONE)
        also = other not in (NONE, GENERAL, best) and second[other] >= LIKELY and self._facts[other].find is not None
        return [best, other] if also and fact.find is not None else [best]

    def _of_said(self, state: ConversationState) -> list[str]:
        """Return the fact that was said last, where the highest or lowest one may be asked of it."""
        names = [each["fact"] for each in state.get("said", [])[-1:]]
        return [name for name in names if not {"highest", "lowest"}.isdisjoint(self._facts[name].becomes)]

    def _with_reason(self, best: str, found: Mapping[str, float]) -> str:
        """Return the likeliest fact that has a reason, for a question that asks for one."""
        reasons = {name for name in found if "why" in self._facts[name].becomes or name in _REASONS}
        if best in reasons or sum(found[name] for name in reasons) < _REASON:
            return best
        return max(reasons, key=found.__getitem__)

    def _fits(self, name: str, operations: Collection[str]) -> bool:
        """Tell whether a fact, or one that it becomes, follows from one of some operations."""
        names = (name, *self._facts[name].becomes.values())
        return any(not set(operations).isdisjoint(self._facts[each].needs) for each in names)

    def _names_another(self, message: str) -> bool:
        """Tell whether a message names a month, a count or a need, for which the question before may be asked again."""
        return bool(self._stated(message).as_data())

    def spoken_of(self, state: ConversationState) -> set[str]:
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


def _has_figures(name: str, said: Sequence[SaidFact]) -> bool:
    """Tell whether so many figures were said as a fact of the conversation is about."""
    return len(pair_of(said)) >= _PAIR if name in _OF_A_PAIR else bool(said and said[-1]["figures"])


def with_family(operations: Collection[str]) -> set[str]:
    """Return operations with those that tell of the same: a bill is told by its payments, too."""
    return {*operations, *BILLING} if BILLING & set(operations) else set(operations)
