"""What did the customer state? Reads the arguments of an operation out of the customer's own words.

Two ways, by the kind of argument. One with a few allowed values (a switch, a payment method) is a decision: the
decision model gives a probability for each value and for "unstated". Any other is words of the message: the embedded
decision model tags them; beside another one the writer reads them under a grammar, where a number can only be one that
stands in the message, an id only a word with a digit, a text only words of the message. So nothing can be invented: no
id, amount, name or number that the customer did not write.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from agent.decision.format import DecisionState
from agent.decision.model import DecisionModel, ReadsSpans
from agent.prompt_files import Prompt
from core import turkish
from graph.state import Call
from graph.understanding.conditions import PACKAGE_ARGUMENT
from graph.understanding.spans import from_spans, phones
from tools.catalog import Toolbox

_MAX_TOKENS = 64
_ONCE_MORE = "Yalnızca tek bir JSON nesnesi yaz; değerler mesajın kendi sözleri ya da null olsun.\n\n"
_CERTAIN = 0.5
DECIDED = {"status": "switch", "method": "method", "payment_method": "method", "contact_type": "contact_type"}
"""The question that settles an argument with a few allowed values."""


class ArgumentReader:
    """Reads stated arguments.

    Args:
        chat_model: The writer; it must honour ``grammar``, or return JSON by itself.
        decision_model: Settles the arguments with a few allowed values.
        prompt: arguments.md; its examples name the fields of each operation.
        questions: questions.md.
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
        self._questions = questions["arguments"]
        self._pick = questions["pick"]
        self._toolbox = toolbox
        self._examples: Mapping[str, Sequence[tuple[str, dict[str, Any]]]] = prompt.data["examples"]

    async def read(self, operation: str, message: str, context: str | None = None) -> dict[str, Any]:
        """The arguments that a message states for an operation, as the customer wrote them.

        Args:
            operation: Name of the tool.
            message: The customer's words.
            context: What was done just before, as the decision model was told when it chose the operation.

        Raises:
            AgentError: A model failed.
        """
        seen: DecisionState = {"message": message, "context": context} if context else message
        names = list(self._toolbox.get(operation).arguments.model_fields)
        stated = await self._decided([name for name in names if name in DECIDED], seen)
        if isinstance(self._decide, ReadsSpans):
            spans = await asyncio.to_thread(self._decide.spans, seen)
            stated |= from_spans([name for name in names if name not in stated], spans, message)
        else:
            stated |= await self._written(operation, message, stated.get("contact_type"))
        stated |= await self.named(operation, message)
        if "issue_description" in names and await self._is_described(seen):
            stated["issue_description"] = message
        return stated

    async def _is_described(self, seen: DecisionState) -> bool:
        """Whether a message says what is wrong, not only that a record is wanted."""
        answers = await self._decide.ainvoke({"state": seen, "questions": {"described": self._questions["described"]}})
        return float(answers["described"]["probabilities"]["true"]) >= _CERTAIN

    async def named(self, operation: str, message: str, known: Collection[object] = ()) -> dict[str, Any]:
        """The arguments whose one thing of the catalogue is named whole in the message.

        Args:
            operation: Name of the tool.
            message: The customer's words.
            known: What was spoken of already and does not count.
        """
        stated = {}
        for name in self._toolbox.get(operation).names:
            found = await self._toolbox.names_in(operation, name, message)
            other = [thing for thing in found if thing not in known]
            if len(other) == 1:
                stated[name] = other[0]
        return stated

    async def changed(self, call: Call, message: str) -> dict[str, Any]:
        """What a reply names instead of what a call that is put up states; the package that is left is none of it."""
        asked_about = (*call["arguments"].values(), *(call["preview"] or {}).values())
        return await self.named(call["operation"], message, [each for each in asked_about if isinstance(each, str)])

    async def picked(self, operation: str, message: str, context: str | None = None) -> str:
        """Which package an operation is wanted for without naming it; "none" where it needs none or one is named.

        Raises:
            AgentError: The model failed.
        """
        argument = PACKAGE_ARGUMENT.get(operation)
        if argument is None or await self._toolbox.names_in(operation, argument, message):
            return "none"
        return await self.pick(message, context)

    async def pick(self, message: str, context: str | None = None) -> str:
        """Which of the things on a list is meant without naming it; "none" unless the model is certain.

        Args:
            message: The customer's words.
            context: What was asked or done just before.

        Raises:
            AgentError: The model failed.
        """
        seen: DecisionState = {"message": message, "context": context} if context else message
        answers = await self._decide.ainvoke({"state": seen, "questions": {"pick": self._pick}})
        probabilities: Mapping[str, float] = answers["pick"]["probabilities"]
        best = max(probabilities, key=probabilities.__getitem__)
        return best if probabilities[best] >= _CERTAIN else "none"

    def _fields(self, operation: str) -> list[str]:
        examples = self._examples.get(operation)
        return list(examples[0][1]) if examples else []

    async def _decided(self, names: Sequence[str], seen: DecisionState) -> dict[str, Any]:
        """Arguments with a few allowed values; one that the model is not sure of counts as unstated."""
        asked = {DECIDED[name]: self._questions[DECIDED[name]] for name in names}
        if not asked:
            return {}
        answers = await self._decide.ainvoke({"state": seen, "questions": asked})
        stated: dict[str, Any] = {}
        for name in names:
            probabilities: Mapping[str, float] = answers[DECIDED[name]]["probabilities"]
            value = max(probabilities, key=probabilities.__getitem__)
            if value != "unstated" and probabilities[value] >= _CERTAIN:
                stated[name] = value == "true" if name == "status" else value
        return stated

    async def _written(self, operation: str, message: str, contact_type: str | None) -> dict[str, Any]:
        """Arguments that are words of the message, by the writer under a grammar of its words."""
        text = " ".join(message.split()).replace('"', "'")
        found = {name: _candidates(name, text, contact_type) for name in self._fields(operation) if name not in DECIDED}
        fields = {name: candidates for name, candidates in found.items() if candidates != []}
        if not fields:
            return {}
        examples = "\n".join(
            f"Mesaj: {said}\nBilgiler: {json.dumps({name: found[name] for name in fields}, ensure_ascii=False)}"
            for said, found in self._examples[operation]
        )
        model = self._model.bind(raw_prompt=True, grammar=_grammar(fields, text), max_tokens=_MAX_TOKENS)
        prompt = self._prompt.render(examples=examples, message=text)
        for note in ("", _ONCE_MORE):  # a writer that no grammar binds may write anything: it is asked again once
            answer = await model.ainvoke([HumanMessage(note + prompt)])
            written = _read(str(answer.text), fields, text)
            if written is not None:
                return written
        return {}  # nothing is stated, so the customer is asked


def _read(written: str, fields: Mapping[str, list[str] | None], message: str) -> dict[str, Any] | None:
    """The arguments that a writer wrote; None where it wrote something else, or what the message does not say."""
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
    """What an argument may be, out of the message; None where it may be any of its words."""
    if name == "new_value":
        return _NEW_VALUES[contact_type or "address"](text)
    finder = _FINDERS.get(name)
    return finder(text) if finder else None


def _with_digit(text: str) -> list[str]:
    """Words with a digit: ids and line numbers."""
    return [word.strip(".,;:!?'’()") for word in text.split() if any(letter.isdigit() for letter in word)]


def _addresses(text: str) -> list[str]:
    return [word.strip(".,;:!?'’()<>") for word in text.split() if "@" in word]


def _anything(text: str) -> list[str] | None:
    return None


_FINDERS: Mapping[str, Callable[[str], list[str]]] = {
    "limit": lambda text: [str(number) for number in turkish.whole_numbers(text)],
    "bill_id": _with_digit,
    "ticket_id": _with_digit,
    "line_number": phones,
}
_NEW_VALUES: Mapping[str, Callable[[str], list[str] | None]] = {
    "phone": phones,
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
