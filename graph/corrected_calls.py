"""Applies a correction to an open call: the new value on top of what was stated, or the value asked for again.

The retracted value is never taken, and the direction of a change and the kind of a contact turn only by words that say
so. It makes calls and proposes nothing; ``select_tools`` does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agent.errors import AgentError
from core.patterns import digits_of
from core.turkish import fold
from core.turkish.speech import spoken_contact
from graph.calls import for_lines
from graph.reading import Reading
from graph.state import Call, ConversationState
from graph.understanding.argument_specs import PACKAGE_ARGUMENT, addresses, phones
from graph.understanding.arguments import ArgumentReader
from graph.understanding.contact_changes import CONTACT
from graph.understanding.corrections import KINDS, names_contact, replaced_digits, replaced_words, takes_back
from graph.understanding.line_reader import LINE, LineReader
from graph.understanding.lines import LineChoice
from graph.understanding.named import direction_of
from graph.understanding.references import NOTHING, resolve_package
from graph.understanding.words import OTHER
from tools.caller import Caller
from tools.toolbox import Toolbox

NOT_CORRECTED, VALUE_AGAIN = "correction_unclear", "value_again"
"""Remarks that a correction was not understood: the question stands as it was, or the value is asked for again."""

_ALSO = re.compile(r"\b(?:da|de|dahi|too|also|as well)\b")
"""Words by which a line is named beside the one that was asked about."""

_MEANS_LINE = re.compile(rf"\b(?:{OTHER}\w*|hat|hatt[iu]\w*|numara\w*|lines?|other)\b")
_MEANS_PACKAGE = re.compile(r"\b(?:paket|tarife|package|plan)\w*")
"""Words that show which thing of a change is a wrong one: "yanlış hat", "yok, diğeri"."""

_PHONE_DIGITS = 7
_SWITCH, _CONTACT_KIND = "status", "contact_type"
_CORRECTED: Mapping[str, str] = {
    "pay_bill": "method", "setup_autopay": "payment_method", "change_package": "new_package_name",
    "enable_roaming": _SWITCH, "create_fault_ticket": "issue_description", "update_customer_contact": "new_value",
}  # fmt: skip
"""The argument that is asked for again where a correction names no new value."""


class CorrectedCalls:
    """Applies corrections to open calls.

    Args:
        arguments: Reads stated arguments.
        toolbox: The operations.
    """

    def __init__(self, arguments: ArgumentReader, toolbox: Toolbox) -> None:
        self._arguments = arguments
        self._toolbox = toolbox
        self._lines = LineReader(toolbox)

    async def changed(
        self, call: Call, state: ConversationState, reading: Reading, caller: Caller, remarks: list[str]
    ) -> list[Call]:
        """Return what a correction makes of a call; where it names no new value, the value is asked for.

        Args:
            call: The call that is corrected.
            state: The state.
            reading: The correction.
            caller: The customer.
            remarks: Gets a remark where there is nothing to ask for.
        """
        changed = await self.with_stated(call, state, reading, caller)
        return changed if _is_changed(changed, call) else self._asked_anew(call, remarks, state["message"])

    async def wished_again(
        self, call: Call, state: ConversationState, reading: Reading, caller: Caller, remarks: list[str]
    ) -> list[Call]:
        """Return what a message makes of a proposed call whose operation it wishes for again.

        Words about a contact detail that neither repeat its new value nor give another one correct it: it is asked for.
        """
        stated = await self.with_stated(call, state, reading, caller)
        if call["operation"] != CONTACT or _is_changed(stated, call) or _repeats(call, state["message"]):
            return stated
        kind = str(call["arguments"].get(_CONTACT_KIND))
        if not names_contact(kind, state["message"]) and any(names_contact(each, state["message"]) for each in KINDS):
            return stated  # it speaks of another one
        return self._asked_anew(call, remarks, state["message"])

    async def with_stated(self, call: Call, state: ConversationState, reading: Reading, caller: Caller) -> list[Call]:
        """Return an open call with what a message states on top of what was stated before, to be proposed again.

        A message about several lines gives several calls.
        """
        try:
            stated = await self._arguments.read(call["operation"], reading)
            reference = await self._arguments.package_reference(call["operation"], reading)
        except AgentError:
            stated, reference = {}, "none"
        package = resolve_package(reference, state.get("mentioned", NOTHING))
        if package is not None:
            stated[PACKAGE_ARGUMENT[call["operation"]]] = package
        stated |= await self._arguments.changed(call, state["message"], caller)
        if stated.get(_SWITCH) is not None and direction_of(state["message"]) != stated[_SWITCH]:
            stated.pop(_SWITCH)  # a change turns round only by words that say so
        if _CONTACT_KIND in stated and not _is_other_kind(stated, state["message"]):
            stated.pop(_CONTACT_KIND)  # nor does it become one of another contact
        if mended := _mended(call, stated, state["message"]):
            stated["new_value"] = mended
        elif not _is_whole(stated, state["message"]):
            stated.pop("new_value", None)
        spoken_of = call["arguments"].get(LINE) or state.get("mentioned", NOTHING).get("line")
        choice = await self._lines.named(call["operation"], state["message"], caller, spoken_of)
        if choice is not None:
            stated.pop(LINE, None)
            own = call["arguments"].get(LINE)
            if own and own not in choice.numbers and _ALSO.search(fold(state["message"])):
                choice = LineChoice((own, *choice.numbers))
            if call["status"] == "awaiting" and call["arguments"].get(LINE) in choice.numbers:
                choice = None  # named again; another proposed call may stand for another line
        arguments = {**call["arguments"], **stated}
        if call["status"] == "corrected" and choice is None and arguments == call["arguments"]:
            return [call]
        if choice is None and call["status"] == "awaiting" and arguments == call["arguments"]:
            return [call]
        corrected: Call = {**call, "status": "missing", "arguments": arguments}
        return [corrected] if choice is None else for_lines(corrected, choice.numbers)

    def _asked_anew(self, call: Call, remarks: list[str], message: str) -> list[Call]:
        """Return a call whose correction names no new value that code can tell: the value is asked for.

        Where there is nothing to choose from the customer is told that the correction was not understood.
        """
        name = _CORRECTED.get(call["operation"])
        if LINE in call["arguments"] and _MEANS_LINE.search(fold(message)) and not _MEANS_PACKAGE.search(fold(message)):
            name = LINE
        if name is None or name not in self._toolbox.get(call["operation"]).arguments.model_fields:
            if NOT_CORRECTED not in remarks:
                remarks.append(NOT_CORRECTED)
            return [{**call, "status": "awaiting"}]
        if call["operation"] == CONTACT and VALUE_AGAIN not in remarks:
            remarks.append(VALUE_AGAIN)
        arguments = {each: value for each, value in call["arguments"].items() if each != name}
        return [{**call, "status": "missing", "arguments": arguments, "missing": [name]}]


def _is_changed(calls: Sequence[Call], before: Call) -> bool:
    return not (len(calls) == 1 and calls[0]["arguments"] == before["arguments"] and not calls[0]["missing"])


def _repeats(call: Call, message: str) -> bool:
    """Return True for words that hold the new value of a contact detail."""
    value = str(call["arguments"].get("new_value", ""))
    digits = digits_of(value)
    is_same = fold(value) in fold(message) or (len(digits) >= _PHONE_DIGITS and digits in digits_of(message))
    return is_same or spoken_contact(message) == value


def _is_other_kind(stated: Mapping[str, object], message: str) -> bool:
    """Return True for words that name a kind of contact together with its value: "adreste" alone may be an e-mail's."""
    return "new_value" in stated and names_contact(str(stated[_CONTACT_KIND]), message)


def _is_whole(stated: Mapping[str, object], message: str) -> bool:
    """Return False for a new value of words that take something back: it may be a part of the corrected one."""
    said = str(stated.get("new_value", ""))
    return not takes_back(message) or bool(phones(said) or addresses(said))


def _mended(call: Call, stated: Mapping[str, object], message: str) -> str | None:
    """Return the new value with a part replaced that a correction names; None where it names a whole value or none."""
    before, said = str(call["arguments"].get("new_value", "")), str(stated.get("new_value", ""))
    if said and said not in message:
        return None
    if (words := replaced_words(before, message)) is not None and (not said or said in words):
        return words
    is_part = said.isdigit() and len(said) < _PHONE_DIGITS
    return None if said and not is_part else replaced_digits(before, message)
