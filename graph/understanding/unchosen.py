"""Words that stand where a value was asked for, and choose none: questions, refusals, what is wrong with a method."""

from __future__ import annotations

import re

from core.turkish import fold
from graph.understanding.methods import methods_in, refused_methods
from graph.understanding.named import is_question

_REQUESTS = re.compile(
    r"\b\w+(?:[ae]bil\w*|[iuae]r|s[ae]n(?:[iu]z)?) m[iu]\w*|\bol(?:ur|sa) m[iu]\w*|\bmumkun m[iu]\w*"
)
"""A request in the form of a question: "kartla öder misiniz", "ikinci hat olur mu"."""


_LEFT = re.compile(r"\b(?:bosver\w*|vazgec\w*|istemi\w+|iptal|kals[iu]n|olmas[iu]n|unut\w*)\b")


def asks_about(text: str) -> bool:
    """Return True for words that ask about a thing and do not ask for it: "hangi hatlarım var", "kart mı havale mi"."""
    said = fold(text)
    return said.rstrip().endswith("?") or is_question(_REQUESTS.sub(" ", said))


def chooses_none(text: str) -> bool:
    """Return True for words that ask about an option ("kart mı havale mi"), or only say what is wrong with a method."""
    named = methods_in(text)
    if not named and _LEFT.search(fold(text)):  # "ikincisini boşver" leaves one of the wishes
        return True
    return asks_about(text) or (bool(named) and set(named) <= set(refused_methods(text)))
