"""The language of the chat page, as the visitor has chosen it for the whole site."""

from __future__ import annotations

import chainlit as cl
from chainlit.context import ChainlitContextException
from starlette.requests import cookie_parser

from core.languages import LANGUAGE_COOKIE, Language, page_language


def shown_language() -> Language:
    """Return the language of the page on the connection that is served; Turkish where there is none."""
    try:
        environ = getattr(cl.context.session, "environ", None) or {}
    except ChainlitContextException:
        return page_language(None)
    return page_language(cookie_parser(environ.get("HTTP_COOKIE", "")).get(LANGUAGE_COOKIE))
