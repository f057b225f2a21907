"""What did the customer state? Reads the arguments of an operation out of the customer's own words.

The writer fills a small JSON object under a grammar: a switch is true, false or null, a code is one of its values or
null, and a text can only be words of the message. So nothing can be invented: no id, amount, name or number that the
customer did not write.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from agent.prompt_files import Prompt
from tools.catalog import Toolbox

_MAX_TOKENS = 96
_SHORTEST_DESCRIPTION = 10


class ArgumentReader:
    """Reads stated arguments.

    Args:
        chat_model: The writer; it must honour ``grammar``, or return JSON by itself.
        prompt: arguments.md; its examples name the fields of each operation.
        toolbox: The operations and their schemas.
    """

    def __init__(self, chat_model: BaseChatModel, prompt: Prompt, toolbox: Toolbox) -> None:
        self._model = chat_model
        self._prompt = prompt
        self._toolbox = toolbox
        self._examples: Mapping[str, Sequence[tuple[str, dict[str, Any]]]] = prompt.data["examples"]

    async def read(self, operation: str, message: str) -> dict[str, Any]:
        """The arguments that a message states for an operation, as the customer wrote them.

        Args:
            operation: Name of the tool.
            message: The customer's words.

        Raises:
            AgentError: The model failed.
        """
        examples = self._examples.get(operation)
        if not examples:
            return {}
        fields = list(examples[0][1])
        text = " ".join(message.split()).replace('"', "'")
        prompt = self._prompt.render(
            examples="\n".join(f"Mesaj: {said}\nBilgiler: {_json(found)}" for said, found in examples), message=text
        )
        schema = self._toolbox.get(operation).tool_call_schema
        properties = schema.model_json_schema() if isinstance(schema, type) else schema
        model = self._model.bind(
            raw_prompt=True, grammar=_grammar(fields, properties, text), max_tokens=_MAX_TOKENS, stop=["\n"]
        )
        answer = await model.ainvoke([HumanMessage(prompt + " ")])
        return _stated(str(answer.text), fields, operation, message)


def _stated(answer: str, fields: Sequence[str], operation: str, message: str) -> dict[str, Any]:
    """The fields that are there, from the writer's JSON; nothing where a free writer wrote none."""
    try:
        found = json.loads(answer)
    except json.JSONDecodeError:
        return {}
    if not isinstance(found, dict):
        return {}
    stated = {name: found[name] for name in fields if found.get(name) not in (None, "")}
    if operation == "create_fault_ticket" and "issue_description" in stated:
        if len(stated["issue_description"]) < _SHORTEST_DESCRIPTION <= len(message):
            stated["issue_description"] = message
    return stated


def _json(found: Mapping[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False)


def _grammar(fields: Sequence[str], schema: Mapping[str, Any], message: str) -> str:
    """A grammar of the JSON objects whose texts are words of the message, in llguidance's Lark dialect."""
    parts = []
    for index, name in enumerate(fields):
        key = f"{'{' if index == 0 else ', '}{json.dumps(name)}: "
        parts.append(f"{json.dumps(key)} {_value_rule(schema, name)}")
    words = json.dumps(message, ensure_ascii=False)
    return "\n".join(
        (
            f'start: {" ".join(parts)} "}}"',
            'text: "null" | "\\"" WORDS "\\""',
            'switch: "true" | "false" | "null"',
            f'WORDS: %regex {{"substring_words": {words}}}',
        )
    )


def _value_rule(schema: Mapping[str, Any], name: str) -> str:
    options = _options(schema, name)
    if options == ["true", "false"]:
        return "switch"
    if options:
        return "(" + " | ".join([*(json.dumps(json.dumps(option)) for option in options), '"null"']) + ")"
    return "text"


def _options(schema: Mapping[str, Any], name: str) -> list[str]:
    """The allowed codes of an argument, ["true", "false"] for a switch, nothing for free text."""
    found = schema.get("properties", {}).get(name, {})
    for part in (found, *found.get("anyOf", ())):
        target = schema.get("$defs", {}).get(str(part.get("$ref", "")).rsplit("/", 1)[-1], part)
        if target.get("type") == "boolean":
            return ["true", "false"]
        if "enum" in target:
            return [str(option) for option in target["enum"]]
    return []


def allowed_values(toolbox: Toolbox, operation: str, argument: str) -> list[str]:
    """The codes that an argument may take, ["true", "false"] for a switch; empty for free text."""
    schema = toolbox.get(operation).tool_call_schema
    return _options(schema.model_json_schema() if isinstance(schema, type) else schema, argument)
