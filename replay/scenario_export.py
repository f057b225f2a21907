"""Draft a scenario file from a recorded conversation: the messages up to a turn, and what happened as expectations.

The file holds no personal data: values of the customer become placeholders, which the scenario's demo customer fills;
other numbers and addresses stay masked. The format is that of ``evaluation/scenarios``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from database.enums import BillStatus
from database.run_records import RunFilter
from database.runs import RunNotFound, Runs
from database.session import Database
from database.tables import AuditEntry, Bill, Customer, Line, Package, Run, RunSnapshot

_MAX_TURNS = 50
_DEMO_CUSTOMERS = range(8)
_OWN_ARGUMENTS = {"bill_id", "line_number"}
"""Arguments that name bills and lines of the customer; the scenario's demo customer has other ones."""

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
    async with database.session() as session:
        own, rows = await _state(session, last.customer_id, turns[0].run.started_at)
    asked = [turn.run.outcome["pending"]["kind"] for turn in turns if turn.run.outcome and turn.run.outcome["pending"]]
    scenario: dict[str, Any] = {
        "id": name,
        "title": f"Kept from run {run_id[:8]}",
        "behaviours": ["kept"],
        "customer": last.customer_id if last.customer_id in _DEMO_CUSTOMERS else 1,
        "start": {"rows": rows},
        "turns": [_turn(turn) for turn in turns],
        "expect": {"called": [name for turn in turns for name in turn.run.tools.split(",") if name], "asked": asked},
    }
    masked = await runs.masked([scenario, list(own)], last.customer_id)
    # Equal values have equal masks: each mask of a value of the customer is replaced by the placeholder of the value.
    filled = _replaced(masked[0], dict(zip(masked[1], own.values(), strict=True)))
    head = _HEAD.format(run=run_id, day=f"{last.started_at:%d.%m.%Y}")
    return head + yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=120)


async def _conversation(runs: Runs, run_id: str) -> list[_RecordedTurn]:
    last, _ = await runs.snapshot(run_id)
    rows = await runs.list(RunFilter(thread_id=last.thread_id), limit=_MAX_TURNS)
    earlier = [row.id for row in reversed(rows) if (row.started_at, row.id) <= (last.started_at, last.id)]
    if run_id not in earlier:
        raise RunNotFound(run_id)
    return [_RecordedTurn(*await runs.snapshot(each), (await runs.get(each)).steps) for each in earlier]


async def _state(
    session: AsyncSession, customer_id: int, began: datetime
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Return placeholders by the customer's values, and the customer's state as changes of a demo customer's rows."""
    customer = await session.get_one(Customer, customer_id)
    lines = (
        await session.execute(
            select(Line, Package.name)
            .join(Package, Package.id == Line.package_id)
            .where(Line.customer_id == customer_id)
            .order_by(Line.is_main.desc(), Line.id)
        )
    ).all()
    own = {value: f"{{{kind}}}" for kind in ("name", "email", "phone", "address")
           if (value := getattr(customer, kind))}  # fmt: skip
    own |= {word: "{name}" for word in customer.name.split()}
    own |= {line.number: place for (line, _), place in zip(lines, ("{line}", "{second_line}"), strict=False)}
    was = await _before(session, customer_id, began)
    rows: list[dict[str, Any]] = []
    now: dict[str, Any]
    for line, package in lines[:1]:
        now = {"package": package, "status": line.status.value}
        rows.append({"update": "lines", "where": {"number": "{line}"}, "set": now | _known(was, line.number, now)})
    newest = select(Bill).where(Bill.customer_id == customer_id).order_by(Bill.bill_date.desc()).limit(1)
    for bill in await session.scalars(newest):
        now = {"status": bill.status.value, "due_date": (bill.due_date - began.date()).days}
        now |= _known(was, bill.id, now)
        if now["status"] != BillStatus.PAID:
            now["paid_at"] = None
        rows.append({"update": "bills", "where": {"id": "{current_bill}"}, "set": now})
    return own, rows


async def _before(session: AsyncSession, customer_id: int, began: datetime) -> dict[tuple[str, str], Any]:
    """Return the former values of lines and bills that were changed since then, by number and field, from the audit."""
    entries = await session.scalars(
        select(AuditEntry)
        .where(AuditEntry.customer_id == customer_id, AuditEntry.at >= began)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    found: dict[tuple[str, str], Any] = {}
    for entry in entries:  # newest first, so that the oldest former value remains
        before = entry.before or {}
        number = before.get("line_number") or before.get("bill_id") or ""
        found |= {(number, key): value for key, value in before.items()}
    return found


def _known(was: Mapping[tuple[str, str], Any], number: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: was[number, name] for name in fields if (number, name) in was}


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


def _replaced(value: Any, placeholders: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _replaced(each, placeholders) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, placeholders) for each in value]
    if isinstance(value, str):
        for mask, placeholder in placeholders.items():
            value = value.replace(mask, placeholder)
    return value
