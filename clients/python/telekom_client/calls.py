"""Each call as data: where it goes, what it sends, how its answer is read. Sends nothing itself.

Both clients send these, so that the paths, the rule when a call may be repeated and the reading of answers stand once.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from telekom_client import models
from telekom_client.errors import BadAnswer, ConnectionFailed, TelekomError, refusal

AnswerT = TypeVar("AnswerT", bound=BaseModel)

CHAT = "/api/v1/chat/"
STREAM = "/api/v1/chat/stream"
TOKEN = "/api/v1/auth/token"  # noqa: S105  a path
_TELEKOM = "/api/v1/telekom"
_OK = 300
_FIRST_FAULT = 500
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0


@dataclass(frozen=True)
class Call(Generic[AnswerT]):
    """One request.

    Attributes:
        path: From the server's root on.
        answer: The type of the answer.
        body: JSON to send; a GET where it is None.
        safe: Whether it may be sent again although it may have arrived before: it changes nothing, or its
            idempotency key makes the server give the first answer again.
        headers: Beside the token.
        enveloped: Whether the answer comes as ``{"success", "data"}``.
    """

    path: str
    answer: type[AnswerT]
    body: Mapping[str, Any] | None = None
    safe: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    enveloped: bool = False

    def request(self) -> dict[str, Any]:
        """The arguments of httpx's ``request``."""
        method = "GET" if self.body is None else "POST"
        return {"method": method, "url": self.path, "json": self.body, "headers": dict(self.headers)}

    def read(self, response: httpx.Response) -> AnswerT:
        """The typed answer.

        Raises:
            ApiError: The service refused.
            BadAnswer: It is no answer of this service.
        """
        body = parsed(response)
        try:
            return self.answer.model_validate(body["data"] if self.enveloped else body)
        except (ValidationError, KeyError, TypeError) as error:
            raise BadAnswer(f"the answer of {self.path} has another form than this client knows: {error}") from error


def parsed(response: httpx.Response) -> Any:
    """The JSON of a success.

    Raises:
        ApiError: The service refused.
        BadAnswer: There is no JSON.
    """
    try:
        body = response.json()
    except ValueError as error:
        status = response.status_code
        raise BadAnswer(f"the server answered {status} without JSON; is this the service?", status) from error
    if response.status_code >= _OK:
        raise refusal(response.status_code, body, response.headers.get("retry-after"))
    return body


def pause(call: Call[Any], failure: TelekomError, attempt: int, retries: int) -> float | None:
    """Seconds until the next attempt; None where it must not or need not be tried again.

    Args:
        call: What failed.
        failure: How.
        attempt: Attempts so far, from 1.
        retries: Attempts beyond the first at most.
    """
    if isinstance(failure, ConnectionFailed):
        may = call.safe or not failure.sent
    else:
        may = call.safe and (getattr(failure, "status", None) or 0) >= _FIRST_FAULT
    if not may or attempt > retries:
        return None
    wanted = getattr(failure, "retry_after", None)
    if wanted is not None and wanted > _LONGEST_PAUSE:
        return None  # the caller decides whether to wait so long
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt)
    return float(wanted) if wanted is not None else random.uniform(longest / 2, longest)


def chat(message: str | None, session_id: str | None, approve: bool | None) -> dict[str, Any]:
    """The body of a turn.

    Raises:
        ValueError: Neither a message nor a yes or no, or both.
    """
    if (message is None) == (approve is None):
        raise ValueError("give either a message or approve")
    body: dict[str, Any] = {"session_id": session_id} if session_id else {}
    return {**body, **({"message": message} if approve is None else {"resume": {"approve": approve}})}


def event(name: str, data: str) -> models.ChatEvent | None:
    """A server-sent event, typed; None for one that this client does not know.

    Raises:
        ApiError: The event says that the turn failed.
        BadAnswer: Its data has another form than this client knows.
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


def send_chat_message(message: str | None, session_id: str | None, approve: bool | None) -> Call[models.ChatAnswer]:
    """A turn; never repeated once it may have arrived: the customer would have said it twice."""
    return Call(CHAT, models.ChatAnswer, chat(message, session_id, approve), safe=False)


def check_chat_health() -> Call[models.Health]:
    """Whether the model is loaded."""
    return Call("/api/v1/chat/health", models.Health)


def get_conversation(session_id: str) -> Call[models.Conversation]:
    """A past conversation."""
    return Call(f"/api/v1/chat/sessions/{quote(session_id, safe='')}", models.Conversation)


def read(path: str, answer: type[AnswerT], **arguments: Any) -> Call[AnswerT]:
    """An operation that changes nothing."""
    return Call(_TELEKOM + path, answer, _given(arguments), enveloped=True)


def write(path: str, answer: type[AnswerT], key: str | None, **arguments: Any) -> Call[AnswerT]:
    """An operation that changes something; its key makes repeating it safe."""
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return Call(_TELEKOM + path, answer, _given(arguments), headers=headers, enveloped=True)


def _given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}
