"""The package that a wish for a change leads to: "süperden premiuma", "aile paketinden çıkıp gence", "megaya geç".

Turkish marks the package that is left ("-den") and the one that is wanted ("-e"); a word that only one name has stands
for the whole name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.turkish import fold
from graph.understanding.corrections import kept
from graph.understanding.terms import packages_meant

_FROM = re.compile(r"\w*(?:dan|den|tan|ten)")
_TO = re.compile(r"\w*(?:[ae])")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_GENERIC = ("paket", "tarife")
_STEM = 4
"""Letters by which a word of a name is found again."""


async def target_package(message: str, sold: Sequence[str]) -> str | None:
    """Return the package that a message wants to change to; None where it names none, or several.

    Args:
        message: The customer's words.
        sold: Names of the packages that there are.
    """

    async def find(text: str) -> Sequence[str]:
        return packages_meant(text, sold)

    named = await kept(message, find)
    left = packages_left(message, sold)
    wanted = [name for name in named if name not in left]
    if len(wanted) > 1:
        wanted = [name for name in wanted if _TO.fullmatch(_last_word(message, name, sold))]
    return wanted[0] if len(wanted) == 1 else None


def packages_left(message: str, sold: Sequence[str]) -> list[str]:
    """Return the packages that a message names as those to go away from."""
    named = packages_meant(message, sold)
    return [name for name in named if _FROM.fullmatch(_last_word(message, name, sold))]


def _last_word(message: str, name: str, sold: Sequence[str]) -> str:
    """Return the last folded word by which a message names a package; its ending shows the case."""
    last, names = "", False
    for word in _WORD.findall(message):
        folded = fold(word)
        is_part = packages_meant(word, sold) == [name] or folded[:_STEM] in {
            part[:_STEM] for part in fold(name).split()
        }
        names = is_part or (names and folded.startswith(_GENERIC))
        last = folded if names else last
    return last.replace("'", "").replace("’", "")
