"""The reading of a reply to a proposed change: what it consents to, and what stands against running the change.

A change runs only on a plain consent: the reply says yes, now, and names nothing that the question did not state. The
decision model reads the reply; code checks numbers, times, conditions, parts, methods and directions
(``graph.understanding.named``); and a second reading that is independent of the decision model has to agree
(``agent.decision.consent``). Whatever one of the three does not take for a plain yes is none.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from agent.decision.consent import SecondReading
from agent.errors import AgentError
from core.turkish import fold
from graph.reading import Reading
from graph.understanding.commands import is_command
from graph.understanding.fillers import consents, consents_now
from graph.understanding.named import CHECKED, Kind, Named, unasked
from graph.understanding.replies import REPLY_THRESHOLDS
from graph.understanding.terms import Terms

LEAST = 0.2
"""Probability of a plain yes that each of the two readings has to reach by itself."""

EVIDENCE = 3.5
"""Log-odds that both readings have to reach together; see docs/decisions/0029."""

PLAIN_WORDS = 0.95
"""Agreement of a reply all of whose words are words of consent: code that reads a closed class is independent of the
decision model, too. The linear reading doubts "tamam", which also takes note of answers; see docs/decisions/0036."""

_WITH_COMMAND = 0.4
"""Probability that one of the two readings has to reach for a reply which code sees to be the mere command."""

_FIRST_COUNTS = 1.5
"""Weight of the decision model's log-odds beside the second reading's."""

_SUREST = 1 - 1e-4
_NO_TERMS = Terms()
_SAYS_YES = re.compile(r"(?:evet|tamam|olur|peki|tabii?|ok|okey|yes|sure)\b")
_SAYS_MAYBE = re.compile(r"\b(?:belki|olabilir|olur|bakar[iu]z|maybe|perhaps)\b")
_MOST_WORDS_OF_A_LIMIT = 4
_LEANS_TO_YES = 0.3
_LEANS_TO_NO = 0.3


@dataclass(frozen=True)
class Consent:
    """A reply to a proposed change, read.

    Attributes:
        answer: The consent: "yes", "no", or "neither" where the reply says neither or a yes is not plain.
        when: "later" where the reply names another time than now.
        named: The things that the reply names and the question does not state.
        meaning: The decision model's reading: yes, no, correction, answer or other.
        probabilities: Of the decision model's readings.
        agreement: Probability of a plain consent by the second reading.
        says_yes: Whether it begins with a word of consent, whatever follows: "evet ama …".
        says_limit: Whether it is no more than a part, a sum or "later": "sadece yarısını".
        says_maybe: Whether it leaves open what it agrees to: "limit yeterse belki".
    """

    answer: Literal["yes", "no", "neither"]
    when: Literal["now", "later"]
    named: tuple[Named, ...]
    meaning: str
    probabilities: dict[str, float]
    agreement: float
    says_yes: bool = False
    says_maybe: bool = False
    says_limit: bool = False

    @property
    def obstacle(self) -> Kind | None:
        """The first thing that keeps a reply which leans to yes from being a plain one, where code can tell."""
        leans_to_yes = self.probabilities.get("yes", 0.0) >= _LEANS_TO_YES or self.meaning == "correction"
        leans_to_yes = leans_to_yes or self.says_yes or self.says_maybe or self.says_limit
        if self.answer != "neither" or not leans_to_yes:
            return None
        kinds = [each.kind for each in self.named if each.kind in CHECKED]
        return "owner" if "owner" in kinds else next(iter(kinds), None)  # whose it is goes before what else was named

    @property
    def is_limit(self) -> bool:
        """True where the reply names a limit that cannot be kept, and no other value for the change."""
        kinds = {each.kind for each in self.named}
        others = kinds & {"number", "address", "method", "package"}
        return bool(kinds & {"time", "condition", "part", "owner"}) and (not others or self.is_for_other)

    @property
    def is_for_other(self) -> bool:
        """True where the reply names another owner, whatever number of his stands beside."""
        return any(each.kind == "owner" for each in self.named)

    def short_of(self, kind: Kind, words: str) -> Consent:
        """Return the reading as that of no plain yes, because of what the conversation before the question shows."""
        answer = "neither" if self.answer == "yes" else self.answer
        return replace(self, answer=answer, named=(*self.named, Named(kind, words)))

    @property
    def evidence(self) -> float:
        """Log-odds of a plain yes by both readings together."""
        return _evidence(self.probabilities.get("yes", 0.0), self.agreement)

    @property
    def is_doubted(self) -> bool:
        """True for a reply that is rather a yes than not, of which nothing tells why it is no plain one."""
        named = {each.kind for each in self.named}
        return self.answer == "neither" and self.evidence >= 0 and CHECKED.isdisjoint(named)

    @property
    def leans_to_no(self) -> bool:
        """True for a reply that rather refuses than agrees; a wish beside it takes the place of the change."""
        refusing = self.probabilities.get("no", 0.0)
        return self.answer == "no" or (refusing >= _LEANS_TO_NO and refusing > self.probabilities.get("yes", 0.0))

    def as_data(self) -> dict[str, Any]:
        """Return the reading as plain data without the customer's words, for the receipt of a change."""
        return {
            "answer": self.answer, "when": self.when, "named": sorted({each.kind for each in self.named}),
            "meaning": self.meaning, "agreement": round(self.agreement, 4),
        }  # fmt: skip


class ConsentReader:
    """Reads replies to proposed changes.

    Args:
        second: The second reading.
        yes_threshold: Probability of a yes that the decision model has to reach by itself.
    """

    def __init__(self, second: SecondReading, yes_threshold: float = LEAST) -> None:
        self._second = second
        self._yes_threshold = yes_threshold

    async def read(self, reading: Reading, terms: Terms = _NO_TERMS, *, discussed: bool = False) -> Consent:
        """Return the consent of a reply, whose reading has the question as its context.

        A reply that is a little doubted and names nothing else is read once more without what it only restates.

        Args:
            reading: The reply.
            terms: What of the change it may name.
            discussed: Whether other words were said of the change before, so that "tamam" may take note of an answer.
        """
        consent, said = await self._read(reading, terms, discussed=discussed), reading.utterance
        rest = terms.unstated(said.text, said.context) if consent.is_doubted else None
        if rest is None:
            return consent
        again = await self._read(reading.of(rest), terms, discussed=discussed)
        return again if again.answer == "yes" else consent

    async def _read(self, reading: Reading, terms: Terms, *, discussed: bool) -> Consent:
        reply, asked = reading.utterance.text, reading.utterance.context
        others = [Named("package", fold(name)) for name in terms.other_packages(reply)]
        named = (*unasked(reply, asked), *others)
        marks = {each.kind for each in named}
        try:
            probabilities = {option: float(share) for option, share in (await reading.probabilities("reply")).items()}
        except AgentError:
            probabilities = {}
        option = max(probabilities, key=probabilities.__getitem__, default="other")
        meaning = option if probabilities.get(option, 0.0) >= REPLY_THRESHOLDS.get(option, 1.1) else "other"
        yes, agreement = probabilities.get("yes", 0.0), self._second.plain_consent(reply, asked, marks)
        if not discussed and consents(reply):
            agreement = max(agreement, PLAIN_WORDS)
        plain = consents_now(reply) or (not discussed and is_command(reply, asked))
        commanded = plain and marks.isdisjoint(CHECKED)
        answer: Literal["yes", "no", "neither"] = "neither"
        if commanded and max(yes, agreement) >= _WITH_COMMAND:
            answer = "yes"
        elif meaning == "no":
            answer = "no"
        elif meaning != "correction" and not marks & CHECKED and self._is_certain(yes, agreement):
            answer = "yes"
        when: Literal["now", "later"] = "later" if "time" in marks else "now"
        says_yes = _SAYS_YES.match(fold(reply)) is not None
        says_maybe = _SAYS_MAYBE.search(fold(reply)) is not None
        is_short = len(reply.split()) <= _MOST_WORDS_OF_A_LIMIT and "question" not in marks
        says_limit = is_short and any(map(_is_limit, named))
        return Consent(answer, when, named, meaning, probabilities, agreement, says_yes, says_maybe, says_limit)

    def _is_certain(self, yes: float, agreement: float) -> bool:
        """Return True if neither reading doubts a yes and both together are sure enough."""
        return yes >= self._yes_threshold and agreement >= LEAST and _evidence(yes, agreement) >= EVIDENCE


def _is_limit(named: Named) -> bool:
    """Return True for what nobody names by itself but to limit a change."""
    return named.kind == "part" or (named.kind == "time" and named.text == "sonra")


def _evidence(yes: float, agreement: float) -> float:
    return _FIRST_COUNTS * _log_odds(yes) + _log_odds(agreement)


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1 - _SUREST), _SUREST)
    return math.log(bounded / (1 - bounded))
