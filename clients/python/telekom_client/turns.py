"""A turn of a conversation: the body that is sent, and the server-sent events that come back."""

from __future__ import annotations

import json
from typing import Any

from telekom_client import models
from telekom_client.calls import given
from telekom_client.errors import BadAnswer, refusal

CHAT_PATH = "/api/v1/chat/"
STREAM_PATH = "/api/v1/chat/stream"


def turn_body(
    message: str | None, session_id: str | None, approve: bool | None, question_id: str | None
) -> dict[str, Any]:
    """Return the body of a turn.

    Raises:
        ValueError: Neither a message nor a yes or no is given, or both are.
    """
    if (message is None) == (approve is None):
        raise ValueError("give either a message or approve")
    body: dict[str, Any] = {"session_id": session_id} if session_id else {}
    if approve is None:
        return {**body, "message": message}
    return {**body, "resume": given({"approve": approve, "question_id": question_id})}


def turn_headers(key: str | None) -> dict[str, str]:
    """Return the header that names a turn; no header without a key."""
    return {} if key is None else {"Idempotency-Key": key}


def read_event(name: str, data: str) -> models.ChatEvent | None:
    """Return a server-sent event as its type; None for one that this client does not know.

    Args:
        name: The event's name.
        data: The event's JSON.

    Raises:
        ApiError: The event says that the turn failed.
        BadAnswer: The data has another form than this client knows.
    """
    try:
        body = json.loads(data)
        match name:
            case "token":
                return models.Token.model_validate(body)
            case "step":
                return models.Step.model_validate(body)
            case "pending":
                return models.Pending.model_validate(body)
            case "done":
                return models.Done(answer=models.ChatAnswer.model_validate(body))
            case "error":
                raise refusal(500, body)
    except ValueError as error:  # no JSON, or not of this form
        raise BadAnswer(f"the event {name!r} has another form than this client knows: {error}") from error
    return None


def read_followed(name: str, data: str) -> models.FollowEvent | None:
    """Return an event of a followed conversation as its type; None for one that this client does not know.

    Args:
        name: The event's name.
        data: The event's JSON.

    Raises:
        BadAnswer: The data has another form than this client knows.
    """
    try:
        body = json.loads(data)
        match name:
            case "message":
                return models.ChatMessage.model_validate(body)
            case "handover":
                return models.HandoverChange(handover=body)
    except ValueError as error:
        raise BadAnswer(f"the event {name!r} has another form than this client knows: {error}") from error
    return None
