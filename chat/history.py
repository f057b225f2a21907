"""A conversation as Chainlit's page shows it again: messages, steps and ratings, made from the recorded turns."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from chainlit.config import config
from chainlit.element import ElementDict
from chainlit.step import StepDict

from chat.history_elements import turn_elements
from chat.plain_text import plain
from conversation.service import ThreadHistory
from database.threads import ThreadTurn

_NAMES = uuid.UUID("5b0d2a2e-6c52-4f0e-9b1c-0d6f7f1c8a11")
_UNFINISHED = (
    "Bu mesajınızın cevabı yarıda kaldı. Onayladığınız ve başlamış olan bir işlem varsa yine de tamamlanır; "
    "isterseniz mesajınızı yeniden yazın."
)


def thread_steps(thread_id: str, login: str, history: ThreadHistory) -> list[StepDict]:
    """Return the steps of a conversation, oldest first.

    Args:
        thread_id: The conversation.
        login: The customer's login, the author of his messages.
        history: Its turns.
    """
    last = history.turns[-1] if history.turns else None
    steps: list[StepDict] = []
    for turn in history.turns:
        is_running = history.busy and turn is last
        steps += _turn_steps(turn, thread_id, login, is_running=is_running)
    return steps


def thread_elements(thread_id: str, history: ThreadHistory) -> list[ElementDict]:
    """Return the pictures and the steps' lines of a conversation.

    Args:
        thread_id: The conversation.
        history: Its turns.
    """
    return [each for turn in history.turns for each in turn_elements(turn, thread_id, _answer_id(turn))]


def last_answer_id(history: ThreadHistory) -> str | None:
    """Return the id of the step that shows the last answer; a question's buttons stand below it."""
    answered = [turn for turn in history.turns if turn.answer is not None]
    return _answer_id(answered[-1]) if answered else None


def message_times(steps: Iterable[StepDict]) -> dict[str, str]:
    """Return the time of each message by its id."""
    return {step["id"]: step["createdAt"] or "" for step in steps if step["type"].endswith("_message")}


def _turn_steps(turn: ThreadTurn, thread_id: str, login: str, *, is_running: bool) -> Iterator[StepDict]:
    run = turn.run
    began, ended = _moment(run.started_at), _moment(turn.answered_at or run.finished_at or run.started_at)
    asked_id = str(uuid.uuid5(_NAMES, f"{run.id} asked"))
    if turn.asked is not None:
        yield _step(
            id=asked_id, threadId=thread_id, type="user_message", name=login, output=turn.asked, createdAt=began
        )
    yield _step(
        id=run.id, threadId=thread_id, type="run", name="on_message", createdAt=began, start=began,
        end=None if is_running else ended, parentId=asked_id if turn.asked is not None else None, **_rating(turn),
    )  # fmt: skip
    if turn.answer is not None or not is_running:
        yield _step(
            id=_answer_id(turn), threadId=thread_id, type="assistant_message", name=config.ui.name, parentId=run.id,
            output=_UNFINISHED if turn.answer is None else plain(turn.answer), createdAt=ended, start=ended, end=ended,
        )  # fmt: skip


def _rating(turn: ThreadTurn) -> dict[str, Any]:
    run = turn.run
    if run.score is None:
        return {}
    rated = {"id": run.id, "forId": run.id, "value": 1 if run.score > 0 else 0, "comment": run.comment}
    return {"feedback": rated}


def _answer_id(turn: ThreadTurn) -> str:
    return str(uuid.uuid5(_NAMES, f"{turn.run.id} answer"))


def _step(**fields: Any) -> StepDict:
    whole: dict[str, Any] = {
        "input": "",
        "output": "",
        "parentId": None,
        "streaming": False,
        "metadata": {},
        "isError": False,
    }
    return StepDict(**{**whole, "start": fields["createdAt"], "end": fields["createdAt"], **fields})  # type: ignore[typeddict-item]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
