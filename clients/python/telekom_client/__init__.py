"""Typed clients of the telekom service: ``TelekomClient`` waits, ``AsyncTelekomClient`` runs on an event loop.

They need httpx, httpx-sse and pydantic, and nothing of the service itself.
"""

from telekom_client import models
from telekom_client.asynchronous import AsyncTelekomClient
from telekom_client.errors import (
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
from telekom_client.models import ChatAnswer, ChatEvent, Done, Pending, Step, Token
from telekom_client.sync import TelekomClient

__all__ = [
    "ApiError", "AsyncTelekomClient", "BadAnswer", "ChatAnswer", "ChatEvent", "Conflict", "ConnectionFailed", "Done",
    "Forbidden", "InvalidRequest", "NotFound", "NotLoggedIn", "PaymentRefused", "Pending", "ServerFault", "Step",
    "TelekomClient", "TelekomError", "Token", "Unavailable", "models",
]  # fmt: skip
