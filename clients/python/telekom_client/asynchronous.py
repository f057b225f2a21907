"""The client for programs with an event loop: the methods of ``client.sync.TelekomClient``, awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, Self

import httpx
from httpx_sse import SSEError, aconnect_sse

from telekom_client import calls, models
from telekom_client.calls import AnswerT, Call
from telekom_client.errors import BadAnswer, ConnectionFailed, TelekomError
from telekom_client.sync import DEFAULT_TIMEOUT


class AsyncTelekomClient:
    """Talks to the service as one account.

    Every method raises ``client.errors.TelekomError``. A call that failed is tried again where that is safe: reads, and
    writes under their idempotency key. A turn of a conversation is sent once.

    Args:
        base_url: Address of the server, for example ``http://localhost:8000``.
        token: Access token; see ``login``.
        timeout: Of one attempt, seconds.
        retries: Attempts beyond the first at most.
        http: Another httpx client to send with, for proxies and tests; its base URL must be the server's.
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
        """Let go of the connections."""
        await self._http.aclose()

    async def login(self, username: str, password: str) -> str:
        """Exchange a login and a password for a token, and use it from now on.

        Returns:
            The token.
        """
        try:
            response = await self._http.post(calls.TOKEN, data={"username": username, "password": password})
        except httpx.TransportError as error:
            raise ConnectionFailed(error) from error
        self.token = str(calls.parsed(response)["access_token"])
        return self.token

    async def send_chat_message(
        self, message: str | None = None, *, session_id: str | None = None, approve: bool | None = None
    ) -> models.ChatAnswer:
        """Take one turn of a conversation.

        Args:
            message: What the customer writes; it also answers a pending question.
            session_id: The conversation; a new one by default.
            approve: Instead of a message: the customer's yes or no to a pending confirmation.

        Raises:
            ValueError: Neither a message nor a yes or no, or both.
        """
        return await self._send(calls.send_chat_message(message, session_id, approve))

    def stream_chat_message(
        self, message: str | None = None, *, session_id: str | None = None, approve: bool | None = None
    ) -> AsyncGenerator[models.ChatEvent, None]:
        """Take one turn and yield what happens; the last event is ``Done``. Closing the generator stops the turn.

        Arguments and errors as in ``send_chat_message``.
        """
        body = calls.chat(message, session_id, approve)
        return self._events(body)

    async def _events(self, body: dict[str, Any]) -> AsyncGenerator[models.ChatEvent, None]:
        try:
            async with aconnect_sse(self._http, "POST", calls.STREAM, json=body, headers=self._headers()) as source:
                if source.response.is_error:
                    await source.response.aread()
                    calls.parsed(source.response)
                async for sent in source.aiter_sse():
                    found = calls.event(sent.event, sent.data)
                    if found is not None:
                        yield found
                    if isinstance(found, models.Done):
                        return
        except httpx.TransportError as error:
            raise ConnectionFailed(error) from error
        except SSEError as error:
            raise BadAnswer(f"the server sent no events: {error}") from error
        raise BadAnswer("the stream ended before the answer was whole")

    async def check_chat_health(self) -> models.Health:
        """Whether the model is in memory now; asking loads nothing. Needs no token."""
        return await self._send(calls.check_chat_health())

    async def get_conversation(self, session_id: str) -> models.Conversation:
        """A past conversation of the customer."""
        return await self._send(calls.get_conversation(session_id))

    async def get_current_bill(self) -> models.CurrentBill:
        """The newest bill, paid or not."""
        return await self._send(calls.read("/billing/current", models.CurrentBill))

    async def get_bill_history(self, limit: int | None = None) -> models.PastBills:
        """Past bills, newest first.

        Args:
            limit: How many, 1 to 100; 12 by default.
        """
        return await self._send(calls.read("/billing/history", models.PastBills, limit=limit))

    async def pay_bill(
        self, method: models.Method, bill_id: str | None = None, *, idempotency_key: str | None = None
    ) -> models.PaidBill:
        """Pay a bill. The call itself is the explicit act: nothing is asked.

        Args:
            method: How to pay.
            bill_id: The current unpaid bill by default.
            idempotency_key: The same key never pays twice, even from another process; made anew by default.
        """
        return await self._send(
            calls.write("/billing/pay", models.PaidBill, idempotency_key, method=method, bill_id=bill_id)
        )

    async def get_current_package(self, line_number: str | None = None) -> models.CustomerPackage:
        """The package of a line.

        Args:
            line_number: The main line by default.
        """
        return await self._send(calls.read("/packages/current", models.CustomerPackage, line_number=line_number))

    async def get_remaining_quotas(self, line_number: str | None = None) -> models.RemainingQuotas:
        """What is left of a line's allowances.

        Args:
            line_number: The main line by default.
        """
        return await self._send(calls.read("/packages/quotas", models.RemainingQuotas, line_number=line_number))

    async def get_available_packages(self) -> models.AvailablePackages:
        """The packages that the customer may choose from."""
        return await self._send(calls.read("/packages/available", models.AvailablePackages))

    async def get_customer_profile(self) -> models.CustomerProfile:
        """The customer's record."""
        return await self._send(calls.read("/customers/profile", models.CustomerProfile))

    async def create_support_ticket(
        self,
        issue_description: str,
        *,
        category: models.Category | None = None,
        priority: models.Priority | None = None,
        idempotency_key: str | None = None,
    ) -> models.CreatedTicket:
        """Open a fault ticket.

        Args:
            issue_description: The problem, 10 to 1000 characters.
            category: technical by default.
            priority: medium by default.
            idempotency_key: The same key never opens two tickets; made anew by default.
        """
        return await self._send(
            calls.write(
                "/support/tickets", models.CreatedTicket, idempotency_key,
                issue_description=issue_description, category=category, priority=priority,
            )
        )  # fmt: skip

    async def check_network_status(self, region: str | None = None) -> models.NetworkStatus:
        """The network in a region.

        Args:
            region: City, or city and district; the customer's own by default.
        """
        return await self._send(calls.read("/network/status", models.NetworkStatus, region=region))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def _send(self, call: Call[AnswerT]) -> AnswerT:
        request = call.request()
        request["headers"] |= self._headers()
        attempt = 0
        while True:
            attempt += 1
            try:
                return call.read(await self._http.request(**request))
            except httpx.TransportError as error:
                failure: TelekomError = ConnectionFailed(error)
            except TelekomError as error:
                failure = error
            wait = calls.pause(call, failure, attempt, self._retries)
            if wait is None:
                raise failure
            await asyncio.sleep(wait)
