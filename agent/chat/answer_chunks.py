"""A local model's text as LangChain's messages: chunks while it is written, tool calls, usage and reason of its end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk

from agent.chat import tool_calls
from agent.local.generation import Finish, Piece

_CALL_SIGNS = "{[<`"  # a call may begin here; what comes before can be shown


class AnswerChunks:
    """Turns pieces of text into message chunks; where tools may be called, calls are kept out of the text."""

    def __init__(self, model_name: str | None, tools: Sequence[Mapping[str, Any]] | None) -> None:
        self._model_name = model_name
        self._tools = tools
        self._written = ""
        self._sent = 0

    def chunks(self, piece: Piece) -> Iterator[ChatGenerationChunk]:
        """Yield the chunks that can be sent after this piece."""
        self._written += piece.text
        if piece.finish is None:
            if text := self._certain():
                yield ChatGenerationChunk(message=AIMessageChunk(content=text))
        else:
            yield ChatGenerationChunk(message=self._last(piece.finish))

    def _certain(self) -> str:
        """Return the new text before anything that may still become a call."""
        end = len(self._written)
        if self._tools:
            end = min([end, *(place for place in map(self._written.find, _CALL_SIGNS) if place >= 0)])
        text = self._written[self._sent : end]
        self._sent = max(self._sent, end)
        return text

    def _last(self, finish: Finish) -> AIMessageChunk:
        found = tool_calls.Parsed(self._written, [], [])
        if self._tools:
            found = tool_calls.parse(self._written, tool_names(self._tools))
        message = AIMessageChunk(
            content="" if found.tool_calls else self._written[self._sent :],
            tool_call_chunks=[
                tool_call_chunk(
                    name=call["name"], args=json.dumps(call["args"], ensure_ascii=False), id=call["id"], index=index
                )
                for index, call in enumerate(found.tool_calls)
            ],
            usage_metadata=usage_of(finish),
            response_metadata=metadata_of(self._model_name, finish),
            chunk_position="last",
        )
        message.invalid_tool_calls = found.invalid_tool_calls
        return message


def tool_names(tools: Sequence[Mapping[str, Any]] | None) -> list[str]:
    """Return the names of tools in OpenAI's form."""
    return [tool["function"]["name"] for tool in tools or ()]


def usage_of(finish: Finish | None) -> UsageMetadata | None:
    """Return the tokens of a text; None while it is not finished."""
    if finish is None:
        return None
    return UsageMetadata(
        input_tokens=finish.prompt_tokens,
        output_tokens=finish.output_tokens,
        total_tokens=finish.prompt_tokens + finish.output_tokens,
        input_token_details={"cache_read": finish.cached_tokens},
    )


def metadata_of(model_name: str | None, finish: Finish | None) -> dict[str, Any]:
    """Return the name of the model and the reason of the end, as ``response_metadata``."""
    return {"model_name": model_name, "finish_reason": finish.reason if finish else None}
