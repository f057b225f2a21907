"""Arguments that a chat model writes, for a decision model that tags no words.

It writes JSON under a grammar in which a number can only be one that stands in the message, an id only a word with a
digit, a text only words of the message. So no id, amount, name or number is invented.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from agent.prompt_files import Prompt
from core import turkish
from graph.understanding.argument_specs import CONTACT_FINDERS, spec_of

_MAX_TOKENS = 64
_ONCE_MORE = "Yalnızca tek bir JSON nesnesi yaz; değerler mesajın kendi sözleri ya da null olsun.\n\n"
"""Finders of a new contact value, by the type of contact; an address may be any words."""


class ArgumentWriter:
    """Has a chat model write the stated arguments.

    Args:
        chat_model: It must honour ``grammar``, or return JSON by itself.
        prompt: arguments.md; its examples name the fields of each operation.
    """

    def __init__(self, chat_model: BaseChatModel, prompt: Prompt) -> None:
        self._model = chat_model
        self._prompt = prompt
        self._examples: Mapping[str, Sequence[tuple[str, dict[str, Any]]]] = prompt.data["examples"]

    async def write(self, operation: str, message: str, contact_type: str | None) -> dict[str, Any]:
        """Return the arguments of an operation that are words of the message.

        Args:
            operation: Name of the tool.
            message: The customer's words.
            contact_type: The type of contact that a new value is for, where it is known.

        Raises:
            AgentError: The model failed.
        """
        text = " ".join(message.split()).replace('"', "'")
        open_names = [name for name in self._fields(operation) if spec_of(name).question is None]
        found = {name: _candidates(name, text, contact_type) for name in open_names}
        fields = {name: candidates for name, candidates in found.items() if candidates != []}
        if not fields:
            return {}
        examples = "\n".join(
            f"Mesaj: {said}\nBilgiler: {json.dumps({name: stated[name] for name in fields}, ensure_ascii=False)}"
            for said, stated in self._examples[operation]
        )
        model = self._model.bind(raw_prompt=True, grammar=_grammar(fields, text), max_tokens=_MAX_TOKENS)
        prompt = self._prompt.render(examples=examples, message=text)
        for note in ("", _ONCE_MORE):  # a model that no grammar binds may write anything: it is asked again once
            answer = await model.ainvoke([HumanMessage(note + prompt)])
            stated = _parsed(str(answer.text), fields, text)
            if stated is not None:
                return stated
        return {}  # nothing is stated, so the customer is asked

    def _fields(self, operation: str) -> list[str]:
        examples = self._examples.get(operation)
        return list(examples[0][1]) if examples else []


def _parsed(written: str, fields: Mapping[str, list[str] | None], message: str) -> dict[str, Any] | None:
    """Return the written arguments; None where the text is no JSON object, or states what the message does not say."""
    begin = written.find("{")
    try:
        found, _ = json.JSONDecoder().raw_decode(written[max(begin, 0) :])
    except json.JSONDecodeError:
        return None
    if not isinstance(found, dict):
        return None
    stated = {name: str(found[name]) for name in fields if found.get(name) not in (None, "")}
    said = turkish.fold(message)
    for name, value in stated.items():
        candidates = fields[name]
        if value not in candidates if candidates is not None else turkish.fold(value) not in said:
            return None
    return {name: int(value) if name == "limit" else value for name, value in stated.items()}


def _candidates(name: str, text: str, contact_type: str | None) -> list[str] | None:
    """Return the values that an argument may have in a message; None where it may be any of its words."""
    finder = CONTACT_FINDERS.get(contact_type or "address") if name == "new_value" else spec_of(name).candidates
    return finder(text) if finder else None


def _grammar(fields: Mapping[str, list[str] | None], message: str) -> str:
    """Return a grammar of the JSON objects whose values are the candidates, in llguidance's Lark dialect."""
    parts, rules = [], [f'WORDS: %regex {{"substring_words": {json.dumps(message, ensure_ascii=False)}}}']
    for index, (name, candidates) in enumerate(fields.items()):
        key = f"{' {' if index == 0 else ', '}{json.dumps(name)}: "
        parts.append(f"{json.dumps(key)} value{index}")
        ways = ['"\\"" WORDS "\\""'] if candidates is None else [_quoted(candidate) for candidate in candidates]
        rules.append(f"value{index}: {' | '.join([*ways, _quoted(None)])}")
    return "\n".join((f'start: {" ".join(parts)} "}}"', *rules))


def _quoted(value: str | None) -> str:
    """Return a JSON value as a terminal of the grammar."""
    return json.dumps(json.dumps(value, ensure_ascii=False), ensure_ascii=False)
