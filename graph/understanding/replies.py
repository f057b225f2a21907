"""The meaning of a reply to a question; an unsure reading is "other", never a guess."""

from __future__ import annotations

import re

from agent.errors import AgentError
from core.turkish import fold
from graph.reading import Reading

REPLY_THRESHOLDS = {"yes": 0.87, "no": 0.6, "correction": 0.6, "answer": 0.5}
"""Probability that a reply has to reach to count; anything less is unclear. Whether a yes may run a change is not read
here but by ``graph.understanding.consent``."""

_STEP_THRESHOLD = 0.5
_TICKET = "create_fault_ticket"
_FEWEST_WORDS = 3
_ANOTHER_WISH = 0.6
"""Probability from which on the reply to the question for a description is a wish of its own."""
OTHER = "other"


_SAME = re.compile(r"\b(?:ayni\w*|o ariza|same|onunla ilgili|ona ekle\w*|kayda ekle\w*)\b")
_OTHER_FAULT = re.compile(
    r"\b(?:baska\w*|farkli\w*|ayri\w*|yeni\w*|another|different|separate|new)\b"
    r"|\b(?:ayni|same)\s+(?:\w+\s+)?degil\w*|\bnot the same\b"
)


def is_other_fault(reply: str) -> bool | None:
    """Return True for a reply that calls a fault another one, False for the same one, None where it tells neither."""
    said = fold(reply)
    other = _OTHER_FAULT.search(said) is not None
    same = _SAME.search(re.sub(r"\b(?:ayni\w*|same)\s+(?:\w+\s+)?degil\w*|\bnot the same\b", " ", said)) is not None
    return None if other == same or "?" in reply else other


async def describes_fault(words: Reading) -> bool:
    """Return True for words that are long enough for a description and wish for nothing else."""
    text = words.utterance.text
    if len(text.split()) < _FEWEST_WORDS or text.rstrip().endswith("?"):
        return False
    operation, probability = await _best(words, "operation")
    return operation in ("none", _TICKET) or (probability < _ANOTHER_WISH and operation != OTHER)


class ReplyReader:
    """Reads replies.

    Args:
        yes_threshold: Probability that a yes has to reach.
    """

    def __init__(self, yes_threshold: float = REPLY_THRESHOLDS["yes"]) -> None:
        self._thresholds = {**REPLY_THRESHOLDS, "yes": yes_threshold}

    async def reply(self, reading: Reading) -> str:
        """Return the meaning of a reply: yes, no, correction, answer or other."""
        option, probability = await _best(reading, "reply")
        return option if option in self._thresholds and probability >= self._thresholds[option] else OTHER

    async def step(self, reading: Reading) -> str:
        """Return the outcome of a step that the customer was asked to try: fixed, still, unable, ticket or other."""
        option, probability = await _best(reading, "step")
        return option if probability >= _STEP_THRESHOLD else OTHER


async def _best(reading: Reading, question: str) -> tuple[str, float]:
    try:
        return await reading.best(question)
    except AgentError:
        return OTHER, 0.0
