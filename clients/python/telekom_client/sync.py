"""The client for programs that wait."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import httpx
from httpx_sse import SSEError, connect_sse

from telekom_client import calls, models
from telekom_client.calls import AnswerT, Call
from telekom_client.errors import BadAnswer, ConnectionFailed, TelekomError

DEFAULT_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
"""Seconds; a turn of the small embedded model takes one or two, of a busy server more."""


class TelekomClient:
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
        http: httpx.Client | None = None,
    ) -> None:
        self._http = http or httpx.Client(base_url=base_url, timeout=timeout)
        self._retries = retries
        self.token = token

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def login(self, username: str, password: str) -> str:
        """Exchange a login and a password for a token, and use it from now on.

        Returns:
            The token.
        """
        try:
            response = self._http.post(calls.TOKEN, data={"username": username, "password": password})
        except httpx.TransportError as error:
            raise ConnectionFailed(error) from error
        self.token = str(calls.parsed(response)["access_token"])
        return self.token

    def send_chat_message(
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
        return self._send(calls.send_chat_message(message, session_id, approve))

    def stream_chat_message(
        self, message: str | None = None, *, session_id: str | None = None, approve: bool | None = None
    ) -> Iterator[models.ChatEvent]:
        """Take one turn and yield what happens; the last event is ``Done``. Closing the iterator stops the turn.

        Arguments and errors as in ``send_chat_message``.
        """
        body = calls.chat(message, session_id, approve)
        return self._events(body)

    def _events(self, body: dict[str, Any]) -> Iterator[models.ChatEvent]:
        try:
            with connect_sse(self._http, "POST", calls.STREAM, json=body, headers=self._headers()) as source:
                if source.response.is_error:
                    source.response.read()
                    calls.parsed(source.response)
                for sent in source.iter_sse():
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

    def check_chat_health(self) -> models.Health:
        """Whether the model is in memory now; asking loads nothing. Needs no token."""
        return self._send(calls.check_chat_health())

    def get_conversation(self, session_id: str) -> models.Conversation:
        """A past conversation of the customer."""
        return self._send(calls.get_conversation(session_id))

    def get_current_bill(self) -> models.CurrentBill:
        """The newest bill, paid or not."""
        return self._send(calls.read("/billing/current", models.CurrentBill))

    def get_bill_history(self, limit: int | None = None) -> models.PastBills:
        """Past bills, newest first.

        Args:
            limit: How many, 1 to 100; 12 by default.
        """
        return self._send(calls.read("/billing/history", models.PastBills, limit=limit))

    def pay_bill(
        self, method: models.Method, bill_id: str | None = None, *, idempotency_key: str | None = None
    ) -> models.PaidBill:
        """Pay a bill. The call itself is the explicit act: nothing is asked.

        Args:
            method: How to pay.
            bill_id: The current unpaid bill by default.
            idempotency_key: The same key never pays twice, even from another process; made anew by default.
        """
        return self._send(calls.write("/billing/pay", models.PaidBill, idempotency_key, method=method, bill_id=bill_id))

    def get_current_package(self, line_number: str | None = None) -> models.CustomerPackage:
        """The package of a line.

        Args:
            line_number: The main line by default.
        """
        return self._send(calls.read("/packages/current", models.CustomerPackage, line_number=line_number))

    def get_remaining_quotas(self, line_number: str | None = None) -> models.RemainingQuotas:
        """What is left of a line's allowances.

        Args:
            line_number: The main line by default.
        """
        return self._send(calls.read("/packages/quotas", models.RemainingQuotas, line_number=line_number))

    def get_available_packages(self) -> models.AvailablePackages:
        """The packages that the customer may choose from."""
        return self._send(calls.read("/packages/available", models.AvailablePackages))

    def get_customer_profile(self) -> models.CustomerProfile:
        """The customer's record."""
        return self._send(calls.read("/customers/profile", models.CustomerProfile))

    def create_support_ticket(
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
        return self._send(
            calls.write(
                "/support/tickets", models.CreatedTicket, idempotency_key,
                issue_description=issue_description, category=category, priority=priority,
            )
        )  # fmt: skip

    def check_network_status(self, region: str | None = None) -> models.NetworkStatus:
        """The network in a region.

        Args:
            region: City, or city and district; the customer's own by default.
        """
        return self._send(calls.read("/network/status", models.NetworkStatus, region=region))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _send(self, call: Call[AnswerT]) -> AnswerT:
        request = call.request()
        request["headers"] |= self._headers()
        attempt = 0
        while True:
            attempt += 1
            try:
                return call.read(self._http.request(**request))
            except httpx.TransportError as error:
                failure: TelekomError = ConnectionFailed(error)
            except TelekomError as error:
                failure = error
            wait = calls.pause(call, failure, attempt, self._retries)
            if wait is None:
                raise failure
            time.sleep(wait)
