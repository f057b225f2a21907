"""Score the served detect_intent and argument reading on single messages.

Each message goes through the same node and the same reader as a customer's, in a fresh thread; nothing is executed,
and no server or database is needed. A row is one JSON object a line: ``id``, ``utterance``, ``kind``, ``tools`` (list
of name and stated args), optional ``alt`` (other acceptable first outcomes, ``none`` for a question or no call).

Scores: tool accuracy strict (the set of tool names is right) and lenient (or it is one of ``alt``), argument accuracy
over the rows whose tools are right, ``no_tool`` (rows without a tool that get none), expected calibration error of the
reported confidence against lenient correctness in 15 bins (Guo et al. 2017, "On Calibration of Modern Neural
Networks"), and the median time of a message.
"""

from __future__ import annotations

import difflib
import json
import re
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from core import turkish
from core.calibration import expected_calibration_error
from core.turkish.suffixes import without_case
from evaluation.rows import BadRows

_FREE = frozenset({"reason", "issue_description", "category", "priority", "line_number"})
"""Arguments that do not count: free text, or a matter of taste."""
_NAMES = frozenset({"package_name", "new_package_name", "region"})
_SIMILAR = 0.8


@dataclass(frozen=True)
class LabeledMessage:
    """One message with the expected calls."""

    id: str
    utterance: str
    kind: str
    tools: Sequence[Mapping[str, Any]]
    alt: Sequence[str] = ()

    @property
    def names(self) -> set[str]:
        """The expected tools."""
        return {tool["name"] for tool in self.tools}


@dataclass(frozen=True)
class Understood:
    """The agent's reading of a message: calls with arguments, and its confidence."""

    calls: Sequence[tuple[str, Mapping[str, Any]]]
    confidence: float

    @property
    def names(self) -> set[str]:
        """The chosen tools."""
        return {name for name, _ in self.calls}


@dataclass(frozen=True)
class Judged:
    """One row with the agent's reading and its correctness.

    Attributes:
        row: The message and the expected calls.
        understood: The agent's reading.
        strict: The set of tools is right.
        lenient: The same, or another acceptable first outcome.
        arguments: True if the stated arguments are right; None where the tools are wrong or none is wanted.
        ms: Time of the reading, milliseconds.
    """

    row: LabeledMessage
    understood: Understood
    strict: bool
    lenient: bool
    arguments: bool | None
    ms: float

    @property
    def fault(self) -> Literal["tools", "arguments", ""]:
        """The part that is wrong, or ""."""
        if not self.lenient:
            return "tools"
        return "arguments" if self.arguments is False else ""


@dataclass
class Scores:
    """The figures of one file, and every row that they were counted on."""

    n: int
    tool_strict: float
    tool_lenient: float
    args: float
    no_tool: float
    ece: float
    p50_ms: float
    rows: Sequence[Judged] = ()

    @property
    def wrong(self) -> list[dict[str, Any]]:
        """The wrong rows as JSON data."""
        return [_wrong(judged) for judged in self.rows if judged.fault]

    def figures(self) -> dict[str, float]:
        """Return the figures without the rows."""
        return {name: value for name, value in vars(self).items() if name != "rows"}


@dataclass(frozen=True)
class EarlierTurn:
    """The turn before a message.

    Attributes:
        kind: A word for reports.
        context: What was done, in words that the decision model knows.
        question: The question that is still open, as the customer reads it.
    """

    kind: str
    context: str = ""
    question: str = ""


NOTHING_BEFORE = EarlierTurn("fresh thread")


class Understand(Protocol):
    """Reads one message as the served agent does."""

    def __call__(self, message: str, before: EarlierTurn = NOTHING_BEFORE, /) -> Awaitable[Understood]:
        """Return the reading of a message behind an earlier turn."""
        ...


def read_rows(path: Path, operations: Sequence[str]) -> list[LabeledMessage]:
    """Read a data file.

    Args:
        path: JSON Lines.
        operations: The names that exist.

    Raises:
        BadRows: Some lines are no rows; all of them are listed.
        OSError: The file cannot be read.
    """
    rows, problems = [], []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line.decode()), number, operations))
        except (ValueError, KeyError) as error:
            problems.append(f"{path.name}:{number}: {_reason(error)}")
    if problems:
        raise BadRows("\n".join(problems))
    if not rows:
        raise BadRows(f"{path.name}: no rows")
    return rows


def _reason(error: ValueError | KeyError) -> str:
    if isinstance(error, KeyError):
        return f"missing key {error}"
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 (byte {error.start + 1} of the line)"
    return f"not JSON: {error}" if isinstance(error, json.JSONDecodeError) else str(error)


def _row(data: Any, number: int, operations: Sequence[str]) -> LabeledMessage:
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    if not isinstance(data["utterance"], str) or not data["utterance"].strip():
        raise ValueError("the utterance is empty")
    tools, alternatives = data["tools"], data.get("alt", [])
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        raise ValueError("tools is not a list of objects")
    for tool in tools:
        if tool["name"] not in operations:
            raise ValueError(f"unknown operation {tool['name']!r}")
        if not isinstance(tool.get("args") or {}, dict):
            raise ValueError(f"the args of {tool['name']} are no object")
    if not isinstance(alternatives, list):
        raise ValueError("alt is not a list")
    for name in alternatives:
        if name != "none" and name not in operations:
            raise ValueError(f"unknown operation {name!r} in alt")
    return LabeledMessage(
        id=str(data.get("id", number)), utterance=data["utterance"], kind=str(data.get("kind", "tool")),
        tools=tools, alt=alternatives,
    )  # fmt: skip


async def score(
    rows: Sequence[LabeledMessage],
    understand: Understand,
    progress: Callable[[int], None] = lambda done: None,
    before: EarlierTurn = NOTHING_BEFORE,
) -> Scores:
    """Let the agent read every message and score the readings.

    Args:
        rows: The messages.
        understand: Reads one message.
        progress: Told the number of messages read.
        before: The turn before each message.
    """
    judged = []
    for done, row in enumerate(rows, start=1):
        began = time.perf_counter()
        understood = await understand(row.utterance, before)
        judged.append(judge(row, understood, (time.perf_counter() - began) * 1000))
        progress(done)
    right = [one.lenient for one in judged]
    return Scores(
        n=len(judged),
        tool_strict=share([one.strict for one in judged]),
        tool_lenient=share(right),
        args=share([one.arguments for one in judged if one.arguments is not None]),
        no_tool=share([not one.understood.calls for one in judged if not one.row.tools]),
        ece=round(expected_calibration_error([one.understood.confidence for one in judged], right), 4),
        p50_ms=round(statistics.median(one.ms for one in judged), 1),
        rows=judged,
    )


def judge(row: LabeledMessage, understood: Understood, ms: float = 0.0) -> Judged:
    """Judge the agent's reading of one row."""
    strict = understood.names == row.names
    lenient = strict or _is_alternative(understood.names, row.alt)
    stated = arguments_right(row, understood) if strict and row.tools else None
    return Judged(row, understood, strict, lenient, stated, ms)


def _wrong(judged: Judged) -> dict[str, Any]:
    row, understood = judged.row, judged.understood
    return {
        "id": row.id,
        "utterance": row.utterance,
        "expected": list(row.tools),
        "alt": list(row.alt),
        "got": [{"name": name, "args": dict(arguments)} for name, arguments in understood.calls],
        "confidence": round(understood.confidence, 3),
        "fault": judged.fault,
    }


def share(hits: Sequence[bool]) -> float:
    """Return the share of hits, rounded as it is reported; 0 where there is nothing to count."""
    return round(sum(hits) / len(hits), 4) if hits else 0.0


def _is_alternative(names: set[str], alternatives: Sequence[str]) -> bool:
    if not names:
        return "none" in alternatives
    return len(names) == 1 and next(iter(names)) in alternatives


def arguments_right(row: LabeledMessage, understood: Understood) -> bool:
    """Return True if all stated arguments are right and none is invented."""
    expected = {tool["name"]: tool.get("args") or {} for tool in row.tools}
    for name, got in understood.calls:
        wanted = {key: value for key, value in expected[name].items() if key not in _FREE}
        stated = {key: value for key, value in got.items() if key not in _FREE}
        if wanted.keys() != stated.keys():
            return False
        if not all(same_value(key, wanted[key], stated[key]) for key in wanted):
            return False
    return True


def same_value(name: str, wanted: Any, got: Any) -> bool:
    """Return True if two argument values mean the same by the conventions of the data."""
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    if name in _NAMES:
        return _same_name(str(wanted), str(got))
    if "@" in str(wanted):
        return turkish.lower(str(wanted)) == turkish.lower(str(got))
    left, right = _letters_and_digits(str(wanted)), _letters_and_digits(str(got))
    if name == "new_value" and not left.isdigit():
        return difflib.SequenceMatcher(None, left, right).ratio() >= _SIMILAR
    return left == right


def _same_name(wanted: str, got: str) -> bool:
    left, right = (turkish.fold(without_case(text.strip())) for text in (wanted, got))
    return difflib.SequenceMatcher(None, left, right).ratio() >= _SIMILAR


def _letters_and_digits(text: str) -> str:
    return re.sub(r"[\W_]+", "", turkish.fold(text))
