"""What a customer uploads on the chat page: kept as photos of a fault, or refused in words."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

import chainlit as cl

from chat.colleague import show_news
from chat.error_texts import KNOWN_ERRORS
from chat.page_language import shown_language
from chat.shown import explained, is_welcome, thread_id
from chat.words import say
from conversation.service import User
from core.photos import NotAPhoto, PhotoTooLarge
from database.photos import TooManyPhotos
from service.container import RunningService

_REFUSED = MappingProxyType(
    {NotAPhoto: "not_a_photo", PhotoTooLarge: "photo_too_large", TooManyPhotos: "too_many_photos"}
)
"""Entry of the words for the refusal of a photo, in ``errors``."""


async def take_photos(service: RunningService, user: User, files: Sequence[str], *, is_all: bool) -> bool:
    """Keep uploaded photos and tell what became of them.

    Args:
        service: The running service.
        user: The login of the connection.
        files: Where the uploads are; the page shows them from there, and Chainlit deletes them with its session.
        is_all: No words came with them. Else they are told of after the turn of the words, which may open their ticket.

    Returns:
        Whether the customer may go on.
    """
    contents = await asyncio.to_thread(lambda: [Path(file).read_bytes() for file in files])
    if not await is_welcome(service.accounts, user):
        return False
    try:
        await service.requests.take("customer", user.account_id)
        kept = [await _is_kept(service, user, content) for content in contents]
    except KNOWN_ERRORS as error:
        await cl.ErrorMessage(content=explained(error)).send()
        return False
    if is_all and any(kept):
        # The page takes a conversation for begun by its first words only, and has no stop button before.
        await cl.context.emitter.init_thread(say("cards", "photos", shown_language()))
        await service.photos.place(user, thread_id(), shown_language())
        await show_news(service.conversations, user)
    return True


async def _is_kept(service: RunningService, user: User, content: bytes) -> bool:
    try:
        await service.photos.keep(user, thread_id(), content)
    except tuple(_REFUSED) as error:
        await cl.ErrorMessage(content=say("errors", _REFUSED[type(error)], shown_language())).send()
        return False
    return True
