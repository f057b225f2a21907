"""One message of a conversation, as the rest of the program reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from database.tables import ThreadMessage


class TurnMessage(BaseModel):
    """One message of a conversation.

    Attributes:
        id: Grows from message to message; what came later is asked for by it.
        role: The customer, the assistant, a colleague who has taken the conversation, or a notice of the service.
        text: The words.
        at: The time.
        run_id: The turn in which it was said; None for a colleague and a notice.
        author: The colleague's name.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    role: Literal["user", "assistant", "colleague", "notice"]
    text: str
    at: datetime
    run_id: str | None
    author: str | None = None


def turn_message(row: ThreadMessage) -> TurnMessage:
    """Return a row as a message."""
    return TurnMessage(
        id=row.id, role=row.role.value, text=row.text, at=row.at, run_id=row.run_id, author=row.author
    )  # fmt: skip
