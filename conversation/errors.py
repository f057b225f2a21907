"""The errors of a conversation.

ConversationError
├── InvalidRequest   neither a message nor an answer, both, or a malformed session id
├── NothingPending   an answer where no confirmation is open
└── ThreadBusy       another message of the thread is still being worked on

``ThreadNotFound`` (the thread does not exist for this customer) comes from ``database.threads``.
"""

from __future__ import annotations


class ConversationError(Exception):
    """Head of the errors for a turn that could not be taken; nothing was done."""


class InvalidRequest(ConversationError):
    """The request is malformed."""


class NothingPending(ConversationError):
    """An answer came where no confirmation is open."""


class ThreadBusy(ConversationError):
    """The thread was working on another message for longer than a request may wait."""
