"""A question for a yes as a card: what changes, from what to what, on which line, at what cost, and when.

The card repeats the facts of the previews; the question's own sentence stands above it, and the buttons below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chat.blocks import Block, Card, Row, note, row, rows
from chat.words import filled, say, wording, words
from conversation.events import CallView, Pending
from core import turkish
from core.languages import Language
from graph.answers.approved import Answers
from graph.answers.questions import change_kind, preview_values

_AT_ONCE = "at_once"
_YES_AND_NO = ("Evet", "Hayır")
"""Buttons of a question that an earlier version asked without options."""


def confirmation_card(pending: Pending, language: Language) -> Card | None:
    """Return the card of a question for a yes; None for another question, or one without facts.

    Args:
        pending: The question.
        language: The customer's language.
    """
    if pending.kind != "confirmation" or not pending.facts or len(pending.facts) != len(pending.calls):
        return None
    answers = wording()
    changes = list(zip(pending.calls, pending.facts, strict=True))
    labels = [answers.operation_label(call.arac_adi, language) for call, _ in changes]
    blocks: list[Block] = []
    for place, ((call, facts), label) in enumerate(zip(changes, labels, strict=True), start=1):
        if len(changes) > 1:
            blocks.append(note(f"{place}. {label}"))
        blocks.append(rows(_rows(call, facts, answers, language)))
    title = labels[0] if len(changes) == 1 else say("confirmations", "title_of_several", language, count=len(changes))
    waiting = say("confirmations", "title", language)
    return Card(label=f"{waiting}: {', '.join(labels)}", title=title, badge=waiting, tone="ask", blocks=blocks)


def confirmation_labels(pending: Pending, language: Language) -> Sequence[str]:
    """Return the words of the buttons: the act of a single change and its refusal, or the options of several.

    Args:
        pending: A question for a yes.
        language: The customer's language.
    """
    if len(pending.calls) != 1 or len(pending.facts) != 1:
        return [option.label for option in pending.options] or _YES_AND_NO
    answers = wording()
    call, facts = pending.calls[0], pending.facts[0]
    kind = change_kind(call.arac_adi, call.parametreler, facts)
    act = filled(words()["confirmations"][kind]["act"], language, preview_values(facts, answers, language))
    if act is None:
        return [option.label for option in pending.options] or _YES_AND_NO
    return [turkish.capitalised(act, language), say("confirmations", "decline", language)]


def _rows(call: CallView, facts: Mapping[str, Any], answers: Answers, language: Language) -> list[Row]:
    values = preview_values(facts, answers, language)
    kind = change_kind(call.arac_adi, call.parametreler, facts)
    found = []
    for label, template in words()["confirmations"][kind]["rows"]:
        at_once = template == _AT_ONCE
        value = say("confirmations", _AT_ONCE, language) if at_once else filled(template, language, values)
        if value is not None:
            found.append(row(say("labels", label, language), value))
    return found
