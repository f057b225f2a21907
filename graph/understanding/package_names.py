"""A message as it would be about a package that the models know: an operator's own names are new to them.

Code finds the names of the catalogue that is served; "Monsoon kaç para" means to a reader of meaning nothing that a
customer of a telephone company would ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.turkish import fold, fold_in_place

KNOWN_NAME = "Premium Paket"
"""A name that the models were trained with."""

_SHORTEST = 3
_GENERIC = frozenset({"paket", "paketi", "tarife", "tarifesi", "package", "plan"})


def with_known_name(text: str, names: Iterable[str]) -> str | None:
    """Return a text with a known name in the place of each of these; None where none of them stands in it.

    Args:
        text: The customer's words.
        names: Names of packages that they name, whole or by one word.
    """
    rest = text
    for name in names:
        whole = re.escape(fold(name))
        parts = [re.escape(word) for word in fold(name).split() if len(word) >= _SHORTEST and word not in _GENERIC]
        ends = r"(?:['’]?(?:[iu]|n?[iu]n|y?[iueao]|[dt][ae]n?|y[iu]))?"
        found = re.search(rf"\b(?:{'|'.join([whole, *parts])}){ends}\b", fold_in_place(rest))
        if found is not None:
            rest = f"{rest[: found.start()]}{KNOWN_NAME}{rest[found.end() :]}"
    return rest if rest != text else None
