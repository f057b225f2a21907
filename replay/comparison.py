"""Compare two turns: intent, calls, arguments, words of the answer, time and tokens.

Reads nothing from the database: a turn comes in as a ``RunSummary``. Texts are not masked here.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RunSummary:
    """The facts of one turn that a comparison looks at.

    Attributes:
        intent: The first operation.
        calls: Name and arguments of each operation that ran, in order.
        answer: The text of the answer; empty where the turn failed.
        ms: Milliseconds from the request to the last word; None where they compare with nothing.
        tokens: Input and output tokens of the chat model, added.
    """

    intent: str | None
    calls: Sequence[tuple[str, Mapping[str, Any]]]
    answer: str
    ms: int | None
    tokens: int

    @classmethod
    def of(cls, end: Mapping[str, Any], calls: Sequence[Mapping[str, Any]]) -> RunSummary:
        """Build a summary from stored fields.

        Args:
            end: ``intent``, ``answer``, ``ms``, ``tokens_in`` and ``tokens_out`` of a run or a re-run.
            calls: Its recorded calls; previews are left out.
        """
        ran = [(call["operation"], call["arguments"]) for call in calls if call["kind"] == "run"]
        tokens = (end.get("tokens_in") or 0) + (end.get("tokens_out") or 0)
        return cls(end.get("intent"), ran, end.get("answer") or "", end.get("ms"), tokens)


@dataclass(frozen=True)
class Difference:
    """The differences between two turns.

    Attributes:
        intent: The intents before and after; None where they are equal.
        calls: Pairs of mark and operation: ``-`` ran only before, ``+`` only after, ``~`` with other arguments.
        words: Pairs of mark and text of the answers: ``=`` in both, ``-`` only before, ``+`` only after.
        ms: Milliseconds after minus milliseconds before; None where one of them was not taken under like conditions.
        tokens: Tokens after minus tokens before.
    """

    intent: tuple[str | None, str | None] | None
    calls: list[tuple[str, str]]
    words: list[tuple[str, str]]
    ms: int | None
    tokens: int

    @property
    def same(self) -> bool:
        """True if intent, calls and answer are equal; time and tokens do not count."""
        return self.intent is None and not self.calls and all(mark == "=" for mark, _ in self.words)


def difference(before: RunSummary, after: RunSummary) -> Difference:
    """Compare two turns and return their differences."""
    return Difference(
        None if before.intent == after.intent else (before.intent, after.intent),
        _calls(before.calls, after.calls),
        word_diff(before.answer, after.answer),
        None if after.ms is None or before.ms is None else after.ms - before.ms,
        after.tokens - before.tokens,
    )


def _calls(
    before: Sequence[tuple[str, Mapping[str, Any]]], after: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[tuple[str, str]]:
    removed = [call for call in before if call not in after]
    added = [call for call in after if call not in before]
    changed = {name for name, _ in removed} & {name for name, _ in added}
    marked = [("~", name) for name in sorted(changed)]
    marked += [("-", name) for name, _ in removed if name not in changed]
    return marked + [("+", name) for name, _ in added if name not in changed]


def word_diff(before: str, after: str) -> list[tuple[str, str]]:
    """Compare two texts word by word; the pairs are described at ``Difference.words``."""
    old, new = before.split(), after.split()
    marked: list[tuple[str, str]] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            marked.append(("=", " ".join(old[i:j])))
            continue
        if i < j:
            marked.append(("-", " ".join(old[i:j])))
        if k < m:
            marked.append(("+", " ".join(new[k:m])))
    return marked
