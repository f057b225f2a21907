"""What every turn writes at its beginning and at its end: fixed statements, without the bookkeeping of an ORM."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from database.customer_masks import words_of_customer
from database.enums import MessageRole
from database.run_records import MaskedRun, RunEnd, RunTrace
from database.tables import CustomerRow, LineRow, Run, RunRecord, RunSnapshot, Thread, ThreadMessage

_BEGIN = insert(Run)
_SAY = insert(ThreadMessage)
_USED = update(Thread).where(Thread.id == bindparam("thread")).values(updated_at=bindparam("now"))
_OF_RUN = (
    select(
        Run.thread_id, Run.customer_id, Run.message, CustomerRow.name, CustomerRow.email, CustomerRow.phone,
        CustomerRow.address,
    )
    .join(CustomerRow, CustomerRow.id == Run.customer_id)
    .where(Run.id == bindparam("run"))
)  # fmt: skip
_NUMBERS = select(LineRow.number).where(LineRow.customer_id == bindparam("customer"))
_END = update(Run).where(Run.id == bindparam("run"))
_RECORD = insert(RunRecord)
_SNAPSHOT = insert(RunSnapshot)


class BegunTurn(NamedTuple):
    """A turn that has begun, with what identifies its customer by our own records.

    Attributes:
        thread_id: The conversation.
        customer_id: The customer.
        message: His words; None for a turn that the service took by itself.
        name: His name.
        known: The kind of each word that identifies him, as ``core.masking.words_of``.
    """

    thread_id: str
    customer_id: int
    message: str | None
    name: str
    known: dict[str, str]


def write_begin(
    connection: Connection, run_id: str, thread_id: str, customer_id: int, channel: str, message: str | None,
    at: datetime,
) -> None:  # fmt: skip
    """Write that a turn has begun; arguments as for ``Runs.begin``."""
    run = {
        "id": run_id, "thread_id": thread_id, "customer_id": customer_id, "channel": channel, "message": message,
        "started_at": at, "tools": "",
    }  # fmt: skip
    connection.execute(_BEGIN, run)
    if message is not None:
        _say(connection, run_id, thread_id, MessageRole.USER, message, at)
    connection.execute(_USED, {"thread": thread_id, "now": at})


def begun_turn(connection: Connection, run_id: str) -> BegunTurn:
    """Return a turn that has begun.

    Raises:
        sqlalchemy.exc.NoResultFound: There is none.
    """
    found = (connection.execute(_OF_RUN, {"run": run_id})).one()
    numbers = connection.execute(_NUMBERS, {"customer": found.customer_id})
    known = words_of_customer(found, [number for (number,) in numbers])
    return BegunTurn(found.thread_id, found.customer_id, found.message, found.name, known)


def write_end(
    connection: Connection, run_id: str, at: datetime, begun: BegunTurn, end: RunEnd, trace: RunTrace,
    masked: MaskedRun,
) -> None:  # fmt: skip
    """Write how a turn ended, its answer and its course; arguments as for ``Runs.end``."""
    rollout = trace.setup.get("rollout", {})
    values = {
        "finished_at": at, "answer": end.answer, "intent": end.intent, "confidence": end.confidence,
        "outcome": end.outcome, "tools": f",{','.join(dict.fromkeys(end.tools))}," if end.tools else "",
        "error": end.error, "ms": end.ms, "tokens_in": end.tokens_in, "tokens_out": end.tokens_out,
        "kept_back": end.kept_back, "rollout_id": rollout.get("id"), "rollout_side": rollout.get("side"),
    }  # fmt: skip
    connection.execute(_END, {"run": run_id, **values})
    if end.answer is not None:
        _say(connection, run_id, begun.thread_id, MessageRole.ASSISTANT, end.answer, at)
    connection.execute(_RECORD, {"run_id": run_id, **vars(masked), "setup": dict(trace.setup)})
    exact = {
        "run_id": run_id, "checkpoint_id": trace.checkpoint_id, "request": trace.request,
        "calls": [dict(call) for call in trace.calls],
    }  # fmt: skip
    connection.execute(_SNAPSHOT, exact)


def _say(connection: Connection, run_id: str, thread_id: str, role: MessageRole, words: str, at: datetime) -> None:
    said: Mapping[str, Any] = {"thread_id": thread_id, "run_id": run_id, "role": role, "text": words, "at": at}
    connection.execute(_SAY, said)
