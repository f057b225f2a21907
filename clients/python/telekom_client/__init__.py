"""Typed clients of the service, for programs that wait and for programs with an event loop.

They need httpx, httpx-sse and pydantic, and nothing of the service itself.
"""

from client.asynchronous import AsyncTelekomClient
from client.errors import (
    ApiError,
    BadAnswer,
    Conflict,
    ConnectionFailed,
    Forbidden,
    InvalidRequest,
    NotFound,
    NotLoggedIn,
    PaymentRefused,
    ServerFault,
    TelekomError,
    Unavailable,
)
from client.models import ChatAnswer, ChatEvent, Done, Pending, Step, Token
from client.sync import TelekomClient

__all__ = [
    "ApiError", "AsyncTelekomClient", "BadAnswer", "ChatAnswer", "ChatEvent", "Conflict", "ConnectionFailed", "Done",
    "Forbidden", "InvalidRequest", "NotFound", "NotLoggedIn", "PaymentRefused", "Pending", "ServerFault", "Step",
    "TelekomClient", "TelekomError", "Token", "Unavailable",
]  # fmt: skip
