"""Short ways to write meanings for the scripted models (``evaluation.scripted``); a second reading that agrees."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, get_args

from evaluation.scenarios.format import Meaning, Topic


def meanings_of(
    table: Mapping[str, str | tuple[str, ...]],
    arguments: Mapping[str, Mapping[str, Any]] | None = None,
    readings: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Meaning]:
    """Return the meaning of each message of some tables.

    Args:
        table: Message -> operation, or tuple of operations, or ``talk:<topic>``, ``person``, ``misuse``,
            ``unsure:<operation>`` (a probability below any threshold), ``correction``.
        arguments: Message -> the arguments that it states.
        readings: Message -> further fields of its ``Meaning``: ``pick``, ``step``, ``reply``, ``conditional``.
    """
    stated, read = arguments or {}, readings or {}
    messages = {*table, *stated, *read}
    return {
        # set afterwards, since a test may let the model misread an operation that has no such argument
        message: meaning(table.get(message, ()), **read.get(message, {})).model_copy(
            update={"arguments": dict(stated.get(message, {}))}
        )
        for message in messages
    }


def meaning(short: str | tuple[str, ...] = (), **fields: Any) -> Meaning:
    """Return the meaning that a word of the table stands for.

    Args:
        short: An entry of the table; see ``meanings_of``.
        fields: Further fields of the meaning, which override the table's.
    """
    names = (short,) if isinstance(short, str) else short
    if names == ("correction",):
        return Meaning(**{"reply": "correction", "topic": "request", **fields})
    if len(names) == 1 and (topic := names[0].removeprefix("talk:")) in get_args(Topic):
        return Meaning(topic=topic, **fields)
    unsure = bool(names) and names[0].startswith("unsure:")
    return Meaning(operations=[name.removeprefix("unsure:") for name in names], unsure=unsure, **fields)


class Agreeing:
    """A second reading of consent that is always equally sure.

    Args:
        probability: Of a plain consent.
    """

    def __init__(self, probability: float = 0.99) -> None:
        self.probability = probability

    def plain_consent(self, reply: str, asked: str, marks: Collection[str]) -> float:
        """Return the fixed probability."""
        return self.probability


class Supporting:
    """A reading of support that finds every sentence supported but those with one of some words.

    Args:
        refuses: The words.
    """

    threshold = 0.5

    def __init__(self, *refuses: str) -> None:
        self.refuses = refuses

    def supported(self, evidence: str, sentence: str) -> float:
        """Return 1 or 0; nothing at all supports a courtesy only, which ends with a question mark."""
        if any(word in sentence for word in self.refuses):
            return 0.0
        return 1.0 if evidence or sentence.endswith("?") else 0.0
