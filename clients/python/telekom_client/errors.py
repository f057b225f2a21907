"""The errors of a call, as one tree.

TelekomError
├── ConnectionFailed     the server was not reached, or its answer was lost
├── BadAnswer            the response is no answer of this service
└── ApiError             the service refused; code, message, status, details
    ├── NotLoggedIn      401  no token, or one that is no longer valid
    ├── PaymentRefused   402  nothing was charged
    ├── Forbidden        403
    ├── NotFound         404
    ├── Conflict         409  the state forbids it
    ├── InvalidRequest   422, and other 4xx
    ├── Unavailable      503  an outside system does not answer; ``retry_after`` says when to try again
    └── ServerFault      other 5xx, and a fault in the middle of a stream
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx


class TelekomError(Exception):
    """Base of every error of this client."""


class ConnectionFailed(TelekomError):
    """The server was not reached, or its answer was lost.

    Attributes:
        sent: True where the request may have arrived, so that the change it asks for may have happened.
    """

    def __init__(self, error: httpx.TransportError) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.sent = not isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))


class BadAnswer(TelekomError):
    """The response is no answer of this service: a wrong address, or a proxy's page.

    Attributes:
        status: The HTTP status; None where the status was that of a success.
    """

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class ApiError(TelekomError):
    """The service refused.

    Attributes:
        code: Stable English name, for example ``BILL_ALREADY_PAID``.
        message: Turkish, fit for a customer.
        status: The HTTP status.
        details: Facts for programs.
        next_step: What the customer can do now, in Turkish; "" where the service names nothing.
        retry_after: Seconds to wait before trying again; None where waiting does not help.
    """

    def __init__(
        self, code: str, message: str, status: int, details: Mapping[str, Any], retry_after: float | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.details = dict(details)
        self.next_step = str(self.details.get("next_step", ""))
        self.retry_after = retry_after


class NotLoggedIn(ApiError):
    """There is no token, or it is no longer valid."""


class PaymentRefused(ApiError):
    """The payment system refused; nothing was charged."""


class Forbidden(ApiError):
    """The account may not do this."""


class NotFound(ApiError):
    """The named thing does not exist for this customer."""


class Conflict(ApiError):
    """The state forbids it: paid already, a conversation that is busy, nothing that waits for a yes."""


class InvalidRequest(ApiError):
    """A value is malformed, missing or unknown."""


class Unavailable(ApiError):
    """A system that the operation needs does not answer."""


class ServerFault(ApiError):
    """The service failed; ``details["reference"]`` finds the fault in its log."""


_BY_STATUS: Mapping[int, type[ApiError]] = {
    401: NotLoggedIn, 402: PaymentRefused, 403: Forbidden, 404: NotFound, 409: Conflict, 503: Unavailable,
}  # fmt: skip
_FIRST_SERVER_STATUS = 500


def refusal(status: int, body: object, retry_after: str | None = None) -> ApiError:
    """Return the exception for an answer that is no success.

    Args:
        status: The HTTP status.
        body: The parsed body: ``{"error": {code, message, details}}`` or ``{code, detail, details}``.
        retry_after: The header of that name.

    Raises:
        BadAnswer: The body is neither.
    """
    problem = body.get("error", body) if isinstance(body, dict) else None
    if not isinstance(problem, dict) or not isinstance(problem.get("code"), str):
        raise BadAnswer(f"the server answered {status} without saying why; is this the service?", status)
    fallback = ServerFault if status >= _FIRST_SERVER_STATUS else InvalidRequest
    message = str(problem.get("message") or problem.get("detail") or "")
    seconds = float(retry_after) if retry_after and retry_after.isdigit() else None
    return _BY_STATUS.get(status, fallback)(problem["code"], message, status, problem.get("details") or {}, seconds)
