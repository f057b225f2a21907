"""The languages in which customers are answered, and in which the pages speak."""

from __future__ import annotations

from typing import Literal

Language = Literal["tr", "en"]
"""Turkish or English, as an ISO 639-1 code."""

LANGUAGE_COOKIE = "telekom_language"
"""Name of the cookie that holds the language of the pages; their scripts set it, too."""


def page_language(chosen: str | None) -> Language:
    """Return the language of a page: Turkish, unless a visitor has chosen English.

    Args:
        chosen: The value of the cookie.
    """
    return "en" if chosen == "en" else "tr"
