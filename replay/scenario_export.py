"""Draft a scenario file from a recorded conversation: the messages up to a turn, and what happened as expectations.

The file holds no personal data: values of the customer become placeholders, which the scenario's demo customer fills;
other numbers and addresses become invented ones, the same for the same, so that they can be read as such. The format
is that of ``evaluation/scenarios``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from database.run_records import RunFilter
from database.runs import RunNotFound, Runs
from database.session import Database
from database.tables import Run, RunSnapshot
from replay.scenario_state import state_before

_MAX_TURNS = 50
_DEMO_CUSTOMERS = range(8)
_OWN_ARGUMENTS = {"bill_id", "line_number"}
"""Arguments that name bills and lines of the customer; the scenario's demo customer has other ones."""

_LEFT = re.compile(r"(⟨([a-z]+) [0-9a-f]{6}⟩)")
_INVENTED = {
    "email": "kisi{}@example.com", "phone": "0500000{:04}", "address": "Örnek Mah. Deneme Sok. No: {}, Çankaya, Ankara",
}  # fmt: skip

_HEAD = """\
# Kept from run {run} of {day}. It states what happened; write what should have happened:
#   say      add other wordings of the same wish (four or more), each run of `telekom eval scenarios` takes another one
#   means    is read by the scripted model only
#   expect   called, asked, says, says_not, changed, nothing_written, handed_over
"""


@dataclass(frozen=True)
class _RecordedTurn:
    """One turn of the conversation, not masked except for ``steps``."""

    run: Run
    snapshot: RunSnapshot
    steps: Sequence[Mapping[str, Any]]


async def export_scenario(database: Database, runs: Runs, run_id: str, name: str) -> str:
    """Return the content of a scenario file for a conversation up to a turn.

    Args:
        database: Customers' data, only read.
        runs: The recorded turns.
        run_id: The whole id of the last turn.
        name: The scenario's id.

    Raises:
        RunNotFound: The details of the turn, or of one before it in its conversation, were deleted.
    """
    turns = await _conversation(runs, run_id)
    last = turns[-1].run
    demo = last.customer_id if last.customer_id in _DEMO_CUSTOMERS else 1
    async with database.session() as session:
        own, rows = await state_before(session, last.customer_id, turns[0].run.started_at, demo)
    asked = [turn.run.outcome["pending"]["kind"] for turn in turns if turn.run.outcome and turn.run.outcome["pending"]]
    scenario: dict[str, Any] = {
        "id": name,
        "title": f"Kept from run {run_id[:8]}",
        "behaviours": ["kept"],
        "customer": demo,
        "start": {"rows": rows},
        "turns": [_turn(turn) for turn in turns],
        "expect": {"called": [name for turn in turns for name in turn.run.tools.split(",") if name], "asked": asked},
    }
    masked = await runs.masked([scenario, list(own)], last.customer_id)
    # Equal values have equal masks: each mask of a value of the customer is replaced by the placeholder of the value.
    filled = _invented(_replaced(masked[0], dict(zip(masked[1], own.values(), strict=True))))
    head = _HEAD.format(run=run_id, day=f"{last.started_at:%d.%m.%Y}")
    return head + yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=120)


async def _conversation(runs: Runs, run_id: str) -> list[_RecordedTurn]:
    last, _ = await runs.snapshot(run_id)
    rows = await runs.list(RunFilter(thread_id=last.thread_id), limit=_MAX_TURNS)
    earlier = [row.id for row in reversed(rows) if (row.started_at, row.id) <= (last.started_at, last.id)]
    if run_id not in earlier:
        raise RunNotFound(run_id)
    return [_RecordedTurn(*await runs.snapshot(each), (await runs.get(each)).steps) for each in earlier]


def _turn(turn: _RecordedTurn) -> dict[str, Any]:
    if turn.snapshot.request.get("approve") is not None:
        return {"approve": turn.snapshot.request["approve"]}
    words = turn.snapshot.request["message"].replace("{", "(").replace("}", ")")
    return {"say": [words], "means": _means(turn)}


def _means(turn: _RecordedTurn) -> dict[str, Any]:
    """Return what the model understood, in the form that the scripted model reads."""
    outputs = {step["node"]: step["output"] for step in turn.steps if isinstance(step["output"], Mapping)}
    outcome = turn.run.outcome or {}
    stated = [call["parametreler"] for call in outcome.get("tool_calls", [])]
    stated += [call["parametreler"] for call in (outcome.get("pending") or {}).get("calls", [])]
    arguments = {key: value for call in stated for key, value in call.items() if key not in _OWN_ARGUMENTS}
    if (understood := outputs.get("detect_intent")) is not None:
        operations = [intent["operation"] for intent in understood.get("intents", [])]
        if not operations:
            return {"topic": "unclear", "unsure": True} if understood.get("choices") else {"reply": "other"}
        return {"operations": operations} | ({"arguments": arguments} if arguments else {})
    replied = outputs.get("confirm", {})
    statuses = {call["status"] for call in replied.get("calls", [])}
    if "approved" in statuses:
        return {"reply": "yes"}
    if replied.get("topic") == "declined":
        return {"reply": "no"}
    return {"reply": "answer", "arguments": arguments} if arguments else {"reply": "other"}


def _invented(scenario: dict[str, Any]) -> dict[str, Any]:
    """Put invented values of the same kind in the place of the masks that are left: strangers' values, and new ones."""
    text = json.dumps(scenario, ensure_ascii=False)
    seen: dict[str, list[str]] = {}
    for mask, kind in dict.fromkeys(_LEFT.findall(text)):
        known = seen.setdefault(kind, [])
        known.append(mask)
        if kind in _INVENTED:
            text = text.replace(mask, _INVENTED[kind].format(len(known)))
    found: dict[str, Any] = json.loads(text)
    return found


def _replaced(value: Any, placeholders: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _replaced(each, placeholders) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, placeholders) for each in value]
    if isinstance(value, str):
        for mask, placeholder in placeholders.items():
            value = value.replace(mask, placeholder)
    return value
