"""Records of conversations, as they are read: a line of a list, the last turn, one turn with what was said in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from database.tables import Run


class SessionSummary(BaseModel):
    """A conversation in a list."""

    model_config = ConfigDict(frozen=True)

    session_id: str
    title: str
    created_at: datetime
    updated_at: datetime


class LastTurn(NamedTuple):
    """The last turn of a conversation in which the customer, or the service by itself, said something.

    Attributes:
        run_id: Its run.
        answered_at: The time of its answer; None where it was interrupted, or is still going on.
        was_left: True where its client went away or stopped it.
        by_service: True for one that the service took by itself.
    """

    run_id: str | None
    answered_at: datetime | None
    was_left: bool
    by_service: bool


class ThreadTurn(NamedTuple):
    """One turn of a thread with what was said in it, as its run and its messages hold it.

    Attributes:
        run: The record of the turn.
        asked: What the customer wrote; None for a turn that the service took by itself.
        answer: What was answered; None where the turn was interrupted, or is still going on.
        answered_at: The time of the answer.
        nodes: The nodes of its course, as engineers may read them; empty once they are deleted.
        calls: The operations that were used in it, exact; empty once they are deleted.
    """

    run: Run
    asked: str | None
    answer: str | None
    answered_at: datetime | None
    nodes: Sequence[Mapping[str, Any]] = ()
    calls: Sequence[Mapping[str, Any]] = ()
