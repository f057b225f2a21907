"""Tool-call formats: tools into a prompt, calls out of a text. Pure functions.

Three formats are read: this domain's own (`{"arac_adi": …, "parametreler": {…}}`, several of them in
`{"arac_cagrilari": […]}`, where the name may also be a `fonksiyon`), Hermes and Qwen
(`<tool_call>{"name": …, "arguments": {…}}</tool_call>`) and Llama 3 (`{"name": …, "parameters": {…}}`, with or without
`<|python_tag|>`). Any of them is read, whatever the model; written, described and forced is the one that the model's
chat template speaks, or the domain's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from langchain_core.messages import InvalidToolCall, ToolCall

NAME_KEYS = ("arac_adi", "fonksiyon", "name")
ARGUMENT_KEYS = ("parametreler", "arguments", "parameters")
LIST_KEY = "arac_cagrilari"

_OPENERS = ("<tool_call>", "<|python_tag|>")
_FENCE = re.compile(r"^```(?:json)?\s*\n?(.*?)\n?```$", re.DOTALL)
_START = re.compile(r'<tool_call>|<\|python_tag\|>|[\[{]\s*(?:\{\s*)?"(?:arac_adi|fonksiyon|arac_cagrilari|name|type)"')


class ToolFormat(NamedTuple):
    """A format of tool calls.

    Attributes:
        name: The format's name in settings.
        name_key: Key of the tool's name.
        arguments_key: Key of the arguments.
        opener: Text before a call.
        closer: Text after a call.
    """

    name: str
    name_key: str
    arguments_key: str
    opener: str = ""
    closer: str = ""


TELEKOM = ToolFormat("telekom", "arac_adi", "parametreler")
HERMES = ToolFormat("hermes", "name", "arguments", "<tool_call>\n", "\n</tool_call>")
LLAMA3 = ToolFormat("llama3", "name", "parameters", "<|python_tag|>")
FORMATS = {known.name: known for known in (TELEKOM, HERMES, LLAMA3)}


def format_of(template: str | Mapping[str, str] | None) -> ToolFormat:
    """Return the format of a chat template; the domain's own for a template without one.

    Args:
        template: The tokenizer's chat template, or several by name.
    """
    text = template if isinstance(template, str) else "".join((template or {}).values())
    if "<tool_call>" in text:
        return HERMES
    return LLAMA3 if "python_tag" in text or '"parameters"' in text else TELEKOM


class Parsed(NamedTuple):
    """A parsed text: its content, its tool calls, and attempts at a call that are not valid."""

    content: str
    tool_calls: list[ToolCall]
    invalid_tool_calls: list[InvalidToolCall]


def render(tools: Sequence[Mapping[str, Any]], form: ToolFormat = TELEKOM) -> str:
    """Describe tools for a prompt.

    Args:
        tools: Tools in OpenAI's form, as `convert_to_openai_tool` makes them.
        form: How calls are to be written.
    """
    call = f'{form.opener}{{"{form.name_key}": "<ad>", "{form.arguments_key}": {{…}}}}{form.closer}'
    several = f'{{"{LIST_KEY}": [{call}, …]}}' if form == TELEKOM else "her çağrıyı aynı biçimde, birbiri ardına"
    lines = [json.dumps(tool["function"], ensure_ascii=False) for tool in tools]
    return (
        "Araçlar (her satırda bir araç, parametreleri JSON şeması olarak):\n"
        + "\n".join(lines)
        + f"\n\nBir araç gerekiyorsa yalnızca şunu yaz: {call}\nBirden çok araç gerekiyorsa: {several}"
    )


def write(tool_calls: Sequence[Mapping[str, Any]], form: ToolFormat = TELEKOM) -> str:
    """Write calls in a format; the inverse of `parse`."""
    calls = [{form.name_key: call["name"], form.arguments_key: call["args"]} for call in tool_calls]
    if len(calls) > 1 and form == TELEKOM:
        return json.dumps({LIST_KEY: calls}, ensure_ascii=False)
    return "\n".join(f"{form.opener}{json.dumps(call, ensure_ascii=False)}{form.closer}" for call in calls)


def call_schema(tools: Sequence[Mapping[str, Any]], form: ToolFormat = TELEKOM) -> dict[str, Any]:
    """Return the JSON schema of exactly one call of one of the tools, without opener and closer."""
    choices = [
        {
            "type": "object",
            "properties": {
                form.name_key: {"const": tool["function"]["name"]},
                form.arguments_key: _closed(tool["function"].get("parameters")),
            },
            "required": [form.name_key, form.arguments_key],
            "additionalProperties": False,
        }
        for tool in tools
    ]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def call_start(text: str) -> int | None:
    """Return the position where a call begins, or None; keeps calls out of streamed text."""
    found = _START.search(text)
    return found.start() if found else None


def parse(text: str, known: Sequence[str] | None = None) -> Parsed:
    """Split a text into content and tool calls.

    Args:
        text: The model's output.
        known: Names of the tools that may be called; a call of another tool is invalid. None allows any name.
    """
    start = call_start(_unfenced(text))
    if start is None:
        return Parsed(text, [], [])
    body = _unfenced(text)
    calls: list[ToolCall] = []
    invalid: list[InvalidToolCall] = []
    rest: list[str] = []
    while start is not None:
        rest.append(body[:start])
        body = _without_opener(body[start:])
        try:
            value, end = json.JSONDecoder().raw_decode(body)
        except json.JSONDecodeError as error:
            invalid.append(_invalid(None, body, f"no JSON: {error.msg}"))
            body = ""
            break
        for item in _items(value):
            _sort_in(item, known, calls, invalid)
        body = body[end:].lstrip(" ;,\n").removeprefix("</tool_call>")
        start = call_start(body)
    content = "".join([*rest, body]).strip()
    return Parsed(content, calls, invalid)


def _sort_in(item: Any, known: Sequence[str] | None, calls: list[ToolCall], invalid: list[InvalidToolCall]) -> None:
    source = item.get("function", item) if isinstance(item, dict) else {}
    source = source if isinstance(source, dict) else item
    name = next((source[key] for key in NAME_KEYS if isinstance(source.get(key), str)), None)
    arguments: Any = next((source[key] for key in ARGUMENT_KEYS if key in source), {})
    if isinstance(arguments, str):  # some models write the arguments as a string of JSON
        try:
            arguments = json.loads(arguments)
        except json.JSONDecodeError:
            pass
    written = json.dumps(item, ensure_ascii=False)
    if name is None:
        invalid.append(_invalid(None, written, "no tool is named"))
    elif known is not None and name not in known:
        invalid.append(_invalid(name, written, f"unknown tool; known are {', '.join(known)}"))
    elif not isinstance(arguments, dict):
        invalid.append(_invalid(name, written, "the arguments are no object"))
    else:
        calls.append(ToolCall(name=name, args=arguments, id=_new_id(), type="tool_call"))


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict) and isinstance(value.get(LIST_KEY), list):
        return list(value[LIST_KEY])
    return list(value) if isinstance(value, list) else [value]


def _closed(parameters: Any) -> dict[str, Any]:
    """Return a schema of arguments that allows no others."""
    schema = dict(parameters or {"type": "object", "properties": {}})
    return {**schema, "additionalProperties": False}


def _unfenced(text: str) -> str:
    found = _FENCE.match(text.strip())
    return found.group(1) if found else text


def _without_opener(text: str) -> str:
    for opener in _OPENERS:
        if text.startswith(opener):
            return text[len(opener) :].lstrip()
    return text


def _invalid(name: str | None, written: str, why: str) -> InvalidToolCall:
    return InvalidToolCall(name=name, args=written, id=_new_id(), error=why, type="invalid_tool_call")


def _new_id() -> str:
    return f"call_{uuid4().hex[:24]}"
