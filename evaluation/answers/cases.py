"""The cases for measuring answers: real results and refusals of the operations, each with a fitting message.

The messages are those of ``data/everyday.jsonl`` with the matching operation; topics that its rows do not tell apart
(a greeting, thanks, …) have messages in ``data/talk.jsonl``. Results come from demo environments
(``evaluation.environment``), one for each seed; the same seed gives the same cases, save for random ids.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from random import Random
from typing import Any, Literal

from core.json_lines import read_json_lines
from core.languages import Language
from evaluation.answers.refusals import refusals
from evaluation.environment import DemoEnvironment, OperationResult, open_environment
from evaluation.language import language_of
from graph.calls import error_data
from graph.state import Outcome

DATA = Path(__file__).parents[1] / "data"
ANY_MESSAGE = ("empty_result", "model_failed", "tool_failed", "condition_not_met", "too_many_steps")
"""Topics that follow a message about anything."""
_IDS = frozenset({"ticket_id", "bill_id", "line_number"})
_CASES_OF_A_WORLD = 100
_ENGLISH_SHARE = 0.2
_STATED_SHARE = 0.4
_SHARES = {"operation": 0.5, "error": 0.3, "talk": 0.2}

Kind = Literal["operation", "error", "talk"]


@dataclass(frozen=True)
class AnswerCase:
    """One answer to be written.

    Attributes:
        kind: The kind of answer: to a result, to a refusal, or to a message without an operation.
        name: The operation, the code of the error, or the topic.
        situation: The status of a result, which distinguishes cases of one name; else "".
        message: What the customer wrote.
        outcome: The outcome that the answer is about; None for talk.
        preview: The facts that the customer confirmed, where there are any.
    """

    kind: Kind
    name: str
    situation: str
    message: str
    outcome: Outcome | None = None
    preview: Mapping[str, Any] | None = None

    @property
    def language(self) -> Language:
        """The language of the message, by ``language_of``."""
        return language_of(self.message)


class Messages:
    """Customers' messages by operation and by topic.

    Args:
        everyday: Rows of ``everyday.jsonl``.
        talk: Rows of ``talk.jsonl``: ``topic`` and ``utterance``.
    """

    def __init__(self, everyday: Sequence[Mapping[str, Any]], talk: Sequence[Mapping[str, Any]]) -> None:
        self._rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self.topics: dict[str, list[str]] = defaultdict(list)
        for row in everyday:
            if len(row["tools"]) == 1:
                self._rows[row["tools"][0]["name"]].append(row)
            elif not row["tools"] and (topic := _topic(row)):
                self.topics[topic].append(row["utterance"])
        for row in talk:
            self.topics[row["topic"]].append(row["utterance"])

    def pick(self, operation: str, rng: Random) -> Mapping[str, Any]:
        """Return a row that asks for this operation; where both languages exist, one in five is English."""
        rows = self._rows.get(operation) or list(itertools.chain.from_iterable(self._rows.values()))
        english = [row for row in rows if language_of(row["utterance"]) == "en"]
        others = [row for row in rows if row not in english]
        few = english and (not others or rng.random() < _ENGLISH_SHARE)
        return rng.choice(english if few else others)

    def about(self, topic: str, rng: Random) -> list[str]:
        """Return every message about a topic, in random order."""
        if topic in ANY_MESSAGE:
            return [self.pick(operation, rng)["utterance"] for operation in self._rows]
        return rng.sample(self.topics[topic], len(self.topics[topic]))


def load_messages(folder: Path = DATA) -> Messages:
    """Read the two files."""
    return Messages(*(read_json_lines(folder / name) for name in ("everyday.jsonl", "talk.jsonl")))


def _topic(row: Mapping[str, Any]) -> str:
    """Return the topic of a row without an operation, or "" where the row does not state it."""
    if row.get("misuse"):
        return "misuse"
    if row.get("person"):
        return "person"
    return {"out_of_scope": "out_of_scope", "complaint": "angry"}.get(row["kind"], "")


SituationOf = Callable[[str, Mapping[str, Any]], str]
"""Returns the situation of an operation's result."""


async def make_cases(
    n: int, seed: int, messages: Messages, topics: Iterable[str], situation_of: SituationOf
) -> list[AnswerCase]:
    """Sample cases: half of them results, the rest refusals and talk, every situation before any comes twice.

    Args:
        n: How many; fewer come only where there are no more different ones.
        seed: Chooses environments, customers and messages.
        messages: The customers' messages.
        topics: Topics of talk.
        situation_of: Returns the situation of a result.
    """
    rng = Random(f"cases-{seed}")
    pools: dict[Kind, list[AnswerCase]] = {"operation": [], "error": [], "talk": _talk(messages, topics, rng)}
    for number in range(ceil(n / _CASES_OF_A_WORLD)):
        async with open_environment(seed * 1000 + number) as environment:
            for ran, message in [*await _refused(environment, messages, rng), *await _ran(environment, messages, rng)]:
                case = _case(ran, message, situation_of)
                pools[case.kind].append(case)
    wanted: dict[Kind, int] = {"error": round(n * _SHARES["error"]), "talk": round(n * _SHARES["talk"])}
    chosen: list[AnswerCase] = []
    for kind in ("talk", "error"):
        chosen += itertools.islice(_in_turns(pools[kind], rng), wanted[kind])
    return [*itertools.islice(_in_turns(pools["operation"], rng), n - len(chosen)), *reversed(chosen)]


def _talk(messages: Messages, topics: Iterable[str], rng: Random) -> list[AnswerCase]:
    return [AnswerCase("talk", topic, "", message) for topic in topics for message in messages.about(topic, rng)]


def _case(ran: OperationResult, message: str, situation_of: SituationOf) -> AnswerCase:
    error = error_data(ran.error) if ran.error else None
    result = dict(ran.result) if ran.result is not None else None
    outcome = Outcome(
        call_id="case", operation=ran.operation, arguments=dict(ran.arguments), success=error is None, executed=True,
        result=result, error=error, ms=0,
    )  # fmt: skip
    if ran.error:
        return AnswerCase("error", ran.error.code, "", message, outcome, ran.preview)
    return AnswerCase(
        "operation", ran.operation, situation_of(ran.operation, result or {}), message, outcome, ran.preview
    )


def _in_turns(cases: Sequence[AnswerCase], rng: Random) -> Iterator[AnswerCase]:
    """Yield each case once: first one of every name, then one of every situation, then the rest in turns."""
    waiting: dict[tuple[str, str], list[AnswerCase]] = defaultdict(list)
    for case in rng.sample(cases, len(cases)):
        waiting[case.name, case.situation].append(case)
    first = {key[0]: key for key in waiting}
    for key in first.values():
        yield waiting[key].pop()
    order = sorted(waiting, key=lambda key: key in first.values())
    while any(waiting.values()):
        for key in order:
            if waiting[key]:
                yield waiting[key].pop()
        order = list(waiting)


async def _refused(environment: DemoEnvironment, messages: Messages, rng: Random) -> list[tuple[OperationResult, str]]:
    return [(ran, messages.pick(ran.operation, rng)["utterance"]) async for ran in refusals(environment, rng)]


async def _ran(environment: DemoEnvironment, messages: Messages, rng: Random) -> list[tuple[OperationResult, str]]:
    """Run every operation for every customer, reads before writes; a refusal counts as a refusal case."""
    found = []
    for operation in sorted(environment.operations, key=environment.toolbox.is_write):
        for customer in rng.sample(environment.customers, len(environment.customers)):
            row = messages.pick(operation, rng)
            arguments = _arguments(environment, operation, row, rng)
            found.append((await environment.attempt(operation, customer, arguments), row["utterance"]))
    return found


def _arguments(environment: DemoEnvironment, operation: str, row: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    """Return the arguments that the message states and random values for the missing ones.

    Ids are left out, since nobody here has them, and often the package to change to: customers name many that are not
    on sale here.
    """
    stated = dict(row["tools"][0].get("args") or {}) if row["tools"][0]["name"] == operation else {}
    dropped = _IDS if rng.random() < _STATED_SHARE else _IDS | {"new_package_name"}
    stated = {name: value for name, value in stated.items() if name not in dropped}
    package = rng.choice(("Genç Paket", "Aile Paketi", "Mega İnternet", "Dünya Paketi", "Premium Paket"))
    kind, value = rng.choice(
        (("phone", "0533 222 11 00"), ("email", "yeni.adres@example.com"), ("address", "Çiçek Sok. No: 4, Bornova"))
    )
    chances: dict[str, Any] = {
        "method": rng.choice(("credit_card", "bank_transfer", "digital_wallet", "cash")),
        "status": rng.random() < 0.6,
        "new_package_name": package,
        "package_name": package,
        "issue_description": row["utterance"] if len(row["utterance"]) >= 10 else "Hattımda bir sorun var.",
    }
    if operation == "update_customer_contact" and "new_value" not in stated:
        stated = {"contact_type": kind, "new_value": value}
    missing = {name: chances[name] for name in environment.toolbox.required(operation) if name in chances}
    return {**missing, **stated}
