"""The page's words for the errors of a turn."""

from __future__ import annotations

import logging

from chat.words import say
from conversation.service import (
    AgentError,
    ChangeDone,
    InvalidRequest,
    NothingPending,
    ThreadBusy,
    ThreadNotFound,
    WithColleague,
)
from core.languages import Language
from core.rate_limits import LimitReached
from core.slots import FULL

_log = logging.getLogger(__name__)

_ENTRIES: dict[type[Exception], str] = {
    ThreadBusy: "busy",
    ChangeDone: "change_done",
    NothingPending: "nothing_pending",
    WithColleague: "with_colleague",
    InvalidRequest: "invalid",
    ThreadNotFound: "not_found",
    AgentError: "agent",
    LimitReached: "too_many",
}
"""Entry of the words for an error, in ``errors``."""

KNOWN_ERRORS = tuple(_ENTRIES)
"""The errors that have words of their own."""


def error_text(error: Exception, language: Language) -> str:
    """Return what the page says about one of ``KNOWN_ERRORS``."""
    if isinstance(error, AgentError):
        _log.error("the model failed: %s", error)
    if isinstance(error, LimitReached):
        entry = "full" if error.name == FULL else "too_many"
        return say("errors", entry, language, seconds=error.retry_after)
    entry = next(entry for kind, entry in _ENTRIES.items() if isinstance(error, kind))
    return say("errors", entry, language)
