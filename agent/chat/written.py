"""The text of a chat model as it comes; whatever a model raises is one kind of failure for the answer.

Chat models are of many makers, and each raises errors of its own: of its HTTP client, of its parser, or out of memory.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable

from agent.errors import AgentError, GenerationError


async def written(model: Runnable[Any, Any], messages: list[BaseMessage]) -> AsyncGenerator[str, None]:
    """Yield the pieces of a text.

    Args:
        model: A chat model, or one with arguments bound to it.
        messages: What it is given.

    Raises:
        AgentError: The model failed.
    """
    try:
        async for chunk in model.astream(messages):
            yield str(chunk.text)
    except AgentError:
        raise
    except Exception as error:
        raise GenerationError(f"{type(error).__name__}: {error}") from error
