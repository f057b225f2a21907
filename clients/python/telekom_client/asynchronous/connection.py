"""Sending: one httpx client, the token, and calls that are repeated where that is safe."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import httpx

from telekom_client.calls import AnswerT, Call
from telekom_client.errors import ConnectionFailed, TelekomError
from telekom_client.retries import pause_before_retry

DEFAULT_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
"""Seconds; a turn of the small embedded model takes one or two, of a busy server more."""


class AsyncConnection:
    """Sends calls as one account; ``AsyncTelekomClient`` describes the arguments.

    Attributes:
        token: The access token; None before ``login``.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        timeout: float | httpx.Timeout = DEFAULT_TIMEOUT,
        retries: int = 2,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._http = http or httpx.AsyncClient(base_url=base_url, timeout=timeout)
        self._retries = retries
        self.token = token

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _send(self, call: Call[AnswerT]) -> AnswerT:
        request = call.request(self.token)
        attempt = 0
        while True:
            attempt += 1
            try:
                return call.read(await self._http.request(**request))
            except httpx.TransportError as error:
                failure: TelekomError = ConnectionFailed(error)
            except TelekomError as error:
                failure = error
            pause = pause_before_retry(call, failure, attempt, self._retries)
            if pause is None:
                raise failure
            await asyncio.sleep(pause)
