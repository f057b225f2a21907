"""Break the scores down: accuracy by kind and by operation, and the confusion of operations.

The rows are judged already; this module draws nothing and writes no report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluation.understanding.score import Judged, share

NONE = "none"
"""The place of a row without a tool, and of a message that got none, among the operations."""


@dataclass(frozen=True)
class Group:
    """The accuracy of some rows.

    Attributes:
        name: The property that the rows share.
        n: Number of rows.
        strict: Share whose set of tools is right.
        lenient: Share whose tools are right or an accepted alternative.
        args: Share of right arguments among the rows whose tools are right; None where there is no such row.
    """

    name: str
    n: int
    strict: float
    lenient: float
    args: float | None


@dataclass(frozen=True)
class OperationGroup(Group):
    """The rows that ask for one operation; ``precision`` is over the rows that got it, None where none did."""

    precision: float | None


@dataclass(frozen=True)
class Confusion:
    """Counts of rows by what was expected and what was chosen.

    Attributes:
        names: Operations and ``none``, the order of both axes.
        counts: A row of counts for each expected name.
        left_out: Rows with several tools, which have no one place.
    """

    names: Sequence[str]
    counts: Sequence[Sequence[int]]
    left_out: int


def by_kind(rows: Sequence[Judged]) -> list[Group]:
    """Return the accuracy of each kind of row, the largest first."""
    kinds = Counter(judged.row.kind for judged in rows)
    return [Group(kind, *_accuracy(one for one in rows if one.row.kind == kind)) for kind, _ in kinds.most_common()]


def by_operation(rows: Sequence[Judged], operations: Sequence[str]) -> list[OperationGroup]:
    """Return the accuracy of each operation that a row asks for; rows without an operation come last."""
    groups = []
    for name in (*operations, NONE):
        asked = [one for one in rows if name in one.row.names or (name == NONE and not one.row.tools)]
        given = [one for one in rows if name in one.understood.names or (name == NONE and not one.understood.calls)]
        if asked:
            hits = [one.lenient if name == NONE else name in one.row.names or name in one.row.alt for one in given]
            groups.append(OperationGroup(name, *_accuracy(asked), precision=share(hits) if given else None))
    return groups


def _accuracy(rows: Iterable[Judged]) -> tuple[int, float, float, float | None]:
    judged = list(rows)
    arguments = [one.arguments for one in judged if one.arguments is not None]
    return (
        len(judged), share([one.strict for one in judged]), share([one.lenient for one in judged]),
        share(arguments) if arguments else None,
    )  # fmt: skip


def confusion(rows: Sequence[Judged], operations: Sequence[str]) -> Confusion:
    """Count the chosen (likeliest) call against the expected one, over the rows that expect one tool or none."""
    names = [*operations, NONE]
    place = {name: index for index, name in enumerate(names)}
    counts = [[0] * len(names) for _ in names]
    single = [one for one in rows if len(one.row.tools) < 2]
    for judged in single:
        expected = judged.row.tools[0]["name"] if judged.row.tools else NONE
        counts[place[expected]][place[chosen(judged)]] += 1
    return Confusion(names, counts, len(rows) - len(single))


def chosen(judged: Judged) -> str:
    """Return the likeliest call of a row, or ``none``."""
    return judged.understood.calls[0][0] if judged.understood.calls else NONE
