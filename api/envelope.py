"""The forms of answers: the envelope of operations, hand-overs and runs, and a refusal elsewhere."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

DataT = TypeVar("DataT", bound=BaseModel)


class Success(BaseModel, Generic[DataT]):
    """An operation that happened."""

    success: Literal[True] = True
    data: DataT


class Problem(BaseModel):
    """The error of an operation that did not happen."""

    code: str = Field(description="stable English name")
    message: str = Field(description="Turkish, safe for a customer")
    details: dict[str, Any]


class Failure(BaseModel):
    """An operation that did not happen."""

    success: Literal[False] = False
    error: Problem


class Refusal(BaseModel):
    """A request that was not served, outside the envelope."""

    code: str = Field(description="stable English name")
    detail: str = Field(description="Turkish, safe for a customer")
    details: dict[str, Any] | None = Field(None, description="facts for programs; left out where there are none")


_MEANINGS = {
    401: "No valid login",
    402: "The payment system refused; nothing was charged",
    403: "The login may not do this",
    404: "It does not exist for this account",
    409: "The state forbids it",
    413: "It is too large",
    415: "It is of another kind than is taken here",
    429: "Too many requests; Retry-After says when to try again",
    422: "A value is malformed, missing or unknown",
    503: "Something that this needs does not answer; Retry-After says when to try again",
}
_LATER = (429, 503)
Responses = dict[int | str, dict[str, Any]]


def refusals(*statuses: int, form: type[BaseModel] = Refusal) -> Responses:
    """Describe the error answers of a route for the OpenAPI document.

    Args:
        statuses: HTTP statuses, of 401, 402, 403, 404, 409, 413, 415, 422, 503; 429 may be the answer of any route.
        form: The body's model; ``Failure`` for routes that answer in the envelope.
    """
    retry = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
    return {
        status: {
            "model": form,
            "description": _MEANINGS[status],
            **({"headers": retry} if status in _LATER else {}),
        }
        for status in sorted({*statuses, 429})
    }
