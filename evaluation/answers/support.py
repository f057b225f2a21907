"""Measure the reading of support on sentences that it was not trained on: false accepts and false refusals by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.decision.support import SupportReading
from core.json_lines import read_json_lines
from core.languages import Language
from graph.answers.own_words import own_claim


@dataclass(frozen=True)
class SupportCase:
    """A sentence beside its evidence, with what is right."""

    evidence: str
    sentence: str
    supported: bool
    kind: str
    language: Language


@dataclass(frozen=True)
class JudgedSentence:
    """A case as it was judged.

    Attributes:
        case: The case.
        probability: Of support.
        read: Whether the reading alone accepts it.
        said: Whether it would reach the customer: the rules of ``own_words`` accept it, too.
    """

    case: SupportCase
    probability: float
    read: bool
    said: bool


@dataclass(frozen=True)
class KindFigures:
    """Counts of one kind of sentences: how many there are, and how many were judged wrongly."""

    kind: str
    n: int
    wrong_by_reading: int
    wrong_as_served: int


def read_cases(file: Path) -> list[SupportCase]:
    """Return the rows of a file.

    Raises:
        OSError: The file cannot be read.
        KeyError: A row lacks a field.
    """
    rows = read_json_lines(file)
    return [
        SupportCase(row["evidence"], row["sentence"], row["supported"], row.get("kind", ""), row.get("language", "tr"))
        for row in rows
    ]


def judge(
    cases: Iterable[SupportCase], reading: SupportReading, done: Callable[[int], None] = lambda count: None
) -> list[JudgedSentence]:
    """Judge every case as it is served: a courtesy may be supported by nothing."""
    judged = []
    for count, case in enumerate(cases, start=1):
        evidence = [case.evidence] if "{" in case.sentence else [case.evidence, ""]
        probability = max(reading.supported(each, case.sentence) for each in evidence)
        accepted = probability >= reading.threshold
        own = own_claim(case.sentence, case.evidence, case.language)
        judged.append(JudgedSentence(case, probability, accepted, accepted and own is None))
        done(count)
    return judged


def by_kind(judged: Sequence[JudgedSentence]) -> list[KindFigures]:
    """Return the figures of each kind, and of all unsupported and all supported ones."""
    false = [one for one in judged if not one.case.supported]
    true = [one for one in judged if one.case.supported]
    groups = [("false accepts", false), ("false refusals", true)]
    for kind in dict.fromkeys(one.case.kind for one in (*false, *true)):
        groups.append((kind, [one for one in judged if one.case.kind == kind]))
    return [
        KindFigures(
            name, len(group), sum(one.read != one.case.supported for one in group),
            sum(one.said != one.case.supported for one in group),
        )
        for name, group in groups
    ]  # fmt: skip
