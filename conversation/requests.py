"""The input of a turn: one step of the customer, and the pattern of a conversation's id."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

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

    @model_validator(mode="after")
    def _exactly_one(self) -> ChatRequest:
        if (self.message is None) == (self.approve is None):
            raise ValueError("give either a message or the answer to a pending question")
        if self.message is not None and not self.message.strip():
            raise ValueError("the message is empty")
        return self
