"""Score the reading of replies to a confirmation: false and true yeses at several thresholds.

A row (JSON Lines) has ``pending`` (the question), ``utterance`` and ``reply`` (yes, no, correction or other).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.decision.model import DecisionModel

THRESHOLDS = (0.5, 0.75, 0.85, 0.9, 0.95)
"""Thresholds to compare with the served one."""


class BadReplies(ValueError):
    """The file holds no replies; the message names the first bad line."""


@dataclass(frozen=True)
class Reply:
    """A reply with its label and the model's probability of a yes."""

    asked: str
    text: str
    is_yes: bool
    probability: float = 0.0


@dataclass(frozen=True)
class YesCounts:
    """Counts of replies that are read as a yes at one threshold.

    Attributes:
        threshold: The probability that a yes has to reach.
        false: Replies read as a yes that are none.
        others: All replies that are not a yes.
        true: Replies read as a yes that are one.
        yeses: All replies that are a yes.
    """

    threshold: float
    false: int
    others: int
    true: int
    yeses: int


def read_replies(file: Path) -> list[Reply]:
    """Return the replies to confirmations; rows about a step or a missing detail are skipped.

    Raises:
        BadReplies: A line is no row.
    """
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row: Mapping[str, Any] = json.loads(line)
            if "reply" in row and row.get("question", "reply") == "reply" and row["reply"] != "answer":
                found.append(Reply(str(row["pending"]), str(row["utterance"]), row["reply"] == "yes"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadReplies(f"{file}:{number}: no reply: {error!r}") from error
    if not found:
        raise BadReplies(f"{file}: no replies")
    return found


async def read_with(
    replies: Sequence[Reply],
    model: DecisionModel,
    question: Mapping[str, Any],
    done: Callable[[int], None] = lambda count: None,
) -> list[Reply]:
    """Return the replies with the model's probability of a yes, asked as the confirm node asks.

    Args:
        replies: To read.
        model: The decision model.
        question: The question ``reply`` of questions.md.
        done: Receives the number of read replies after each.
    """
    read = []
    for reply in replies:
        seen = {"message": reply.text, "context": reply.asked}
        answers = await model.ainvoke({"state": seen, "questions": {"reply": question}})
        read.append(Reply(reply.asked, reply.text, reply.is_yes, float(answers["reply"]["probabilities"]["yes"])))
        done(len(read))
    return read


def counted(replies: Sequence[Reply], threshold: float) -> YesCounts:
    """Count the replies that are read as a yes at a threshold."""
    taken = [reply for reply in replies if reply.probability >= threshold]
    yeses = sum(reply.is_yes for reply in replies)
    true = sum(reply.is_yes for reply in taken)
    return YesCounts(threshold, len(taken) - true, len(replies) - yeses, true, yeses)


def false_yeses(replies: Sequence[Reply], threshold: float) -> list[Reply]:
    """Return the replies read as a yes that are none, the most confident first."""
    wrong = [reply for reply in replies if not reply.is_yes and reply.probability >= threshold]
    return sorted(wrong, key=lambda reply: -reply.probability)
