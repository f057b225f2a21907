"""The units that a free answer may say: the true sentences of one fact, result or knowledge text, with its values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from core.fields import FIELD
from core.languages import Language
from graph.answers.approved import Answers
from graph.answers.composed import AnsweredFact
from graph.answers.verdicts import POLAR, verdict
from graph.asked.values import text_of

_FIGURE = re.compile(
    r"\d[\d.,:]*\d(?:\s?(?:TL|GB|Mbps|%))?|\d(?:\s?(?:TL|GB|Mbps|%))?|[\w.+-]+@[\w.-]+|https?://\S+", re.IGNORECASE
)
_SHOWN = 4
"""True sentences of a result that are shown as evidence; more of them only blur it."""
_SAID_AGAIN = frozenset({"said"})
"""Values that are whole answers; code repeats them word by word."""


@dataclass(frozen=True)
class Unit:
    """One thing to say.

    Attributes:
        text: Sentences that are true, with names of values in braces.
        values: The values by name, formatted.
        required: Names that the answer has to say.
        said: The words of code for it.
        source: Who is the author of these words.
        label: What was done, where something was.
        is_knowledge: Whether it is general information.
    """

    text: str
    values: Mapping[str, str]
    required: frozenset[str]
    said: str
    source: Literal["composed", "template"]
    label: str = ""
    is_knowledge: bool = field(default=False)


def of_asked(told: Sequence[AnsweredFact], answers: Answers, language: Language, words: str) -> list[Unit] | None:
    """Return the units of the asked facts; None where code has to say them: several lines, or a repeated answer.

    Args:
        told: The facts as they were found.
        answers: The wording of codes.
        language: The language of the answer.
        words: The customer's message.
    """
    units: list[Unit] = []
    for each in told:
        if each.line or _SAID_AGAIN & each.finding.values.keys():
            return None
        texts = list(each.fact.said[each.finding.variant][language])
        polar = verdict(each.fact, each.finding, words)
        if polar is not None:
            answer = POLAR[language][0 if polar else 1]
            texts = [text if text.startswith(answer) else f"{answer}. {text}" for text in texts]
        values = {
            name: text_of(value, answers, language)
            for name, value in each.finding.values.items()
            if value is not None and any("{" + name + "}" in text for text in texts)
        }
        shared = set.intersection(*(set(FIELD.findall(text)) for text in texts))
        asked = next(iter(each.finding.values), "")
        required = {asked} if asked in shared else shared
        units.append(Unit(" ".join(texts), values, frozenset(required & values.keys()), each.text, "composed"))
    return distinct(units)


def of_result(approved: Sequence[str], values: Mapping[str, str], said: str, label: str) -> Unit:
    """Return the unit of a result or of a refusal.

    Args:
        approved: The approved answers that fit it.
        values: Its facts, formatted.
        said: The words of code.
        label: What was done.
    """
    shared = set.intersection(*(set(FIELD.findall(text)) for text in approved))
    texts = list(approved[:_SHOWN])
    named = set(FIELD.findall(" ".join(texts)))
    return Unit(
        " ".join(texts), {name: value for name, value in values.items() if name in named}, frozenset(shared), said,
        "template", label,
    )  # fmt: skip


def of_knowledge(text: str) -> Unit:
    """Return the unit of a knowledge text; its figures get names, so that code fills them in as all others."""
    values: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        name = f"deger_{chr(ord('a') + len(values) % 26)}{'_' * (len(values) // 26)}"
        values[name] = match.group()
        return "{" + name + "}"

    return Unit(_FIGURE.sub(named, text), values, frozenset(), text, "composed", is_knowledge=True)


def distinct(units: Sequence[Unit]) -> list[Unit]:
    """Return the units with a name of its own for each value; equal values of one name share it."""
    taken: dict[str, str] = {}
    found = []
    for unit in units:
        renamed = {}
        for name, value in unit.values.items():
            fresh = name
            while taken.setdefault(fresh, value) != value:
                fresh += "_x"
            renamed[name] = fresh
        text = FIELD.sub(lambda match, names=renamed: "{" + names.get(match[1], match[1]) + "}", unit.text)  # type: ignore[misc]
        values = {renamed[name]: value for name, value in unit.values.items()}
        found.append(replace(
            unit, text=text, values=values, required=frozenset(map(renamed.__getitem__, unit.required)),
        ))  # fmt: skip
    return found
