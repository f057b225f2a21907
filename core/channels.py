"""The channels through which a customer reaches the service, each with the value that the records store.

Says nothing about what a channel may do: a call's ``Caller`` says that.
"""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """The origin of a request; stored with every recorded turn and every audit entry."""

    CHAT = "chat"
    """The chat page."""
    REST = "rest"
    """The conversations and the operations over REST."""
    LANGSERVE = "langserve"
    """The LangServe routes and their playground."""
    TERMINAL = "terminal"
    """``telekom chat`` with the service in its own process."""
    STUDIO = "studio"
    """The LangGraph development server."""
    REPLAY = "replay"
    """A re-run of a recorded turn, on a copy of the data."""
    SERVICE = "service"
    """The service itself, when it ends what was interrupted."""
