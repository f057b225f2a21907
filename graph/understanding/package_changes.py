"""Several package changes in one message: "birinci hattımı gence, ikinciyi premiuma geçir" are two changes.

Each line belongs to the package that stands beside it; where that is not certain the message is no such list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.turkish import fold_in_place, named_by_part
from graph.understanding.lines import OwnLine, line_mentions

_SEVERAL = 2


def package_changes(message: str, lines: Sequence[OwnLine], packages: Sequence[str]) -> list[dict[str, Any]]:
    """Return the arguments of each package change, in the order of the words; none for a single one.

    Args:
        message: The customer's words.
        lines: The customer's lines, the main one first.
        packages: Names of the packages that there are.
    """
    mentions = line_mentions(fold_in_place(message), lines, bare=True)
    if len(mentions) < _SEVERAL or any(len(numbers) != 1 for _, _, numbers in mentions):
        return []
    starts = [start for start, _, _ in mentions]
    ends = [end for _, end, _ in mentions]
    package_follows = zip(starts, [*starts[1:], len(message)], strict=True)
    package_precedes = zip([0, *ends[:-1]], ends, strict=True)
    for stretches in (package_follows, package_precedes):
        named = [named_by_part(message[start:end], packages) for start, end in stretches]
        if all(len(names) == 1 for names in named):
            return [
                {"line_number": number, "new_package_name": name}
                for (_, _, [number]), [name] in zip(mentions, named, strict=True)
            ]
    return []
