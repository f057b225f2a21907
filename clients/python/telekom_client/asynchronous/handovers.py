"""Hand-overs to a person, for accounts of the operator's staff."""

from __future__ import annotations

from telekom_client import models
from telekom_client.asynchronous.connection import AsyncConnection
from telekom_client.calls import Call, given, segment

_HANDOVERS = "/api/v1/handovers"


class AsyncHandovers(AsyncConnection):
    """Calls about hand-overs; ``get_session`` with a hand-over's ``thread_id`` reads its conversation."""

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
        """Take a hand-over; taking one's own again changes nothing.

        Raises:
            Conflict: A colleague has it, or it is closed.
        """
        return await self._send(Call("POST", f"{_path(handover_id)}/take", models.Handover, enveloped=True))

    async def close_handover(self, handover_id: str, note: str | None = None) -> models.Handover:
        """Close a hand-over, whoever has taken it.

        Args:
            handover_id: The hand-over.
            note: The outcome, for colleagues; up to 2000 characters.

        Raises:
            Conflict: It is closed already.
        """
        path = f"{_path(handover_id)}/close"
        body = given({"note": note})
        return await self._send(Call("POST", path, models.Handover, json=body, repeatable=False, enveloped=True))


def _path(handover_id: str) -> str:
    return f"{_HANDOVERS}/{segment(handover_id)}"
