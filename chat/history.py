"""A conversation as Chainlit's page shows it again: messages, steps, ratings and pictures, made from recorded turns.

What a record does not hold is left out: the mark of the customer's package in a list, which was looked up while the
list was drawn, and the card of a question that was answered.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chat.cards import cards_of
from chat.confirmation import confirmation_card
from chat.drawing import CARD, STEPS
from chat.photos import cards_by_notice
from chat.plain_text import plain
from chat.steps import TurnSteps, duration, summary
from chat.words import say, wording
from conversation.recorded import recorded_result, recorded_steps
from conversation.service import PASSED_ON, ChatResult, Step, ThreadHistory
from core.languages import Language
from database.messages import TurnMessage
from database.photos import PhotoRecord
from database.thread_records import ThreadTurn

if TYPE_CHECKING:  # importing Chainlit writes files: nothing here needs it
    from chainlit.element import ElementDict
    from chainlit.step import StepDict
    from chainlit.types import ThreadDict

_NAMES = uuid.UUID("5b0d2a2e-6c52-4f0e-9b1c-0d6f7f1c8a11")


class ShownThread:
    """One conversation, as its customer is shown it.

    Args:
        thread_id: The conversation.
        login: The customer's login, the author of his messages.
        assistant: The name that answers stand under.
        all_steps: Show every step instead of the line for customers.
        language: The language of the page.
        photos: The customer's photos.
    """

    def __init__(
        self, thread_id: str, login: str, assistant: str, *, all_steps: bool, language: Language = "tr",
        photos: Sequence[PhotoRecord] = (),
    ) -> None:  # fmt: skip
        self._thread_id = thread_id
        self._login = login
        self._assistant = assistant
        self._all_steps = all_steps
        self._language = language
        self._photos = photos

    def steps(self, history: ThreadHistory) -> list[StepDict]:
        """Return the steps of a conversation, oldest first."""
        last = history.turns[-1] if history.turns else None
        parts = [
            (turn.run.started_at, list(self._turn(turn, is_running=history.busy and turn is last)))
            for turn in history.turns
        ]
        parts += [(message.at, [self._between(message)]) for message in history.between]
        return [step for _, steps in sorted(parts, key=lambda part: part[0]) for step in steps]

    def elements(self, history: ThreadHistory) -> list[ElementDict]:
        """Return what stands below the answers: pictures, the card of the open question, the line of the steps."""
        drawn = [element for turn in history.turns if turn.answer is not None for element in self._drawn(turn, history)]
        cards = cards_by_notice([each for each in self._photos if each.thread_id == self._thread_id], self._language)
        shown = [each for each in history.between if each.id in cards]
        return drawn + [_element(self._thread_id, between_id(each), "photos", CARD, cards[each.id]) for each in shown]

    def _drawn(self, turn: ThreadTurn, history: ThreadHistory) -> Iterator[ElementDict]:
        result = recorded_result(turn.run)
        below = answer_id(turn)
        if _knows_what_was_asked(turn):
            for number, card in enumerate(cards_of(result, wording(), photos=self._photos)):
                yield _element(self._thread_id, below, f"card {number}", CARD, card)
        if below == last_answer_id(history) and (question := question_element(self._thread_id, history)) is not None:
            yield question
        if not self._all_steps and (ended := recorded_steps(turn)):
            props = TurnSteps(wording(), ended).props(result)
            yield _element(self._thread_id, below, "steps", STEPS, props)

    def _between(self, message: TurnMessage) -> StepDict:
        """Return what a colleague said, or a notice about him."""
        return self._step(
            id=between_id(message), type="assistant_message", name=message.author or self._assistant,
            output=plain(message.text), createdAt=_moment(message.at),
        )  # fmt: skip

    def _turn(self, turn: ThreadTurn, *, is_running: bool) -> Iterator[StepDict]:
        run = turn.run
        began, ended = _moment(run.started_at), _moment(turn.answered_at or run.finished_at or run.started_at)
        asked_id = _name(run.id, "asked")
        if turn.asked is not None:
            yield self._step(id=asked_id, type="user_message", name=self._login, output=turn.asked, createdAt=began)
        yield self._step(
            id=run.id, type="run", name="on_message", createdAt=began, start=began, end=None if is_running else ended,
            parentId=asked_id if turn.asked is not None else None, **_rating(turn),
        )  # fmt: skip
        result = recorded_result(run)
        if self._all_steps and turn.answer is not None:
            for number, step in enumerate(recorded_steps(turn)):
                yield self._step(
                    id=_name(run.id, f"step {number}"), parentId=run.id, createdAt=began, start=began, end=ended,
                    **_shown_step(step, result.language),
                )  # fmt: skip
        if turn.answer is not None or not is_running:
            yield self._step(
                id=answer_id(turn), type="assistant_message", name=self._assistant, parentId=run.id,
                output=self._answer(turn.answer, result), createdAt=ended, start=ended, end=ended,
            )  # fmt: skip

    def _answer(self, answer: str | None, result: ChatResult) -> str:
        if answer is None:
            return say("shown", "unfinished", self._language)
        is_told = self._all_steps and result.intent != PASSED_ON
        notes = f"\n\n*{summary(result, wording())}*" if is_told else ""
        return plain(answer) + notes

    def _step(self, **fields: Any) -> StepDict:
        whole: dict[str, Any] = {
            "threadId": self._thread_id, "input": "", "output": "", "parentId": None, "streaming": False,
            "metadata": {}, "isError": False, "start": fields["createdAt"], "end": fields["createdAt"],
        }  # fmt: skip
        return {**whole, **fields}  # type: ignore[typeddict-item]


def answer_id(turn: ThreadTurn) -> str:
    """Return the id of the step that shows a turn's answer."""
    return _name(turn.run.id, "answer")


def between_id(message: TurnMessage) -> str:
    """Return the id of the step that shows a message from between the turns."""
    return _name(str(message.id), "between")


def people_of(messages: Iterable[TurnMessage]) -> dict[str, dict[str, str]]:
    """Return who says each message between the turns, by the id of its step; ``kind`` is colleague or notice."""
    return {between_id(each): {"name": each.author or "", "kind": each.role} for each in messages}


def last_answer_id(history: ThreadHistory) -> str | None:
    """Return the id of the step that shows the last answer; a question's buttons stand below it."""
    answered = [turn for turn in history.turns if turn.answer is not None]
    return answer_id(answered[-1]) if answered else None


def shows_all(thread: ThreadDict, history: ThreadHistory) -> bool:
    """Tell whether a page that shows a conversation shows it as far as a later look found it."""
    drawn = {step["id"] for step in thread["steps"]}
    answers = {answer_id(turn) for turn in history.turns if turn.answer is not None}
    return drawn.issuperset(answers | {between_id(each) for each in history.between})


def message_times(steps: Iterable[StepDict]) -> dict[str, str]:
    """Return the time of each message by its id."""
    return {step["id"]: step["createdAt"] or "" for step in steps if step["type"].endswith("_message")}


def language_of(history: ThreadHistory) -> Language:
    """Return the language of the last answer."""
    answered = [turn for turn in history.turns if turn.answer is not None]
    return recorded_result(answered[-1].run).language if answered else "tr"


def question_element(thread_id: str, history: ThreadHistory) -> ElementDict | None:
    """Return the card of the question for a yes that waits; None where none does, or without an answer to stand by."""
    below = last_answer_id(history)
    if history.pending is None or below is None:
        return None
    card = confirmation_card(history.pending, language_of(history))
    return None if card is None else _element(thread_id, below, "question", CARD, card)


def _element(thread_id: str, below: str, what: str, kind: str, props: Mapping[str, Any]) -> ElementDict:
    return {
        "id": _name(below, what), "threadId": thread_id, "type": "custom", "name": kind, "display": "inline",
        "forId": below, "props": dict(props), "mime": "application/json",
    }  # fmt: skip


def _knows_what_was_asked(turn: ThreadTurn) -> bool:
    """Return False for a record of an earlier version, which does not say which of its results get a picture."""
    return "asked" in (turn.run.outcome or {})


def _shown_step(step: Step, language: Language) -> dict[str, Any]:
    failed = step.status == "failed"
    is_tool = step.kind == "tool"
    label = wording().operation_label(step.name, language) if is_tool else wording().node_label(step.name, language)
    notes = [say("steps", "failed", language)] if failed else []
    notes += [duration(step.ms, language)] if step.ms else []
    data = {"input": _json(step.input), "output": _json(step.output), "language": "json"} if is_tool else {}
    return {
        "type": "tool" if is_tool else "undefined", "name": " · ".join([label, *notes]), "isError": failed,
        "showInput": "json", **data,
    }  # fmt: skip


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=4) if data else ""


def _rating(turn: ThreadTurn) -> dict[str, Any]:
    run = turn.run
    if run.score is None:
        return {}
    rated = {"id": run.id, "forId": run.id, "value": 1 if run.score > 0 else 0, "comment": run.comment}
    return {"feedback": rated}


def _name(of: str, what: str) -> str:
    return str(uuid.uuid5(_NAMES, f"{of} {what}"))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
