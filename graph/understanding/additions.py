"""A reply that adds something to the change which waits, and that code cannot add: "pazartesi", "com.tr", "kat 3".

Read as a new message such words are an answer to a question that nobody asked (opening hours, an outage). They ask for
nothing, so that they are told to have changed nothing, and the question returns.
"""

from __future__ import annotations

import re

from core.turkish import fold
from graph.understanding.elliptic import names_subject
from graph.understanding.named import is_question

_MOST_WORDS = 6
_ASKS = re.compile(
    r"\b(?:goster|soyle|bak|listele|anlat|acikla|ogren|merak|gormek|gorebil|kontrol|sorgula|say\b|yaz\b|yazar|ver\b|ne\b"
    r"|kac|hangi|nerede|lazim|istiyor|peki|bu arada|ayrica|show|tell|list|check|see)\w*"
)
"""Words by which something is asked for."""
_WISHED = re.compile(r"\b\w{2,}(?:s[iu]n(?:lar|ler)?|y[iu]m)\b")
"""A wish about how it should be: "eve teknisyen gelsin"."""


def asks_nothing(words: str) -> bool:
    """Return True for a few words by which nothing is asked for."""
    said = fold(words)
    short = any(map(str.isalpha, said)) and len(said.split()) <= _MOST_WORDS
    return short and not is_question(words) and _ASKS.search(said) is None


def adds_only(words: str) -> bool:
    """Return True for a few words that ask for nothing and name no subject of their own, or only wish how it should be.

    Args:
        words: The reply to the question about a change.
    """
    return asks_nothing(words) and (_WISHED.search(fold(words)) is not None or not names_subject(words))
