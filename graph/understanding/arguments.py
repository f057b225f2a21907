"""Arguments of an operation, read out of the customer's own words.

An argument with a few allowed values (a switch, a payment method) is a decision: the decision model gives a
probability for each value and for "unstated". Any other is words of the message, which the decision model tags; beside
a decision model that tags none, a chat model writes them (``written_arguments.py``). Nothing is invented.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from core.turkish import fold
from graph.reading import Reading
from graph.state import Call
from graph.understanding.argument_specs import CONTACT_FINDERS, PACKAGE_ARGUMENT, spec_of
from graph.understanding.conditions import LOOK_UP
from graph.understanding.corrections import kept, names_contact
from graph.understanding.methods import methods_in, refused_methods
from graph.understanding.named import direction_of
from graph.understanding.package_targets import packages_left, target_package
from graph.understanding.reasons import described_fault, names_fault, stated_reason
from graph.understanding.references import SUPERLATIVES, superlatives_in
from graph.understanding.spans import from_spans
from graph.understanding.terms import packages_meant
from graph.understanding.written_arguments import ArgumentWriter
from tools.caller import Caller
from tools.errors import ToolError
from tools.toolbox import Toolbox

_CERTAIN, _UNNAMED, _UNNAMED_METHOD = 0.5, 0.75, 0.9
_TAGGED_FIRST = frozenset({"region"})
"""Arguments whose tagged words say more than the name in them ("İstanbul Kadıköy")."""
_SEVERAL = 2
_SAID_BEFORE = re.compile(r"\b(?:ilk|once|onceki|demin\w*|az once\w*) (?:dedi|soyledi|istedi|secti)[gk]\w*")
"""Refers to what the customer said, and to no place on a list: "ilk dediğime geç"."""
_NAMES_A_LINE = re.compile(r"\s*(?:['’]\w+\s+)?(?:numara\w*|hat\w*|no'?lu|nolu|number|line)\b", re.IGNORECASE)


class ArgumentReader:
    """Reads stated arguments.

    Args:
        toolbox: The operations and their schemas.
        writer: Writes the arguments that a decision model without tags leaves open.
    """

    def __init__(self, toolbox: Toolbox, writer: ArgumentWriter) -> None:
        self._toolbox = toolbox
        self._writer = writer

    async def read(self, operation: str, reading: Reading) -> dict[str, Any]:
        """Return the arguments that a message states for an operation, as the customer wrote them.

        Args:
            operation: Name of the tool.
            reading: The message.

        Raises:
            AgentError: A model failed.
        """
        message = reading.utterance.text
        names = list(self._toolbox.get(operation).arguments.model_fields)
        stated = await self._decided(names, reading)
        if reading.tags_spans:
            left = [name for name in names if name not in stated]
            stated |= from_spans(left, await reading.spans(), message)
        else:
            stated |= await self._writer.write(operation, message, stated.get("contact_type"))
        named = await self.named(operation, message)
        stated |= {name: value for name, value in named.items() if name not in stated or name not in _TAGGED_FIRST}
        if "new_value" in names:
            stated |= await _contact_kept(stated, message)
        if "reason" in names and (reason := stated_reason(message)):
            stated["reason"] = reason
        if "issue_description" in names and (
            await reading.probability("described", "true") >= _CERTAIN or names_fault(message)
        ):
            stated["issue_description"] = described_fault(message)
        return {name: value for name, value in stated.items() if value is not None}

    async def named(self, operation: str, message: str, known: Collection[object] = ()) -> dict[str, Any]:
        """Return the arguments for which the message names one thing of the catalogue whole.

        Args:
            operation: Name of the tool.
            message: The customer's words.
            known: Things that do not count, because they were spoken of already.
        """
        stated: dict[str, Any] = {}
        for name in self._toolbox.get(operation).names:
            found = await self._toolbox.names_in(operation, name, message)
            left = found if len(found) < _SEVERAL else await kept(message, partial(self._names, operation, name))
            other = [thing for thing in left if thing not in known]
            if len(other) == 1:
                stated[name] = other[0]
            elif len(left) < len(found) and not known:
                stated[name] = None  # one is taken back, and code cannot tell which of the others is meant
        return stated

    async def _names(self, operation: str, argument: str, text: str) -> Sequence[str]:
        return await self._toolbox.names_in(operation, argument, text)

    async def changed(self, call: Call, message: str, caller: Caller) -> dict[str, Any]:
        """Return the things of the catalogue that a reply names instead of those in a proposed call.

        The values of the call and of its preview do not count: a customer may repeat the package that is left. In a
        reply one word may stand for a package ("evet, premium yap"); where it names several the value is None.
        """
        asked_about = (*call["arguments"].values(), *(call["preview"] or {}).values())
        known = [each for each in asked_about if isinstance(each, str)]
        named = await self.named(call["operation"], message, known)
        argument = PACKAGE_ARGUMENT.get(call["operation"])
        if argument is None or argument in named:
            return named
        names = await self.packages(caller)

        async def find(text: str) -> Sequence[str]:
            return packages_meant(text, names)

        others = [name for name in await kept(message, find) if name not in known]
        return {**named, argument: others[0] if len(others) == 1 else None} if others else named

    async def target(self, message: str, caller: Caller) -> str | None:
        """Return the package that a wish for a change names, whole or by a word that only it has; None where none."""
        return await target_package(message, await self.packages(caller))

    async def without_left(self, stated: dict[str, Any], message: str, caller: Caller) -> dict[str, Any]:
        """Return the arguments of a package change without a package that the words only go away from."""
        argument, sold = PACKAGE_ARGUMENT["change_package"], await self.packages(caller)
        named = packages_meant(str(stated.get(argument, "")), sold)
        is_left = bool(named) and set(named) <= set(packages_left(message, sold))
        return {name: value for name, value in stated.items() if not (is_left and name == argument)}

    async def packages(self, caller: Caller) -> list[str]:
        """Return the names of the packages that are for the customer."""
        try:
            catalogue = (await self._toolbox.run(LOOK_UP, {}, caller)).model_dump(mode="json")
        except ToolError:
            return []
        return [each["name"] for each in catalogue["packages"]]

    async def package_reference(self, operation: str, reading: Reading) -> str:
        """Return the reference to the package that an operation is wanted for, such as "cheapest".

        Returns:
            "none" where the operation needs no package, or where the message names one.

        Raises:
            AgentError: The model failed.
        """
        argument = PACKAGE_ARGUMENT.get(operation)
        if argument is None or await self._toolbox.names_in(operation, argument, reading.utterance.text):
            return "none"
        return await self.reference(reading)

    async def reference(self, reading: Reading) -> str:
        """Return the reference to a thing on a list; "none" unless the model is certain.

        A superlative that stands in the words goes before the one that the model reads: "en ucuz" is the cheapest,
        whatever need stands beside it.

        Raises:
            AgentError: The model failed.
        """
        if _SAID_BEFORE.search(fold(reading.utterance.text)):
            return "none"
        option, probability = await reading.best("pick")
        option = option if probability >= _CERTAIN else "none"
        stated = superlatives_in(reading.utterance.text)
        if not stated or option in stated or option not in {"none", *SUPERLATIVES}:
            return option
        return stated[0] if len(stated) == 1 else "none"

    async def _decided(self, names: Sequence[str], reading: Reading) -> dict[str, Any]:
        """Return the arguments with a few allowed values; one that the model is not sure of counts as unstated."""
        questions = {name: question for name in names if (question := spec_of(name).question)}
        if questions:
            await reading.ask(*questions.values())
        stated: dict[str, Any] = {}
        for name, question in questions.items():
            value, probability = await reading.best(question)
            if question == "method" and value in refused_methods(reading.utterance.text):
                value = "unstated"
            if question == "method" and len(methods_in(reading.utterance.text)) >= _SEVERAL:
                left = await kept(reading.utterance.text, find_methods)
                if len(left) == 1:
                    value, probability = left[0], 1.0
                elif value not in left:
                    value = "unstated"
            if value != "unstated" and probability >= _least(question, value, reading.utterance.text):
                stated[name] = value == "true" if name == "status" else value
        return stated


def _least(question: str, value: str, message: str) -> float:
    """Return the probability that a decided value needs; one that no word names needs more."""
    if question == "method" and value not in methods_in(message):
        return _UNNAMED_METHOD
    if question == "switch" and direction_of(message) is None:
        return _UNNAMED
    if question == "contact_type" and not names_contact(value, message):
        return _UNNAMED
    return _CERTAIN


async def _contact_kept(stated: Mapping[str, Any], message: str) -> dict[str, Any]:
    """Return the phone number or e-mail address that a message leaves; None where it is not certain which.

    A message with one such value that it does not take back needs no judgement; where no words of it were tagged the
    value shows by its form, unless it names a line ("05…01 numaramı değiştir").
    """
    kind = str(stated.get("contact_type"))
    kinds = (
        [CONTACT_FINDERS[kind]]
        if kind in CONTACT_FINDERS
        else [find for find in CONTACT_FINDERS.values() if find(message)]
    )
    if kind == "address" or len(kinds) != 1:
        return {}

    async def find(text: str) -> Sequence[str]:
        return kinds[0](text)

    found = set(await find(message))
    left = await kept(message, find)
    if set(left) == found and len(found) < _SEVERAL:
        shown = [value for value in left if not _NAMES_A_LINE.match(message.split(value, 1)[1])]
        return {} if "new_value" in stated or not shown else {"new_value": shown[0]}
    return {"new_value": left[0] if len(left) == 1 else None}


async def find_methods(text: str) -> Sequence[str]:
    """Return the payment methods that a text names; for ``corrections.kept``."""
    return methods_in(text)
