"""A model server: one request with a time limit and one retry, and whether it can be used now."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx

from agent.errors import ServerFailed

_PROBE_SECONDS = 3.0
_FIRST_FAULT = 500
_log = logging.getLogger(__name__)
T = TypeVar("T")

FAILURES = (httpx.HTTPError, OSError, KeyError, TypeError, ValueError, IndexError)
"""What it looks like when a server cannot be reached, is too slow, refuses, or answers something else."""


class ModelServer:
    """A server of models, by its address.

    Remembers whether its last answer was good. A server that failed counts as unusable until it answers the question
    that ``try_with`` names.

    Args:
        url: Address, without a path of the interface.
        timeout: Limit of one attempt, seconds.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self.url = url
        self.timeout = timeout
        self._failed = False
        self._question: Callable[[], object] | None = None

    def try_with(self, question: Callable[[], object]) -> None:
        """Name a small question that shows whether a server that failed works again."""
        self._question = question

    def post(self, path: str, body: Mapping[str, Any], read: Callable[[Any], T]) -> T:
        """Send a request; once more where the first attempt fails.

        Args:
            path: From the address on.
            body: JSON to send.
            read: Takes what is wanted out of the answer; ``KeyError``, ``TypeError``, ``ValueError`` and ``IndexError``
                mean nonsense.

        Raises:
            ServerFailed: It gave no usable answer twice.
        """

        def attempt() -> T:
            response = httpx.post(f"{self.url}{path}", json=dict(body), timeout=self.timeout)
            response.raise_for_status()
            return read(response.json())

        return self.tried(attempt)

    def tried(self, attempt: Callable[[], T]) -> T:
        """Make an attempt, and a second one where it fails.

        Raises:
            ServerFailed: Both failed.
        """
        try:
            found = attempt()
        except FAILURES:
            try:
                found = attempt()
            except FAILURES as error:
                raise self.failure(error) from error
        self.worked()
        return found

    def failure(self, error: Exception) -> ServerFailed:
        """Note that the server failed, and give the error to raise."""
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
        """Whether it answers now."""
        if not self._failed or self._question is None:
            return self.reached()
        try:
            self._question()
        except ServerFailed:
            return False
        return True

    def reached(self) -> bool:
        """Whether something answers at the address."""
        try:
            return httpx.get(f"{self.url}/health", timeout=_PROBE_SECONDS).status_code < _FIRST_FAULT
        except httpx.HTTPError:
            return False
