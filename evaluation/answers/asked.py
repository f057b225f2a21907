"""Measure whether the asked fact is answered: conversations on the demo data of one day, checked value by value.

The rows were written by people who saw the operations' results of that day and nothing of how the agent works. An
expected value counts in any usual format; what was asked for should stand in the first sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from core import turkish
from core.clock import ISTANBUL
from core.json_lines import read_json_lines
from core.languages import Language
from evaluation.environment import SLOW, SLOW_REGION, DemoEnvironment, create_demo, file_database
from evaluation.served_agent import ServedAgent
from evaluation.understanding.score import share
from graph.build import build_graph
from graph.state import ConversationState, TurnContext
from graph.turn_input import fresh_turn
from graph.understanding.topics import MACHINE, WAYS
from tools.caller import Caller

DAY = datetime(2026, 6, 15, 10, 0, tzinfo=ISTANBUL)
"""The day of the demo data from which the expected values were computed."""

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\n")
_NEGATIVE = re.compile(
    r"^(?:hayir|no)\b|\b(?:yok|degil|kapali|bulunmuyor|gorunmuyor|icermiyor|henuz|kalmamis|not|no|none|off|isn't)\b"
)
_AFFIRMATIVE = re.compile(r"^(?:evet|yes)\b")


@dataclass(frozen=True)
class AskedCase:
    """A conversation whose last message asks for a fact.

    Attributes:
        customer: Who writes.
        turns: His messages; the answer to the last one is judged.
        kind: What sort of question it is.
        language: Its language.
        expect: Values that the answer has to state.
        avoid: Texts that it must not hold.
    """

    customer: int
    turns: Sequence[str]
    kind: str
    language: Language
    expect: Sequence[Mapping[str, Any]]
    avoid: Sequence[str] = ()


@dataclass(frozen=True)
class AskedAnswer:
    """The answer to a case with its judgement.

    Attributes:
        case: The case.
        text: The last answer, with the question that follows it.
        missing: Expected values that it does not state, and texts that it should not hold.
        first: Whether every value stands in the first sentence or its list.
        asked: Facts that were read.
        figures: Figures in it.
    """

    case: AskedCase
    text: str
    missing: Sequence[str]
    first: bool
    asked: Sequence[str] = field(default_factory=list)
    figures: int = 0

    @property
    def right(self) -> bool:
        """True if everything expected is said."""
        return not self.missing


def read_cases(file: Path) -> list[AskedCase]:
    """Read the rows of a file; see ``docs/evaluation.md`` for their form."""
    rows = read_json_lines(file)
    return [
        AskedCase(row["customer"], row["turns"], row["kind"], row["language"], row["expect"], row.get("not", ()))
        for row in rows
    ]


async def answer_cases(
    cases: Sequence[AskedCase], agent: ServedAgent, progress: Callable[[int], None] = lambda done: None
) -> AsyncIterator[AskedAnswer]:
    """Play each case as a conversation of its own on the demo data of ``DAY``, and judge its last answer."""
    folder = TemporaryDirectory()  # a file: operations of one turn run at the same time
    database = file_database(Path(folder.name) / "demo.sqlite3")
    try:
        await database.migrate()
        await create_demo(database, DAY)
        environment = DemoEnvironment(database, DAY)
        environment.network.incidents[SLOW_REGION] = SLOW
        graph = build_graph(agent.dependencies(environment.toolbox, lambda: DAY), InMemorySaver())
        for done, case in enumerate(cases, start=1):
            context = TurnContext(Caller(case.customer))
            end: Any = {}
            for message in case.turns:
                config: Any = {"configurable": {"thread_id": str(done)}}
                end = await graph.ainvoke(fresh_turn(message), config, context=context)
            yield judge(case, end)
            progress(done)
    finally:
        await database.close()
        folder.cleanup()


def judge(case: AskedCase, end: ConversationState) -> AskedAnswer:
    """Return the judgement of the state in which a case ended."""
    asked = [each["fact"] for each in end.get("asked", [])]
    pending = [each.value["text"] for each in end.get("__interrupt__", [])]  # type: ignore[attr-defined]
    text = "\n".join([end.get("answer", ""), *pending]).strip()
    missing = [_told(want) for want in case.expect if not _states(text, want, end)]
    missing += [f"not: {avoided}" for avoided in case.avoid if turkish.fold(avoided) in turkish.fold(text)]
    first = all(_states(_opening(text), want, end) for want in case.expect)
    return AskedAnswer(case, text, missing, first, asked, len(_NUMBER.findall(text)))


def figures(answers: Sequence[AskedAnswer]) -> dict[str, Any]:
    """Return the shares of right answers by kind, of asked facts said first, and the length of answers."""
    kinds = sorted({one.case.kind for one in answers})
    texts = Counter(_opening(one.text) for one in answers)
    return {
        "n": len(answers),
        "right": share([one.right for one in answers]),
        "by_kind": {kind: share([one.right for one in answers if one.case.kind == kind]) for kind in kinds},
        "asked_first": share([one.first for one in answers if one.right]),
        "characters_p50": sorted(len(one.text) for one in answers)[len(answers) // 2],
        "figures_p50": sorted(one.figures for one in answers)[len(answers) // 2],
        "most_repeated": texts.most_common(1)[0][1],
    }


def _told(want: Mapping[str, Any]) -> str:
    return f"{want['type']} {want.get('value', want.get('any', ''))}".strip()


def _opening(text: str) -> str:
    """Return the first sentence of an answer, with the list that belongs to it."""
    first = _SENTENCE.split(text, maxsplit=1)[0]
    if first.endswith(":") or "\n- " in text[: len(first) + 4]:
        return text.split("\n\n", maxsplit=1)[0]
    return first


def _states(text: str, want: Mapping[str, Any], end: ConversationState) -> bool:
    said = turkish.fold(text)
    match want["type"]:
        case "money" | "number" | "percent":
            return any(abs(each - Decimal(str(want["value"]))) < Decimal("0.01") for each in _numbers(text))
        case "date":
            return _has_date(said, date.fromisoformat(want["value"]))
        case "month":
            year, month = map(int, want["value"].split("-"))
            return any(
                turkish.fold(turkish.month(year, month, language).split()[0]) in said for language in ("tr", "en")
            )
        case "text":
            return any(turkish.fold(str(each)) in said for each in want.get("any") or [want["value"]])
        case "yes":
            return _AFFIRMATIVE.search(said) is not None
        case "no":
            return _NEGATIVE.search(turkish.fold(_opening(text))) is not None
        case "answered":
            return bool(end.get("entry")) or end.get("topic") in (MACHINE, WAYS)
        case "unanswered":
            return not end.get("outcomes") and not end.get("entry")
    raise ValueError(f"unknown kind of expectation: {want['type']}")


def _numbers(text: str) -> list[Decimal]:
    """Return the numbers of a text, read as Turkish and as English ones."""
    found: list[Decimal] = []
    for written in _NUMBER.findall(text):
        for whole, point in ((".", ","), (",", ".")):
            try:
                found.append(Decimal(written.replace(whole, "").replace(point, ".")))
            except ArithmeticError:
                continue
    return found


def _has_date(said: str, day: date) -> bool:
    names = {turkish.fold(turkish.month(day.year, day.month, language).split()[0]) for language in ("tr", "en")}
    return day.isoformat() in said or any(
        re.search(rf"\b0?{day.day}\.? {name}|\b{name} 0?{day.day}\b", said) for name in names
    )
