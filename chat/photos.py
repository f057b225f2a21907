"""Photos on the chat page: below the notice that tells of them, and in the card of their ticket."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from chat.blocks import Block, Card, photos
from chat.words import say
from core.languages import Language
from database.photos import PhotoRecord


def photo_block(found: Sequence[PhotoRecord], language: Language) -> Block:
    """Return photos as a block of a card, each a link to itself in full."""
    text = say("cards", "photo", language)
    return photos([(f"/photos/{each.id}", text) for each in found])


def cards_by_notice(found: Sequence[PhotoRecord], language: Language) -> dict[int, Card]:
    """Return a card for each notice that tells of photos, by the id of the notice's message."""
    told = sorted((each for each in found if each.message_id is not None), key=lambda each: each.message_id or 0)
    return {
        message_id or 0: Card(
            label=say("cards", "photo", language), title=say("cards", "photos", language), badge="", tone="plain",
            blocks=[photo_block(list(those), language)],
        )
        for message_id, those in groupby(told, key=lambda each: each.message_id)
    }  # fmt: skip
