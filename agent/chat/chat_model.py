"""A local Hugging Face causal model as a LangChain chat model.

Extends langchain-huggingface's `ChatHuggingFace` for a model in this process: tools in the prompt and calls read from
the text, tool messages, structured output that always fits its schema, asynchronous streaming, stop strings, and
cancelling when nobody listens any more. Tokens are made in `agent.local.generation`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from operator import itemgetter
from typing import Any, Literal

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_json_schema, convert_to_openai_tool
from langchain_huggingface import ChatHuggingFace, HuggingFacePipeline
from pydantic import BaseModel, PrivateAttr

from agent.chat import tool_calls
from agent.chat.answer_chunks import AnswerChunks, metadata_of, tool_names, usage_of
from agent.chat.chat_prompt import RenderedPrompt, chat_prompt, raw_prompt
from agent.local.embedded import LoadedModel
from agent.local.generation import Finish, Generator, Options

DEFAULT_MAX_TOKENS = 256


class LocalChatModel(ChatHuggingFace):
    """A chat model over a loaded causal model.

    Every call takes, and `bind` keeps: `grammar` (llguidance's Lark dialect), `json_schema`, `stop`, `max_tokens`,
    `temperature`, `top_p`, `seed`, and `raw_prompt=True`, which joins the contents of the messages as they are and
    leaves every template out.

    Args:
        loaded: The model, from `load_embedded` or `load_hf`.
        form: How tool calls are written; default: as the chat template does.
    """

    _generator: Generator = PrivateAttr()
    _form: tool_calls.ToolFormat = PrivateAttr()

    def __init__(self, loaded: LoadedModel, form: tool_calls.ToolFormat | None = None, **settings: Any) -> None:
        shell = HuggingFacePipeline(pipeline=None, model_id=loaded.name)  # ChatHuggingFace asks for one; unused
        super().__init__(llm=shell, tokenizer=loaded.tokenizer, model_id=loaded.name, **settings)
        self._generator = Generator(loaded)
        self._form = form or tool_calls.format_of(loaded.tokenizer.chat_template)

    @property
    def form(self) -> tool_calls.ToolFormat:
        """The format in which tool calls are written."""
        return self._form

    @property
    def _llm_type(self) -> str:
        return "local-huggingface-chat"

    def get_token_ids(self, text: str) -> list[int]:
        """Return the tokens of a text, by the model's own tokenizer."""
        return list(self.tokenizer.encode(text, add_special_tokens=False))

    def close(self) -> None:
        """End the model's thread; no text can be made afterwards."""
        self._generator.close()

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: dict[str, Any] | str | bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Let the model call tools.

        Args:
            tools: Anything that `convert_to_openai_tool` understands.
            tool_choice: None or "auto": the model decides; "none": it may not; "any", "required" or True: it must
                call one of them; a name, or OpenAI's dictionary with one: it must call that one. A call that must
                come follows the tool's schema.
            kwargs: Bound as well.

        Raises:
            ValueError: `tool_choice` names no given tool.
        """
        formatted = [convert_to_openai_tool(tool) for tool in tools]
        choice = tool_choice["function"]["name"] if isinstance(tool_choice, dict) else tool_choice
        if choice in (None, False, "auto"):
            return self.bind(tools=formatted, **kwargs)
        if choice == "none":
            return self.bind(**kwargs)
        wanted = [t for t in formatted if choice in (True, "any", "required") or t["function"]["name"] == choice]
        if not wanted:
            raise ValueError(f"tool_choice {choice!r} is none of {[t['function']['name'] for t in formatted]}")
        return self.bind(tools=formatted, json_schema=tool_calls.call_schema(wanted, self._form), **kwargs)

    def with_structured_output(
        self,
        schema: dict[str, Any] | type | None = None,
        *,
        method: Literal["function_calling", "json_mode", "json_schema"] = "json_schema",
        include_raw: bool = False,
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
        """Return a runnable whose answers follow a schema: instances of a Pydantic class, or dictionaries.

        Args:
            schema: A Pydantic class, a TypedDict class, a JSON schema or a tool in OpenAI's form.
            method: Accepted for compatibility; decoding is always constrained by the schema.
            include_raw: Give `{"raw", "parsed", "parsing_error"}` instead, and raise nothing for a bad answer.
            strict: Accepted for compatibility; the schema is always followed.
            kwargs: Bound as well, for example `max_tokens`.

        Raises:
            ValueError: No schema.
        """
        if schema is None:
            raise ValueError("a schema is needed")
        is_class = isinstance(schema, type) and issubclass(schema, BaseModel)
        rules = schema.model_json_schema() if is_class else convert_to_json_schema(schema)  # type: ignore[union-attr]
        parser: Any = PydanticOutputParser(pydantic_object=schema) if is_class else JsonOutputParser()
        form = {"kwargs": {"method": method}, "schema": rules}
        writer: Runnable[LanguageModelInput, AIMessage] = self.bind(
            json_schema=rules, describe_schema=True, ls_structured_output_format=form, **kwargs
        )
        if not include_raw:
            shaped: Runnable[LanguageModelInput, dict[str, Any] | BaseModel] = writer | parser
            return shaped
        parsed = RunnablePassthrough.assign(parsed=itemgetter("raw") | parser, parsing_error=lambda _: None)
        failed = RunnablePassthrough.assign(parsed=lambda _: None)
        return RunnableMap(raw=writer) | parsed.with_fallbacks([failed], exception_key="parsing_error")

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        stream: bool | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        prompt, options = self._request(messages, stop, kwargs)
        pieces = list(self._generator.pieces(prompt.text, options))
        return self._result("".join(piece.text for piece in pieces), pieces[-1].finish, kwargs.get("tools"))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        stream: bool | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        prompt, options = self._request(messages, stop, kwargs)
        text, finish = await self._generator.text(prompt.text, options)
        return self._result(text, finish, kwargs.get("tools"))

    def _result(self, text: str, finish: Finish | None, tools: Sequence[Mapping[str, Any]] | None) -> ChatResult:
        found = tool_calls.parse(text, tool_names(tools)) if tools else tool_calls.Parsed(text, [], [])
        message = AIMessage(
            content=found.content,
            tool_calls=found.tool_calls,
            invalid_tool_calls=found.invalid_tool_calls,
            usage_metadata=usage_of(finish),
            response_metadata=metadata_of(self.model_id, finish),
        )
        return ChatResult(generations=[ChatGeneration(message=message)], llm_output={"model_name": self.model_id})

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        prompt, options = self._request(messages, stop, kwargs)
        answer = AnswerChunks(self.model_id, kwargs.get("tools"))
        for piece in self._generator.pieces(prompt.text, options):
            for chunk in answer.chunks(piece):
                if run_manager:
                    run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        prompt, options = self._request(messages, stop, kwargs)
        answer = AnswerChunks(self.model_id, kwargs.get("tools"))
        async with aclosing(self._generator.stream(prompt.text, options)) as pieces:
            async for piece in pieces:
                for chunk in answer.chunks(piece):
                    if run_manager:
                        await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk

    def _request(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: Mapping[str, Any]
    ) -> tuple[RenderedPrompt, Options]:
        schema = kwargs.get("json_schema")
        if kwargs.get("raw_prompt"):
            prompt = raw_prompt(messages)
        else:
            described = schema if kwargs.get("describe_schema") else None
            prompt = chat_prompt(self.tokenizer, messages, kwargs.get("tools") or (), described, self._form)
        always = [self.stop] if isinstance(self.stop, str) else self.stop or []
        free_text = schema is None and kwargs.get("grammar") is None
        options = Options(
            max_tokens=kwargs.get("max_tokens") or self.max_tokens or DEFAULT_MAX_TOKENS,
            stop=(*(stop or ()), *(always if free_text else ()), *(prompt.stop if free_text else ())),
            temperature=_first(kwargs.get("temperature"), self.temperature, 0.0),
            top_p=_first(kwargs.get("top_p"), self.top_p, 1.0),
            seed=_first(kwargs.get("seed"), self.seed, None),
            grammar=kwargs.get("grammar"),
            json_schema=schema,
            special_tokens=prompt.special_tokens,
        )
        return prompt, options


def _first(*values: Any) -> Any:
    """Return the first value that is not None, else the last one."""
    return next((value for value in values if value is not None), values[-1])
