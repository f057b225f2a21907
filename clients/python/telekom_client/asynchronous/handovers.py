"""Hand-overs to a person, for accounts of the operator's staff."""

from __future__ import annotations

from telekom_client import models
from telekom_client.asynchronous.connection import AsyncConnection
from telekom_client.calls import Call, given, segment

_HANDOVERS = "/api/v1/handovers"


class AsyncHandovers(AsyncConnection):
    """Calls about hand-overs; ``get_session`` and ``follow_session`` with a ``thread_id`` read its conversation."""

    async def list_handovers(
        self, status: models.HandoverStatus | None = None, *, limit: int | None = None, offset: int | None = None
    ) -> models.HandoverPage:
        """Return hand-overs: the longest waiting first, closed ones after them.

        Args:
            status: Only those with this status; all by default.
            limit: Length of the page, 1 to 200; 50 by default.
            offset: Hand-overs to skip.
        """
        query = given({"status": status, "limit": limit, "offset": offset})
        return await self._send(Call("GET", _HANDOVERS, models.HandoverPage, query=query, enveloped=True))

    async def get_handover(self, handover_id: str) -> models.Handover:
        """Return one hand-over."""
        return await self._send(Call("GET", _path(handover_id), models.Handover, enveloped=True))

    async def take_handover(self, handover_id: str) -> models.Handover:
        """Take a hand-over; taking one's own again changes nothing. The customer is told, the assistant is silent.

        Raises:
            Conflict: A colleague has it, or it is closed.
        """
        return await self._send(Call("POST", f"{_path(handover_id)}/take", models.Handover, enveloped=True))

    async def write_to_customer(self, handover_id: str, text: str) -> models.ChatMessage:
        """Write to the customer of a hand-over that this account has taken.

        Args:
            handover_id: The hand-over.
            text: Up to 2000 characters.

        Raises:
            Conflict: This account does not have it.
        """
        path = f"{_path(handover_id)}/messages"
        body = {"text": text}
        return await self._send(Call("POST", path, models.ChatMessage, json=body, repeatable=False, enveloped=True))

    async def hand_back_handover(self, handover_id: str, note: str | None = None) -> models.Handover:
        """Give a conversation that this account has taken back to the assistant.

        Args:
            handover_id: The hand-over.
            note: For the customer; up to 2000 characters.

        Raises:
            Conflict: This account does not have it.
        """
        path = f"{_path(handover_id)}/hand-back"
        body = given({"note": note})
        return await self._send(Call("POST", path, models.Handover, json=body, repeatable=False, enveloped=True))

    async def close_handover(self, handover_id: str, note: str | None = None) -> models.Handover:
        """Close a hand-over, whoever has taken it.

        Args:
            handover_id: The hand-over.
            note: The outcome, which the customer reads; up to 2000 characters.

        Raises:
            Conflict: It is closed already.
        """
        path = f"{_path(handover_id)}/close"
        body = given({"note": note})
        return await self._send(Call("POST", path, models.Handover, json=body, repeatable=False, enveloped=True))


def _path(handover_id: str) -> str:
    return f"{_HANDOVERS}/{segment(handover_id)}"
