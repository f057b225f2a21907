"""Common ground of the pictures of a turn: the wording, the language, and what else is known of the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chat.blocks import Card
from chat.words import say
from core import turkish
from core.languages import Language
from database.photos import PhotoRecord
from graph.answers.approved import Answers
from graph.answers.facts import format_field

CARD, STEPS = "Card", "Steps"
"""Files of ``public/elements`` that draw a picture, and the line of a turn's steps."""

Result = Mapping[str, Any]
"""The result of an operation as JSON data."""


@dataclass(frozen=True)
class Drawing:
    """Things that every picture of a turn is drawn with.

    Attributes:
        answers: The wording of codes.
        language: The customer's language.
        own_packages: Results of ``get_customer_package`` for the customer's lines, where they are known.
        current_bill: The newest bill, where the turn has looked it up.
        photos: The customer's photos, where the turn tells of a ticket.
    """

    answers: Answers
    language: Language
    own_packages: Sequence[Result] = ()
    current_bill: Result | None = None
    photos: Sequence[PhotoRecord] = ()

    def field(self, name: str, value: Any) -> str:
        """Return a field of a result as a customer reads it."""
        return format_field(name, value, self.answers, self.language)

    def money(self, value: Any) -> str:
        """Return an amount."""
        return self.field("amount", value)

    def number(self, value: Any) -> str:
        """Return a number."""
        return turkish.number(float(value), locale=self.language)

    def label(self, key: str) -> str:
        """Return the name of a row or a column."""
        return say("labels", key, self.language)

    def say(self, key: str, **facts: object) -> str:
        """Return an entry of the pictures' words."""
        return say("cards", key, self.language, **facts)

    def month(self, day: str) -> str:
        """Return the month of a day."""
        when = date.fromisoformat(day)
        return turkish.month(when.year, when.month, locale=self.language)

    def of_line(self, card: Card, line: str) -> Card:
        """Return a card that names its line."""
        named = self.say("of_line", line=line)
        return {**card, "title": f"{card['title']} · {named}", "label": f"{card['label']} ({named})"}
