"""Renders messages as the text that a model continues: by its chat template, by a plain one, or unchanged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from transformers import PreTrainedTokenizerBase

from agent.chat import tool_calls

LABELS = {"system": "Talimat", "user": "Müşteri", "assistant": "Temsilci", "tool": "Araç sonucu"}
"""Names of the speakers in the plain template, which is for base models without a template of their own."""


class RenderedPrompt(NamedTuple):
    """The text that the model continues.

    Attributes:
        text: The prompt.
        special_tokens: True where the tokenizer still has to add its own marks.
        stop: Texts with which the next speaker would begin.
    """

    text: str
    special_tokens: bool
    stop: tuple[str, ...] = ()


def raw_prompt(messages: Sequence[BaseMessage]) -> RenderedPrompt:
    """Join the contents of the messages, with nothing between them."""
    return RenderedPrompt("".join(message.text for message in messages), True)


def chat_prompt(
    tokenizer: PreTrainedTokenizerBase,
    messages: Sequence[BaseMessage],
    tools: Sequence[Mapping[str, Any]] = (),
    schema: Mapping[str, Any] | None = None,
    form: tool_calls.ToolFormat = tool_calls.TELEKOM,
) -> RenderedPrompt:
    """Render messages by the tokenizer's chat template, or by the plain one where it has none.

    Args:
        tokenizer: The model's tokenizer.
        messages: The conversation; the model speaks next.
        tools: Tools in OpenAI's form that the model may call.
        schema: A JSON schema that the answer will follow, so that the model knows it.
        form: How calls are written where the template does not write them itself.
    """
    turns = [_turn(message) for message in messages]
    template = tokenizer.chat_template
    brings_tools = isinstance(template, dict) or (isinstance(template, str) and "tools" in template)
    notes = [] if not tools or brings_tools else [tool_calls.render(tools, form)]
    if schema is not None:
        notes.append(
            "Yanıtı yalnızca şu JSON şemasına uyan bir JSON olarak yaz:\n" + json.dumps(schema, ensure_ascii=False)
        )
    turns = _with_notes(turns, notes)
    if not template:
        return _plain(turns, form)
    if not brings_tools:
        turns = [_flat(turn, form) for turn in turns]
    text = tokenizer.apply_chat_template(
        turns,
        tools=[dict(t) for t in tools] if tools and brings_tools else None,
        tokenize=False,
        add_generation_prompt=True,
    )
    return RenderedPrompt(str(text), False)


def _turn(message: BaseMessage) -> dict[str, Any]:
    if isinstance(message, SystemMessage):
        return {"role": "system", "content": message.text}
    if isinstance(message, HumanMessage):
        return {"role": "user", "content": message.text}
    if isinstance(message, ToolMessage):
        return {
            "role": "tool",
            "name": message.name or "",
            "content": message.text,
            "tool_call_id": message.tool_call_id,
        }
    if isinstance(message, AIMessage):
        turn: dict[str, Any] = {"role": "assistant", "content": message.text}
        if message.tool_calls:
            functions = [{"name": call["name"], "arguments": call["args"]} for call in message.tool_calls]
            turn["tool_calls"] = [{"type": "function", "function": function} for function in functions]
        return turn
    if isinstance(message, ChatMessage):
        return {"role": message.role, "content": message.text}
    raise ValueError(f"a message of type {message.type!r} cannot be put into a prompt")


def _with_notes(turns: list[dict[str, Any]], notes: list[str]) -> list[dict[str, Any]]:
    if not notes:
        return turns
    if turns and turns[0]["role"] == "system":
        return [{**turns[0], "content": "\n\n".join([turns[0]["content"], *notes])}, *turns[1:]]
    return [{"role": "system", "content": "\n\n".join(notes)}, *turns]


def _flat(turn: dict[str, Any], form: tool_calls.ToolFormat) -> dict[str, Any]:
    """Convert a turn for a template without tools: calls become text, results come from the user."""
    if turn["role"] == "tool":
        return {"role": "user", "content": f"{LABELS['tool']} ({turn['name']}): {turn['content']}"}
    return {"role": turn["role"], "content": _said(turn, form)}


def _said(turn: dict[str, Any], form: tool_calls.ToolFormat) -> str:
    calls = [call["function"] for call in turn.get("tool_calls", [])]
    named = [{"name": call["name"], "args": call["arguments"]} for call in calls]
    written = tool_calls.write(named, form) if calls else ""
    return "\n".join(part for part in (turn["content"], written) if part)


def _plain(turns: list[dict[str, Any]], form: tool_calls.ToolFormat) -> RenderedPrompt:
    lines = [f"{LABELS.get(turn['role'], turn['role'])}: {_said(turn, form)}\n" for turn in turns]
    stop = tuple(f"\n{label}:" for label in LABELS.values())
    return RenderedPrompt("".join(lines) + f"{LABELS['assistant']}:", True, stop)


def plain_template() -> str:
    """Return the plain template as Jinja, for servers and pipelines with a base model."""
    labels = json.dumps(LABELS, ensure_ascii=False)
    return (
        f"{{%- set labels = {labels} -%}}{{{{- bos_token -}}}}"
        "{%- for message in messages -%}{{- labels[message.role] ~ ': ' ~ message.content ~ '\\n' -}}{%- endfor -%}"
        f"{{%- if add_generation_prompt -%}}{{{{- '{LABELS['assistant']}:' -}}}}{{%- endif -%}}"
    )
