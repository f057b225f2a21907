"""Photos that a customer sends with a fault."""

from __future__ import annotations

from telekom_client import models
from telekom_client.asynchronous.connection import AsyncConnection
from telekom_client.calls import Call, given, segment

_PHOTOS = "/api/v1/photos"


class AsyncPhotos(AsyncConnection):
    """Calls about photos of a fault."""

    async def add_photo(
        self, photo: bytes, *, session_id: str | None = None, ticket_id: str | None = None
    ) -> models.Photo:
        """Send a photo to an open ticket, or to a conversation; sent again it is kept once.

        Args:
            photo: A JPEG, PNG or WebP file of at most 10 MB.
            session_id: A conversation: the photo goes to the ticket that is open, or waits for the one that is opened
                in it.
            ticket_id: Instead of a conversation: an open ticket.

        Raises:
            ApiError: It is no photo or too large, the ticket is unknown or closed, or a day has too many photos.
        """
        query = given({"session_id": session_id, "ticket_id": ticket_id})
        files = {"photo": ("photo", photo, "application/octet-stream")}
        return await self._send(Call("POST", _PHOTOS, models.Photo, query=query, files=files))

    async def list_photos(self, ticket_id: str | None = None) -> models.PhotoList:
        """Return the customer's photos, oldest first.

        Args:
            ticket_id: Only those of this ticket; all by default.
        """
        return await self._send(Call("GET", _PHOTOS, models.PhotoList, query=given({"ticket_id": ticket_id})))

    async def delete_photo(self, photo_id: str) -> None:
        """Delete one photo, also from its ticket."""
        await self._send(Call("DELETE", f"{_PHOTOS}/{segment(photo_id)}", models.Empty, repeatable=False))
