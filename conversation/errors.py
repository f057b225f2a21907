"""The errors of a conversation.

ConversationError
├── InvalidRequest   neither a message nor an answer, both, or a malformed session id
├── NothingPending   an answer where no confirmation is open
│   ├── QuestionClosed   an answer to a question that is no longer asked; another one is
│   └── ChangeDone       a no to a change that was carried out already
├── WithColleague    a pressed yes or no while a colleague has the conversation
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


class QuestionClosed(NothingPending):
    """An answer came to a question that is no longer asked; another one is."""


class ChangeDone(NothingPending):
    """A no came to a change that was carried out already."""


class WithColleague(ConversationError):
    """A yes or a no was pressed while a colleague has the conversation: the assistant asks nothing meanwhile."""


class ThreadBusy(ConversationError):
    """The thread was working on another message for longer than a request may wait."""
