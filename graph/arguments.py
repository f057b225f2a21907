"""What did the customer state? Reads the arguments of an operation out of the customer's own words.

Two ways, by the kind of argument. One with a few allowed values (a switch, a payment method) is a decision: the
decision model gives a probability for each value and for "unstated". Any other is read by the writer under a grammar:
a number can only be one that stands in the message, an id only a word with a digit, a text only words of the message.
So nothing can be invented: no id, amount, name or number that the customer did not write.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

import turkish
from agent.decision_model import DecisionModel
from agent.prompt_files import Prompt
from tools.catalog import Toolbox

_MAX_TOKENS = 64
_SHORTEST_DESCRIPTION = 10
_CERTAIN = 0.5
_DECIDED = {"status": "switch", "method": "method", "payment_method": "method", "contact_type": "contact_type"}
"""The question that settles an argument with a few allowed values."""

_PHONE = re.compile(r"\+?\d[\d\s()-]{8,}\d")


class ArgumentReader:
    """Reads stated arguments.

    Args:
        chat_model: The writer; it must honour ``grammar``, or return JSON by itself.
        decision_model: Settles the arguments with a few allowed values.
        prompt: arguments.md; its examples name the fields of each operation.
        questions: The questions about arguments, from questions.md.
        toolbox: The operations and their schemas.
    """

    def __init__(
        self,
        chat_model: BaseChatModel,
        decision_model: DecisionModel,
        prompt: Prompt,
        questions: Mapping[str, Any],
        toolbox: Toolbox,
    ) -> None:
        self._model = chat_model
        self._decide = decision_model
        self._prompt = prompt
        self._questions = questions
        self._toolbox = toolbox
        self._examples: Mapping[str, Sequence[tuple[str, dict[str, Any]]]] = prompt.data["examples"]

    async def read(self, operation: str, message: str) -> dict[str, Any]:
        """The arguments that a message states for an operation, as the customer wrote them.

        Args:
            operation: Name of the tool.
            message: The customer's words.

        Raises:
            AgentError: A model failed.
        """
        names = self._toolbox.get(operation).arguments.model_fields
        stated = await self._decided([name for name in names if name in _DECIDED], message)
        text = " ".join(message.split()).replace('"', "'")
        fields = {
            name: _candidates(name, text, stated.get("contact_type"))
            for name in self._fields(operation)
            if name not in _DECIDED
        }
        fields = {name: found for name, found in fields.items() if found != []}
        if fields:
            stated |= await self._written(operation, fields, text)
        if len(str(stated.get("issue_description", "-" * _SHORTEST_DESCRIPTION))) < _SHORTEST_DESCRIPTION:
            stated["issue_description"] = message
        return stated

    def _fields(self, operation: str) -> list[str]:
        examples = self._examples.get(operation)
        return list(examples[0][1]) if examples else []

    async def _decided(self, names: Sequence[str], message: str) -> dict[str, Any]:
        """Arguments with a few allowed values; one that the model is not sure of counts as unstated."""
        asked = {_DECIDED[name]: self._questions[_DECIDED[name]] for name in names}
        if not asked:
            return {}
        answers = await self._decide.ainvoke({"state": message, "questions": asked})
        stated: dict[str, Any] = {}
        for name in names:
            probabilities: Mapping[str, float] = answers[_DECIDED[name]]["probabilities"]
            value = max(probabilities, key=probabilities.__getitem__)
            if value != "unstated" and probabilities[value] >= _CERTAIN:
                stated[name] = value == "true" if name == "status" else value
        return stated

    async def _written(self, operation: str, fields: Mapping[str, list[str] | None], text: str) -> dict[str, Any]:
        """Arguments that are words of the message, by the writer."""
        examples = "\n".join(
            f"Mesaj: {said}\nBilgiler: {json.dumps({name: found[name] for name in fields}, ensure_ascii=False)}"
            for said, found in self._examples[operation]
        )
        model = self._model.bind(raw_prompt=True, grammar=_grammar(fields, text), max_tokens=_MAX_TOKENS, stop=["\n"])
        answer = await model.ainvoke([HumanMessage(self._prompt.render(examples=examples, message=text))])
        try:
            found = json.loads(str(answer.text))
        except json.JSONDecodeError:  # a writer that no grammar binds wrote something else: nothing is stated
            return {}
        if not isinstance(found, dict):
            return {}
        return {name: _typed(name, found[name]) for name in fields if found.get(name) not in (None, "")}


def _typed(name: str, value: Any) -> Any:
    return int(value) if name == "limit" and str(value).isdigit() else value


def _candidates(name: str, text: str, contact_type: str | None) -> list[str] | None:
    """What an argument may be, out of the message; None where it may be any of its words."""
    if name == "new_value":
        return _NEW_VALUES[contact_type or "address"](text)
    finder = _FINDERS.get(name)
    return finder(text) if finder else None


def _with_digit(text: str) -> list[str]:
    """Words with a digit: ids and line numbers."""
    return [word.strip(".,;:!?'’()") for word in text.split() if any(letter.isdigit() for letter in word)]


def _phones(text: str) -> list[str]:
    return [match.strip() for match in _PHONE.findall(text)]


def _addresses(text: str) -> list[str]:
    return [word.strip(".,;:!?'’()<>") for word in text.split() if "@" in word]


def _anything(text: str) -> list[str] | None:
    return None


_FINDERS: Mapping[str, Callable[[str], list[str]]] = {
    "limit": lambda text: [str(number) for number in turkish.whole_numbers(text)],
    "bill_id": _with_digit,
    "ticket_id": _with_digit,
    "line_number": _phones,
}
_NEW_VALUES: Mapping[str, Callable[[str], list[str] | None]] = {
    "phone": _phones,
    "email": _addresses,
    "address": _anything,
}


def _grammar(fields: Mapping[str, list[str] | None], message: str) -> str:
    """A grammar of the JSON objects whose values are the candidates, in llguidance's Lark dialect."""
    parts, rules = [], [f'WORDS: %regex {{"substring_words": {json.dumps(message, ensure_ascii=False)}}}']
    for index, (name, candidates) in enumerate(fields.items()):
        key = f"{' {' if index == 0 else ', '}{json.dumps(name)}: "
        parts.append(f"{json.dumps(key)} value{index}")
        ways = ['"\\"" WORDS "\\""'] if candidates is None else [_quoted(candidate) for candidate in candidates]
        rules.append(f"value{index}: {' | '.join([*ways, _quoted(None)])}")
    return "\n".join((f'start: {" ".join(parts)} "}}"', *rules))


def _quoted(value: str | None) -> str:
    """A JSON value as a terminal of the grammar."""
    return json.dumps(json.dumps(value, ensure_ascii=False), ensure_ascii=False)


def allowed_values(toolbox: Toolbox, operation: str, argument: str) -> list[str]:
    """The codes that an argument may take, ["true", "false"] for a switch; empty for free text."""
    schema = toolbox.get(operation).arguments.model_json_schema()
    found = schema["properties"].get(argument, {})
    for part in (found, *found.get("anyOf", ())):
        target = schema.get("$defs", {}).get(str(part.get("$ref", "")).rsplit("/", 1)[-1], part)
        if target.get("type") == "boolean":
            return ["true", "false"]
        if "enum" in target:
            return [str(option) for option in target["enum"]]
    return []
