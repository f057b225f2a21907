"""What differs between two turns: intents, calls, arguments, the words of the answer, time and tokens."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Told:
    """The side of a comparison.

    Attributes:
        intent: The first operation.
        calls: Each operation that ran, with its arguments.
        answer: What the customer was told.
        ms: From the request to the last word.
        tokens: Given to and made by the writer.
    """

    intent: str | None
    calls: Sequence[tuple[str, Mapping[str, Any]]]
    answer: str
    ms: int
    tokens: int

    @classmethod
    def of(cls, end: Mapping[str, Any], calls: Sequence[Mapping[str, Any]]) -> Told:
        """From a run's or a re-run's stored fields."""
        ran = [(call["operation"], call["arguments"]) for call in calls if call["kind"] == "run"]
        tokens = (end.get("tokens_in") or 0) + (end.get("tokens_out") or 0)
        return cls(end.get("intent"), ran, end.get("answer") or "", end.get("ms") or 0, tokens)


@dataclass(frozen=True)
class Difference:
    """What differs; ``same`` where nothing does but time and tokens.

    Attributes:
        intent: Before and after, where they differ.
        calls: Operations only before (``-``), only after (``+``) or with other arguments (``~``).
        words: The answer's words, each after a mark: ``=`` in both, ``-`` before only, ``+`` after only.
        ms: After less before.
        tokens: After less before.
    """

    intent: tuple[str | None, str | None] | None
    calls: list[tuple[str, str]]
    words: list[tuple[str, str]]
    ms: int
    tokens: int

    @property
    def same(self) -> bool:
        """Whether intent, calls and answer are the same."""
        return self.intent is None and not self.calls and all(mark == "=" for mark, _ in self.words)


def difference(before: Told, after: Told) -> Difference:
    """Compare two turns."""
    return Difference(
        None if before.intent == after.intent else (before.intent, after.intent),
        _calls(before.calls, after.calls),
        word_diff(before.answer, after.answer),
        after.ms - before.ms,
        after.tokens - before.tokens,
    )


def _calls(
    before: Sequence[tuple[str, Mapping[str, Any]]], after: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[tuple[str, str]]:
    gone = [call for call in before if call not in after]
    come = [call for call in after if call not in before]
    changed = {name for name, _ in gone} & {name for name, _ in come}
    found = [("~", name) for name in sorted(changed)]
    found += [("-", name) for name, _ in gone if name not in changed]
    return found + [("+", name) for name, _ in come if name not in changed]


def word_diff(before: str, after: str) -> list[tuple[str, str]]:
    """Runs of words with their marks (see ``Difference.words``)."""
    old, new = before.split(), after.split()
    found: list[tuple[str, str]] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("=", " ".join(old[i:j])))
            continue
        if i < j:
            found.append(("-", " ".join(old[i:j])))
        if k < m:
            found.append(("+", " ".join(new[k:m])))
    return found
