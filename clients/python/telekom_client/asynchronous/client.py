"""The client of the service: every call in one class."""

from __future__ import annotations

from telekom_client.asynchronous.accounts import AsyncAccounts
from telekom_client.asynchronous.conversations import AsyncConversations
from telekom_client.asynchronous.handovers import AsyncHandovers
from telekom_client.asynchronous.operations import AsyncOperations
from telekom_client.asynchronous.photos import AsyncPhotos
from telekom_client.asynchronous.prompts import AsyncPrompts
from telekom_client.asynchronous.rollouts import AsyncRollouts
from telekom_client.asynchronous.runs import AsyncRuns
from telekom_client.asynchronous.users import AsyncUsers


class AsyncTelekomClient(
    AsyncAccounts, AsyncConversations, AsyncOperations, AsyncPhotos, AsyncHandovers, AsyncRuns, AsyncPrompts,
    AsyncRollouts, AsyncUsers,
):  # fmt: skip
    """Talks to the service as one account; a method is named as its operation id in the OpenAPI document.

    Every method raises ``telekom_client.TelekomError``. A call that failed is repeated where that is safe: reads, and
    writes under their idempotency key. A turn of a conversation is repeated only under a key that the caller gives.

    Args:
        base_url: Address of the server, for example ``http://localhost:8000``.
        token: Access token of an earlier ``login``.
        timeout: Of one attempt, seconds.
        retries: Attempts allowed beyond the first.
        http: Another httpx client to send with, for proxies and tests; its base URL must be the server's.
    """
