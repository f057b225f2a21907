"""A model behind an OpenAI-compatible server (vLLM, TGI, ``transformers serve``) as a LangChain chat model.

It extends langchain-huggingface's ``ChatHuggingFace`` over ``HuggingFaceEndpoint`` by a time limit, one retry, typed
errors, and by stop strings and tool calls where the server supports neither. A schema is sent as ``response_format``,
which the hub's client turns into TGI's form (other servers read it as "any JSON"); a grammar cannot be sent. The caller
therefore checks the answer.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any

from huggingface_hub import AsyncInferenceClient
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_huggingface import ChatHuggingFace, HuggingFaceEndpoint
from pydantic import PrivateAttr

from agent.chat import tool_calls
from agent.local.text_stream import Stops
from agent.model_server import FAILURES, ModelServer

_OURS = ("raw_prompt", "grammar", "json_schema", "describe_schema", "stop")
_LEAST_TOKENS = 16


class EndpointChatModel(ChatHuggingFace):
    """A chat model at a server.

    Every call takes, and `bind` keeps: `json_schema`, `stop`, `max_tokens`, `temperature`, `top_p`, `seed`, `tools`;
    `raw_prompt` and `grammar` as `LocalChatModel` does, of which the server sees only the prompt.

    Args:
        server: The server.
        model: The model's name at the server.
    """

    _server: ModelServer = PrivateAttr()

    def __init__(self, server: ModelServer, model: str, **settings: Any) -> None:
        # By its address and not as a repository: no token of the hub is sent to it.
        llm = HuggingFaceEndpoint(endpoint_url=server.url, timeout=max(1, round(server.timeout)))  # type: ignore[call-arg]
        super().__init__(llm=llm, **settings)
        self.model_id = model  # the name in the body; the address is the llm's
        self.temperature = settings.get("temperature", 0.0)
        self.max_tokens = settings.get("max_tokens")
        self.stop = settings.get("stop")
        self._server = server
        server.try_with(lambda: self.invoke("Merhaba", max_tokens=_LEAST_TOKENS))

    @property
    def _llm_type(self) -> str:
        return "endpoint-huggingface-chat"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        stream: bool | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        sent = self._sent(messages, kwargs)

        def attempt() -> ChatResult:
            made = super(EndpointChatModel, self)._generate(sent, None, run_manager, None, **_accepted(kwargs))
            return _completed(made, stop, kwargs)

        return self._server.tried(attempt)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        stream: bool | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        sent = self._sent(messages, kwargs)

        async def attempt() -> ChatResult:
            async with self._connected() as one:
                made = await ChatHuggingFace._agenerate(one, sent, None, run_manager, None, **_accepted(kwargs))
            return _completed(made, stop, kwargs)

        return await self._server.tried_async(attempt)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        result = self._generate(messages, stop, run_manager, **kwargs)
        yield _as_chunk(result)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        if kwargs.get("tools"):  # a call may stand in the text: it is taken apart when it is whole
            yield _as_chunk(await self._agenerate(messages, stop, run_manager, **kwargs))
            return
        # Only the beginning is tried again: text that was sent cannot be taken back.
        chunk, chunks = await self._server.tried_async(lambda: self._begin(messages, run_manager, kwargs))
        stops, said = Stops(stop or ()), False
        try:
            async with aclosing(chunks):
                while chunk is not None and not stops.stopped:
                    text = stops.feed(chunk.text if said else chunk.text.lstrip())
                    said = said or bool(text)
                    if text or getattr(chunk.message, "usage_metadata", None):
                        yield _with_text(chunk, text)
                    chunk = None if stops.stopped else await anext(chunks, None)
            if rest := stops.finish():
                yield ChatGenerationChunk(message=AIMessageChunk(content=rest))
        except FAILURES as error:
            raise self._server.failure(error) from error
        self._server.worked()

    async def _begin(
        self, messages: list[BaseMessage], run_manager: AsyncCallbackManagerForLLMRun | None, kwargs: Mapping[str, Any]
    ) -> tuple[ChatGenerationChunk | None, AsyncGenerator[ChatGenerationChunk, None]]:
        """Start a stream; returns its first chunk (None for an empty stream) and the rest."""
        chunks = self._chunks(messages, run_manager, kwargs)
        return await anext(chunks, None), chunks

    async def _chunks(
        self, messages: list[BaseMessage], run_manager: AsyncCallbackManagerForLLMRun | None, kwargs: Mapping[str, Any]
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        """Yield the server's chunks unchanged."""
        async with self._connected() as one:
            sent = self._sent(messages, kwargs)
            async for chunk in ChatHuggingFace._astream(one, sent, None, run_manager, **_accepted(kwargs)):
                yield chunk

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[ChatHuggingFace]:
        """Yield a copy of this model with a connection of its own.

        The hub's client keeps the response of every stream until the client is closed: an abandoned stream would run on
        at the server.
        """
        async with AsyncInferenceClient(model=self._server.url, timeout=self._server.timeout) as client:
            yield self.model_copy(update={"llm": self.llm.model_copy(update={"async_client": client})})

    def _sent(self, messages: list[BaseMessage], kwargs: Mapping[str, Any]) -> list[BaseMessage]:
        """Return the messages in the form that the server gets."""
        if kwargs.get("raw_prompt") and len(messages) > 1:
            return [messages[-1].model_copy(update={"content": "".join(message.text for message in messages)})]
        return messages


def _accepted(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options under the names of the OpenAI interface."""
    accepted = {name: value for name, value in kwargs.items() if name not in _OURS and value is not None}
    if schema := kwargs.get("json_schema"):
        named = {"name": "answer", "schema": schema, "strict": True}
        accepted["response_format"] = {"type": "json_schema", "json_schema": named}
    return accepted


def _completed(made: ChatResult, stop: Sequence[str] | None, kwargs: Mapping[str, Any]) -> ChatResult:
    """Return the result with its text cut at the stop string and tool calls read from the text."""
    message = made.generations[0].message
    assert isinstance(message, AIMessage)  # noqa: S101
    stops = Stops(stop or ())
    text = stops.feed(message.text.lstrip())
    text += stops.finish()
    if kwargs.get("tools") and not message.tool_calls:
        found = tool_calls.parse(text, [tool["function"]["name"] for tool in kwargs["tools"]])
        invalid = [*message.invalid_tool_calls, *found.invalid_tool_calls]
        changes = {"tool_calls": found.tool_calls, "invalid_tool_calls": invalid}
        message = message.model_copy(update={"content": found.content, **changes})
    elif text != message.text:
        message = message.model_copy(update={"content": text})
    return ChatResult(generations=[ChatGeneration(message=message)], llm_output=made.llm_output)


def _as_chunk(result: ChatResult) -> ChatGenerationChunk:
    message = result.generations[0].message
    assert isinstance(message, AIMessage)  # noqa: S101
    chunk = AIMessageChunk(
        content=message.content,
        tool_calls=message.tool_calls,
        invalid_tool_calls=message.invalid_tool_calls,
        usage_metadata=message.usage_metadata,
        response_metadata=message.response_metadata,
    )
    return ChatGenerationChunk(message=chunk)


def _with_text(chunk: ChatGenerationChunk, text: str) -> ChatGenerationChunk:
    message = chunk.message.model_copy(update={"content": text})
    return ChatGenerationChunk(message=message, generation_info=chunk.generation_info)
