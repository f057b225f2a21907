"""Corrections of a change that was carried out: "mega olacaktı", "nakit değil kart olacaktı", "yanlış paket oldu".

A change is not altered afterwards. Another value is a wish of its own, which is asked about in its own question; a
payment stays as it was made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.turkish import fold
from graph.state import DoneChange
from graph.understanding.argument_specs import CHANGE, CONTACT_FINDERS, PACKAGE_ARGUMENT
from graph.understanding.arguments import ArgumentReader, find_methods
from graph.understanding.contact_changes import CONTACT
from graph.understanding.corrections import kept
from graph.understanding.line_reader import LINE, LineReader
from graph.understanding.named import is_question
from tools.caller import Caller

CHANGED_BEFORE = "changed_before"
"""Remark that the earlier change was carried out, beside the question for the new one."""

PAYMENT_STANDS = "payment_stands"
"""Topic of the answer to a correction of a payment that was made."""

_AUTOPAY, _METHOD = "setup_autopay", "payment_method"
_PAYMENT = "pay_bill"
_CONTACT_KINDS = frozenset({"phone", "email", "address"})
_MOST_WORDS = 7
_AMENDS = re.compile(
    r"\b\w*[ae]c[ae]kti\w*|\b(?:degil|pardon|olsun|olacak|olmaliydi|isterdim|istemistim|istiyordum|demek istedim"
    r"|dogrusu|karistir\w+|sasir\w+|cevir\w*|instead|i meant|should have)\b"
)
_MISTAKE = re.compile(
    r"\b(?:yanlis|hatali)\w*\s+(?:\w+\s+)?(?:oldu|olmus|yaptim|yaptin\w*|sectim|secmisim|yazdim|yazmisim|soyledim|verdim"
    r"|dedim|girdim|gectik|kaydettin\w*|kaydedildi)\b|\b(?:wrong|mistake)\b"
)


class DoneCorrections:
    """Reads corrections of the last change.

    Args:
        arguments: Reads the package that a message names.
        lines: Reads the line that it names.
        named_by: Beginnings of words that name an operation, folded.
    """

    def __init__(self, arguments: ArgumentReader, lines: LineReader, named_by: Mapping[str, Sequence[str]]) -> None:
        self._arguments = arguments
        self._lines = lines
        self._named_by = named_by

    async def read(self, message: str, done: DoneChange, caller: Caller) -> dict[str, Any] | None:
        """Return the arguments with which a change is wished for again, without the corrected one where none is named.

        Args:
            message: The customer's words.
            done: The last change.
            caller: The customer.

        Returns:
            None where the message corrects nothing of the change.
        """
        said, operation, stated = fold(message), done["call"]["operation"], done["call"]["arguments"]
        is_mistake = _MISTAKE.search(said) is not None
        if len(said.split()) > _MOST_WORDS or not (is_mistake or _AMENDS.search(said)) or is_question(message):
            return None
        if self._is_about_other(said, operation):
            return None
        same = {name: stated[name] for name in (LINE, "contact_type", "status") if stated.get(name) is not None}
        if (other := await self._other(operation, stated, message, caller)) is not None:
            return {**same, **other}
        return same if is_mistake and operation in (CHANGE, CONTACT, _PAYMENT) else None

    async def _other(
        self, operation: str, stated: Mapping[str, Any], message: str, caller: Caller
    ) -> dict[str, Any] | None:
        """Return the value that a message names in the place of the one that a change was made with."""
        if operation == CHANGE:
            package = await self._arguments.target(message, caller)
            if package is not None and package != stated.get(PACKAGE_ARGUMENT[CHANGE]):
                return {PACKAGE_ARGUMENT[CHANGE]: package}
        if operation in (_PAYMENT, _AUTOPAY):
            present = stated.get("method") or stated.get(_METHOD)
            methods = [method for method in await kept(message, find_methods) if method != present]
            return {_METHOD: methods[0]} if len(methods) == 1 else None
        if operation == CONTACT:
            find = CONTACT_FINDERS.get(str(stated.get("contact_type")))
            values = [value for value in (find(message) if find else []) if value != stated.get("new_value")]
            return {"new_value": values[0]} if len(values) == 1 else None
        choice = await self._lines.named(operation, message, caller, stated.get(LINE), reply=True)
        numbers = choice.numbers if choice is not None else ()
        if len(numbers) == 1 and numbers[0] != stated.get(LINE):
            value = {PACKAGE_ARGUMENT[CHANGE]: stated[PACKAGE_ARGUMENT[CHANGE]]} if operation == CHANGE else {}
            return {LINE: numbers[0], **value}
        return None

    def _is_about_other(self, said: str, operation: str) -> bool:
        """Return True for words that name another operation and not this one: "otomatik ödeme kartla olsun"."""
        stems = [(stem, name) for name, own in self._named_by.items() for stem in own]
        named: set[str] = set()
        rest = said
        for stem, name in sorted(stems, key=lambda each: len(each[0]), reverse=True):
            word = rf"\b{re.escape(stem.removesuffix('.'))}"
            found = re.compile(rf"{word}\b" if stem.endswith(".") else word)
            if found.search(rest):  # "otomatik ödeme" names no payment
                named.add(name)
                rest = found.sub(" ", rest)
        return bool(named) and operation not in named and not (operation == CONTACT and named & _CONTACT_KINDS)
