"""The answer to one turn, in the form that clients of the REST interface know."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from conversation.events import CallView, ChatResult, Pending, ToolResultView
from identity.user import User


class Metadata(BaseModel):
    """The run behind an answer: its id, the understood intent, tool results, time and model."""

    run_id: str
    intent: str
    tool_results: list[ToolResultView]
    processing_time_ms: int
    model: str


class ChatAnswer(BaseModel):
    """The answer to one turn."""

    success: Literal[True] = True
    response: str
    user_id: int
    session_id: str
    confidence: float
    tool_calls: list[CallView] = Field(description="the calls that were executed in this turn")
    pending: Pending | None = Field(description="the question that waits for the customer")
    metadata: Metadata

    @classmethod
    def of(cls, user: User, result: ChatResult) -> ChatAnswer:
        """Make it from a turn's result, in the form that clients of this interface know."""
        return cls(
            response=result.response,
            user_id=user.customer_id,
            session_id=result.session_id,
            confidence=result.confidence,
            tool_calls=result.tool_calls,
            pending=result.pending,
            metadata=Metadata(
                run_id=result.run_id,
                intent=result.intent,
                tool_results=result.tool_results,
                processing_time_ms=result.processing_time_ms,
                model=result.model,
            ),
        )
