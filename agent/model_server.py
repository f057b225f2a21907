"""A model server: requests with a time limit and one retry, and the server's state.

What is sent and how an answer is read is the business of the chat and decision models.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx
import stamina

from agent.errors import ServerFailed

_PROBE_SECONDS = 3.0
_FIRST_FAULT = 500
_log = logging.getLogger(__name__)
T = TypeVar("T")

FAILURES = (httpx.HTTPError, OSError, KeyError, TypeError, ValueError, IndexError)
"""Raised when a server cannot be reached, is too slow, refuses, or gives an answer of another form."""

_ONE_RETRY: dict[str, Any] = {"attempts": 2, "timeout": None, "wait_initial": 0.0, "wait_max": 0.0, "wait_jitter": 0.0}


class ModelServer:
    """A model server.

    The object remembers a failure. A server that failed counts as unusable until it answers the question of
    ``try_with``.

    Args:
        url: The server's address, without a path.
        timeout: Time limit of one attempt, seconds.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self.url = url
        self.timeout = timeout
        self._failed = False
        self._question: Callable[[], object] | None = None

    def try_with(self, question: Callable[[], object]) -> None:
        """Set the small question that a failed server must answer to count as usable again."""
        self._question = question

    def post(self, path: str, body: Mapping[str, Any], read: Callable[[Any], T]) -> T:
        """Send a request, with one retry.

        Args:
            path: Path after the server's address.
            body: JSON to send.
            read: Reads the result from the decoded answer; raises ``KeyError``, ``TypeError``, ``ValueError`` or
                ``IndexError`` for an answer of another form.

        Raises:
            ServerFailed: Both attempts failed.
        """

        def attempt() -> T:
            response = httpx.post(f"{self.url}{path}", json=dict(body), timeout=self.timeout)
            response.raise_for_status()
            return read(response.json())

        return self.tried(attempt)

    def tried(self, attempt: Callable[[], T]) -> T:
        """Make an attempt, with one retry.

        Raises:
            ServerFailed: Both attempts failed.
        """
        try:
            found = stamina.RetryingCaller(**_ONE_RETRY)(FAILURES, attempt)
        except FAILURES as error:
            raise self.failure(error) from error
        self.worked()
        return found

    async def tried_async(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Make an attempt, with one retry, without holding the event loop; errors as in ``tried``."""
        try:
            found = await stamina.AsyncRetryingCaller(**_ONE_RETRY)(FAILURES, attempt)
        except FAILURES as error:
            raise self.failure(error) from error
        self.worked()
        return found

    def failure(self, error: Exception) -> ServerFailed:
        """Note that the server failed, and return the error to raise."""
        if not self._failed:
            _log.warning("the model server %s failed: %s", self.url, error)
        self._failed = True
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return ServerFailed(f"The model server {self.url} gave no usable answer, twice ({reason}).")

    def worked(self) -> None:
        """Note that the server gave a good answer."""
        if self._failed:
            _log.warning("the model server %s answers again", self.url)
        self._failed = False

    def usable(self) -> bool:
        """Return True where the server answers now."""
        if not self._failed or self._question is None:
            return self.reached()
        try:
            self._question()
        except ServerFailed:
            return False
        return True

    def reached(self) -> bool:
        """Return True where something answers at the address."""
        try:
            return httpx.get(f"{self.url}/health", timeout=_PROBE_SECONDS).status_code < _FIRST_FAULT
        except httpx.HTTPError:
            return False
