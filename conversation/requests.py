"""The input of a turn: one step of the customer, and the pattern of a conversation's id."""

from __future__ import annotations

import re
import uuid

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from conversation.errors import InvalidRequest
from core.clean_text import clean_text, in_words

MAX_MESSAGE = 2000
"""Longest message of a customer, in characters."""

SESSION_ID = r"^[A-Za-z0-9_.:-]{1,64}$"
"""Pattern of a conversation's id; clients may make the id themselves."""


class ChatRequest(BaseModel):
    """One step of a conversation by the customer: a message, or the answer to a pending confirmation."""

    model_config = ConfigDict(extra="forbid")

    message: str | None = Field(None, min_length=1, max_length=MAX_MESSAGE, description="what the customer writes")
    approve: bool | None = Field(None, description="the answer to a pending confirmation, as a button gives it")
    question_id: str | None = Field(None, max_length=64, description="the question that the button belongs to")

    @field_validator("message", mode="before")
    @classmethod
    def _in_one_form(cls, value: object) -> object:
        return clean_text(value) if isinstance(value, str) else value

    @field_validator("message")
    @classmethod
    def _no_endless_word(cls, value: str | None) -> str | None:
        return None if value is None else in_words(value)

    @model_validator(mode="after")
    def _exactly_one(self) -> ChatRequest:
        if (self.message is None) == (self.approve is None):
            raise ValueError("give either a message or the answer to a pending question")
        if self.message is not None and not self.message.strip():
            raise ValueError("the message is empty")
        return self


def checked_request(message: str | None, resume: bool | None, question_id: str | None) -> ChatRequest:
    """Return the step of a customer.

    Raises:
        InvalidRequest: It is no step.
    """
    try:
        return ChatRequest(message=message, approve=resume, question_id=question_id)
    except ValidationError as error:
        raise InvalidRequest("; ".join(detail["msg"] for detail in error.errors())) from error


def checked_session(session_id: str | None) -> str:
    """Return the id of a conversation, a new one by default.

    Raises:
        InvalidRequest: It is malformed.
    """
    if session_id is None:
        return str(uuid.uuid4())
    if not re.fullmatch(SESSION_ID, session_id):
        raise InvalidRequest("session_id: 1 to 64 letters, digits, '.', '_', ':' or '-'")
    return session_id
