"""The language of the chat page, as the visitor has chosen it for the whole site."""

from __future__ import annotations

from collections.abc import Sequence

import chainlit as cl
from chainlit.context import ChainlitContextException
from starlette.requests import cookie_parser

from core.languages import LANGUAGE_COOKIE, LANGUAGES, Language, page_language

_offered: list[Language] = [*LANGUAGES]
"""Those of the operator: Chainlit has one application in a process."""


def offer_languages(languages: Sequence[Language]) -> None:
    """Set the languages that the page can have, the operator's first one first."""
    _offered[:] = languages


def shown_language() -> Language:
    """Return the language of the page on the connection that is served; the operator's first where there is none."""
    try:
        environ = getattr(cl.context.session, "environ", None) or {}
    except ChainlitContextException:
        return page_language(None, _offered)
    return page_language(cookie_parser(environ.get("HTTP_COOKIE", "")).get(LANGUAGE_COOKIE), _offered)
