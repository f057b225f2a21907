"""One HTTP call as data, and the reading of its answer. Sends nothing itself.

Both clients send these calls, so that paths, the rule for repeating and the reading of answers stand once.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from telekom_client.errors import BadAnswer, refusal

AnswerT = TypeVar("AnswerT", bound=BaseModel)

_OPERATIONS = "/api/v1/telekom"
_NO_CONTENT = 204
_FIRST_REFUSAL = 300


@dataclass(frozen=True)
class Call(Generic[AnswerT]):
    """One request.

    Attributes:
        method: HTTP method.
        path: From the server's root on.
        answer: The type of the answer.
        json: JSON body.
        form: Form fields instead of a JSON body.
        files: Files of a form instead of a JSON body: name, content and media type of each by its field.
        query: Query parameters.
        headers: Headers beside the token.
        repeatable: True where the call may be sent again although it may have arrived before: it changes nothing, or
            its idempotency key makes the server return the first answer.
        enveloped: True where the answer comes as ``{"success", "data"}``.
        accepted: Statuses beyond 2xx whose body is an answer, too.
    """

    method: str
    path: str
    answer: type[AnswerT]
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True
    enveloped: bool = False
    accepted: frozenset[int] = frozenset()

    def request(self, token: str | None) -> dict[str, Any]:
        """Return the arguments of httpx's ``request``."""
        return {
            "method": self.method,
            "url": self.path,
            "json": self.json,
            "data": self.form,
            "files": self.files,
            "params": self.query,
            "headers": {**self.headers, **authorization(token)},
        }

    def read(self, response: httpx.Response) -> AnswerT:
        """Return the typed answer.

        Raises:
            ApiError: The service refused.
            BadAnswer: The response is no answer of this service.
        """
        body = parse(response, self.accepted)
        try:
            return self.answer.model_validate(body["data"] if self.enveloped else body)
        except (ValidationError, KeyError, TypeError) as error:
            raise BadAnswer(f"the answer of {self.path} has another form than this client knows: {error}") from error


def authorization(token: str | None) -> dict[str, str]:
    """Return the header that carries a token; no header without one."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def parse(response: httpx.Response, accepted: frozenset[int] = frozenset()) -> Any:
    """Return the JSON of a success; an empty object for 204.

    Args:
        response: A response whose body has been read.
        accepted: Statuses beyond 2xx that count as a success.

    Raises:
        ApiError: The service refused.
        BadAnswer: There is no JSON.
    """
    if response.status_code == _NO_CONTENT:
        return {}
    try:
        body = response.json()
    except ValueError as error:
        status = response.status_code
        raise BadAnswer(f"the server answered {status} without JSON; is this the service?", status) from error
    if response.status_code >= _FIRST_REFUSAL and response.status_code not in accepted:
        raise refusal(response.status_code, body, response.headers.get("retry-after"))
    return body


def read_operation(path: str, answer: type[AnswerT], **arguments: Any) -> Call[AnswerT]:
    """Return the call of an operation that changes nothing."""
    return Call("POST", _OPERATIONS + path, answer, json=given(arguments), enveloped=True)


def write_operation(path: str, answer: type[AnswerT], key: str | None, **arguments: Any) -> Call[AnswerT]:
    """Return the call of an operation that changes something; its idempotency key makes repeating it safe.

    Args:
        path: Below the operations' prefix.
        answer: The type of the answer.
        key: The idempotency key; a new one where it is None.
        arguments: Arguments of the operation; None leaves one out.
    """
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return Call("POST", _OPERATIONS + path, answer, json=given(arguments), headers=headers, enveloped=True)


def segment(value: str) -> str:
    """Return a value quoted for use as one segment of a path."""
    return quote(value, safe="")


def given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that are not None."""
    return {name: value for name, value in arguments.items() if value is not None}
