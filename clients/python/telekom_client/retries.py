"""The rule for repeating a call that failed. Waits for nothing itself.

A library for retries would be a fourth dependency of everybody who installs the client; httpx's own transport retries
connections only and knows neither ``Retry-After`` nor which calls may be repeated.
"""

from __future__ import annotations

import random
from typing import Any

from telekom_client.calls import Call
from telekom_client.errors import ApiError, BadAnswer, ConnectionFailed, TelekomError

_FIRST_SERVER_ERROR = 500
_KEY_IN_USE = "IDEMPOTENCY_KEY_IN_USE"
"""The first attempt is still running, or died a moment ago."""

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0


def pause_before_retry(call: Call[Any], failure: TelekomError, attempt: int, retries: int) -> float | None:
    """Return the seconds to wait before the next attempt; None where there must be no further attempt.

    The pause is the server's ``Retry-After``, or grows exponentially with random jitter.

    Args:
        call: The call that failed.
        failure: The error of the last attempt.
        attempt: Attempts so far, from 1.
        retries: Attempts allowed beyond the first.
    """
    if attempt > retries or not _may_repeat(call, failure):
        return None
    wanted = failure.retry_after if isinstance(failure, ApiError) else None
    if wanted is not None:
        return wanted if wanted <= _LONGEST_PAUSE else None  # the caller decides whether to wait longer
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt)
    return random.uniform(longest / 2, longest)


def _may_repeat(call: Call[Any], failure: TelekomError) -> bool:
    if isinstance(failure, ConnectionFailed):
        return call.repeatable or not failure.sent
    if isinstance(failure, ApiError) and failure.code == _KEY_IN_USE:
        return call.repeatable
    status = failure.status if isinstance(failure, (ApiError, BadAnswer)) else None
    return call.repeatable and (status or 0) >= _FIRST_SERVER_ERROR
