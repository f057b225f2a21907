"""The decision format: turns a message and its questions into the prompt of the decision model.

This is transformers' decision format with one query word a question.

The template writes the state, a line break, and for every question one word whose last state is read; the words are
ordinary tokens with a fitting meaning, so that training starts from something. Options are scored by the rows of one
linear layer, from the offset of the question's type on (the format of transformers' ``JevForDecision``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

QUERIES = {
    "operation": "işlem",
    "second_operation": "ikinci",
    "topic": "konu",
    "conditional": "eğer",
    "switch": "kapat",
    "method": "kart",
    "contact_type": "adres",
    "reply": "cevap",
    "step": "adım",
    "described": "sorun",
    "pick": "hangi",
}
"""The word of each question, in the order in which they are asked."""

OFFSETS = {"noul": 0, "score": 2, "choice": 2}
MOST_OPTIONS = 24
ROWS = OFFSETS["choice"] + MOST_OPTIONS
"""Rows of the linear layer: two for yes and no, the rest for the options of a choice."""

NOUL = ("true", "false")

SPANS = ("package", "region", "value", "id", "limit")
"""Kinds of spans: a package's name, a place, a new contact value, a bill's or record's number, a count."""

TAGS = ("O", *(f"{mark}-{span}" for span in SPANS for mark in "BI"))
"""A token's place in a span (inside, outside, beginning: Ramshaw and Marcus 1995), in the order of the rows."""

_BEFORE_MESSAGE = "\nMüşteri: "

DecisionState = str | Mapping[str, Any]
"""A message, or a mapping of a ``message`` and its ``context``: the subject of a decision."""


def first_row(options: Sequence[str]) -> int:
    """Return the row of a question's first option."""
    return OFFSETS["noul"] if tuple(options) == NOUL else OFFSETS["choice"]


def message_of(state: DecisionState) -> str:
    """Return the customer's words in a state."""
    return state if isinstance(state, str) else str(state["message"])


def context_of(state: DecisionState) -> str | None:
    """Return the context of a message (what was asked or done before it), or None."""
    return None if isinstance(state, str) else state.get("context") or None


def rendered(state: DecisionState) -> str:
    """Render a state as text: the message after its context."""
    context = context_of(state)
    return f"{context}{_BEFORE_MESSAGE}{message_of(state)}" if context else message_of(state)


def queries_text(questions: Iterable[str]) -> str:
    """Return the text after the state: one query word a question."""
    return "\n" + "".join(f" {QUERIES[name]}" for name in questions)


def decision_prompt(state: DecisionState, questions: Iterable[str]) -> str:
    """Return the prompt with some questions, as the template renders it without its marks."""
    return f"<bos>{rendered(state)}{queries_text(questions)}"


def template() -> str:
    """Return the Jinja template of the decision format."""
    words = json.dumps(QUERIES, ensure_ascii=False)
    before = json.dumps(_BEFORE_MESSAGE, ensure_ascii=False)
    return (
        f"{{%- set words = {words} -%}}<bos>"
        "{%- if state is mapping -%}{%- if state.context -%}{{- state.context ~ " + before + " -}}{%- endif -%}"
        "{{- state.message -}}{%- else -%}{{- state -}}{%- endif -%}{{- '\\n' -}}"
        "{%- for question in questions -%}{{- ' ' ~ words[question.name] -}}<|mark|>{%- endfor -%}"
    )
