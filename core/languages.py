"""The languages in which customers are answered, and in which the pages speak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Language = Literal["tr", "en"]
"""Turkish or English, as an ISO 639-1 code."""

LANGUAGES: tuple[Language, ...] = ("tr", "en")
"""All of them."""

LANGUAGE_COOKIE = "telekom_language"
"""Name of the cookie that holds the language of the pages; their scripts set it, too."""


def page_language(chosen: str | None, offered: Sequence[Language] = LANGUAGES) -> Language:
    """Return the language of a page: the operator's first one, unless a visitor has chosen another that he offers.

    Args:
        chosen: The value of the cookie.
        offered: The languages of the operator's pages.
    """
    return next((language for language in offered if language == chosen), offered[0])
