"""Photos that customers send with a fault, for every channel: kept, given to a ticket, and shown to whom they concern.

A photo changes nothing by itself: it goes to a ticket that is there, or waits in its conversation for the one that is
opened in it. That one is read from the audit of the change, so that a photo finds it even where the turn was cut off.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from conversation.colleague_words import photo_words
from conversation.service import Conversations, ThreadNotFound
from core.languages import Language
from core.photos import as_kept
from database.enums import UNFINISHED_TICKET, AccountRole
from database.handovers import Handovers
from database.messages import TurnMessage
from database.photos import PhotoNotFound, PhotoRecord, Photos
from database.unavailable import UNAVAILABLE
from identity.user import User
from ports.errors import SystemUnavailable
from tools.caller import Caller, Context
from tools.support import unfinished_ticket

_log = logging.getLogger(__name__)


class TicketPhotos:
    """The photos of the customers.

    Args:
        context: The parts that operations work with.
        conversations: The conversations that photos come in.
        handovers: Tell which conversations staff may see.
    """

    def __init__(self, context: Context, conversations: Conversations, handovers: Handovers) -> None:
        self._context = context
        self._photos = Photos(context.database)
        self._conversations = conversations
        self._handovers = handovers

    async def keep(self, user: User, session_id: str, content: bytes) -> PhotoRecord:
        """Keep a photo that came in a conversation of the caller, which it begins; ``place`` gives it to a ticket.

        Args:
            user: The verified login.
            session_id: The conversation.
            content: A JPEG, PNG or WebP file.

        Raises:
            NotAPhoto: It is none of them.
            PhotoTooLarge: It has too many bytes or pixels.
            TooManyPhotos: The caller has sent as many as a day may have.
            InvalidRequest: The conversation's id is malformed.
            ThreadNotFound: The conversation belongs to somebody else, or was deleted.
        """
        kept = await asyncio.to_thread(as_kept, content)
        await self._conversations.begin(user, session_id, photo_words("title", "tr"))
        return await self._photos.add(user.customer_id, kept, self._context.now(), thread_id=session_id)

    async def add_to_ticket(self, user: User, ticket_id: str, content: bytes) -> PhotoRecord:
        """Add a photo to an open ticket of the caller; arguments and errors beside these as of ``keep``.

        Raises:
            TicketNotFound: The caller has no such ticket.
            TicketAlreadyClosed: It is resolved or closed.
        """
        ticket = await unfinished_ticket(self._context, Caller(user.customer_id), ticket_id)
        kept = await asyncio.to_thread(as_kept, content)
        return await self._photos.add(user.customer_id, kept, self._context.now(), ticket_id=ticket.ticket_id)

    async def place(self, user: User, session_id: str, language: Language | None = None) -> TurnMessage | None:
        """Give the photos that wait in a conversation to their ticket, if there is one; the customer is told.

        Args:
            user: The owner of the conversation.
            session_id: The conversation.
            language: The customer's; by default that of the last answer.

        Returns:
            What the customer was told; None where there was nothing new to tell.
        """
        waiting = [each for each in await self._photos.of_thread(session_id) if each.ticket_id is None]
        if not waiting:
            return None
        ticket_id = await self._ticket_for(user, session_id, waiting[0])
        spoken = language or await self._conversations.language(session_id)
        event = "waits" if ticket_id is None else "added"
        words = photo_words(event, spoken, ticket_id), photo_words(f"{event}_several", spoken, ticket_id)
        return await self._photos.place(session_id, ticket_id, self._context.now(), words)

    async def place_after_turn(self, user: User, session_id: str) -> None:
        """As ``place``, for the end of a turn, which is over whatever becomes of photos."""
        try:
            await self.place(user, session_id)
        except ThreadNotFound:  # deleted meanwhile
            return
        except UNAVAILABLE:
            _log.warning("photos were not given to their ticket; the next turn does it", exc_info=True)

    async def list(self, user: User, ticket_id: str | None = None) -> Sequence[PhotoRecord]:
        """Return the caller's photos, oldest first: all, or those of one ticket."""
        return await self._photos.of_customer(user.customer_id, ticket_id=ticket_id)

    async def of_conversation(self, session_id: str) -> Sequence[PhotoRecord]:
        """Return the photos of a conversation, oldest first; its caller sees to it that they may be known."""
        return await self._photos.of_thread(session_id)

    async def read(self, user: User, photo_id: str) -> bytes:
        """Return a photo of the caller as a JPEG; staff may see those of a conversation that was handed over.

        Raises:
            PhotoNotFound: There is no such photo, or the caller may not see it.
        """
        photo, content = await self._photos.get(photo_id)
        if photo.customer_id == user.customer_id:
            return content
        if user.role == AccountRole.STAFF and photo.thread_id is not None:
            if await self._handovers.customer_of(photo.thread_id) == photo.customer_id:
                return content
        raise PhotoNotFound(photo_id)

    async def delete(self, user: User, photo_id: str) -> None:
        """Delete a photo of the caller, also from its ticket.

        Raises:
            PhotoNotFound: The caller has no such photo.
        """
        await self._photos.delete(user.customer_id, photo_id)

    async def _ticket_for(self, user: User, session_id: str, first: PhotoRecord) -> str | None:
        """Return the ticket that waiting photos go to: the one opened in the conversation, else the newest open one.

        While a question is open the photos wait: it may be the one about a new ticket.
        """
        opened = await self._photos.ticket_opened_in(session_id, first.created_at)
        if opened is not None:
            return opened
        detail = await self._conversations.get(user, session_id, limit=1, catching_up=False)
        if detail.pending is not None:
            return None
        try:
            tickets = await self._context.ports.tickets.tickets(user.customer_id)
        except SystemUnavailable:
            return None
        return next((each.ticket_id for each in tickets if each.status in UNFINISHED_TICKET), None)
