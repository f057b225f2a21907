"""The answers about photos of a fault."""

from __future__ import annotations

import datetime as dt

from telekom_client.models.base import Answer


class Photo(Answer):
    """A photo that was sent with a fault.

    Attributes:
        session_id: The conversation that it came in.
        ticket_id: Its ticket; None while it waits for one to be opened.
        url: The picture as a JPEG, below the server's address; it wants the same token.
    """

    photo_id: str
    session_id: str | None
    ticket_id: str | None
    url: str
    created_at: dt.datetime


class PhotoList(Answer):
    """Photos, oldest first."""

    photos: list[Photo]
