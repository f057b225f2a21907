"""Score the reading of replies to a proposed change as the served gate reads them: false yeses, yeses understood.

A row (JSON Lines) has ``pending`` (the question), ``utterance``, ``reply`` (yes, no, correction or other) and
optionally ``kind``, a word for reports. The question's text is all that is known of the change: from it the facts that
were asked are read, as the gate does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from database.seed.catalogue import package_names
from graph.reading import MessageReader, Utterance
from graph.understanding.consent import Consent, ConsentReader
from graph.understanding.terms import terms_in


class BadReplies(ValueError):
    """The file holds no replies; the message names the first bad line."""


@dataclass(frozen=True)
class LabeledReply:
    """A reply with its label.

    Attributes:
        asked: The question.
        text: The customer's words.
        label: yes, no, correction or other.
        kind: A word for reports; the label where the row has none.
    """

    asked: str
    text: str
    label: str
    kind: str


@dataclass(frozen=True)
class ReplyFigures:
    """Counts over a file.

    Attributes:
        false_yes: Replies that are no plain yes, on which a change would have run.
        n_not_yes: All replies that are no plain yes.
        true_yes: Plain yeses that are understood.
        n_yes: All plain yeses.
        true_correction: Corrections that are read as one.
        n_correction: All corrections.
        false_by_kind: False yeses by the kind of the reply.
    """

    false_yes: int
    n_not_yes: int
    true_yes: int
    n_yes: int
    true_correction: int
    n_correction: int
    false_by_kind: Mapping[str, int]


def read_replies(file: Path) -> list[LabeledReply]:
    """Return the replies to confirmations; rows about a step or a missing detail are skipped.

    Raises:
        BadReplies: A line is no row.
    """
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row: Mapping[str, Any] = json.loads(line)
            if "reply" in row and row.get("question", "reply") == "reply" and row["reply"] != "answer":
                label = str(row["reply"])
                kind = str(row.get("kind") or label)
                found.append(LabeledReply(str(row["pending"]), str(row["utterance"]), label, kind))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadReplies(f"{file}:{number}: no reply: {error!r}") from error
    if not found:
        raise BadReplies(f"{file}: no replies")
    return found


async def read_consents(
    replies: Sequence[LabeledReply],
    messages: MessageReader,
    consents: ConsentReader,
    done: Callable[[int], None] = lambda count: None,
) -> list[Consent]:
    """Read each reply as the gate does.

    Args:
        replies: The replies.
        messages: Reads words with the decision model.
        consents: Reads the consent.
        done: Called with the number of replies read so far.
    """
    found = []
    for reply in replies:
        reading = messages.read(Utterance(reply.text, reply.asked, "reply"))
        found.append(await consents.read(reading, terms_in(reply.asked, package_names())))
        done(len(found))
    return found


def figures(replies: Sequence[LabeledReply], consents: Sequence[Consent]) -> ReplyFigures:
    """Count the readings of replies against their labels."""
    labels = Counter(reply.label for reply in replies)
    false = false_yeses(replies, consents)
    pairs = list(zip(replies, consents, strict=True))
    return ReplyFigures(
        false_yes=len(false),
        n_not_yes=len(replies) - labels["yes"],
        true_yes=sum(reply.label == "yes" and consent.answer == "yes" for reply, consent in pairs),
        n_yes=labels["yes"],
        true_correction=sum(reply.label == consent.meaning == "correction" for reply, consent in pairs),
        n_correction=labels["correction"],
        false_by_kind=dict(Counter(reply.kind for reply, _ in false).most_common()),
    )


def false_yeses(replies: Sequence[LabeledReply], consents: Sequence[Consent]) -> list[tuple[LabeledReply, Consent]]:
    """Return the replies that are no plain yes and on which a change would have run."""
    return [
        (reply, consent)
        for reply, consent in zip(replies, consents, strict=True)
        if reply.label != "yes" and consent.answer == "yes"
    ]
