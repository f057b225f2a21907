"""Shows the events of one turn: steps, a growing answer, buttons, and a line with confidence and tools.

It knows nothing of logins or of errors; ``chainlit_app.py`` drives it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import chainlit as cl

from conversation.service import ChatResult, Done, Event, Pending, PendingEvent, Step, Token
from core import turkish
from graph.answers.approved import load_answers

ANSWER_BUTTON = "answer"
"""Name of the callback behind every button of a question."""

THUMB = "thumb"
"""Name of the callback behind the two thumbs below an answer."""


class TurnView:
    """The display of one turn: steps, answer, buttons.

    Attributes:
        buttons: The ready answers to the pending question; complete once the view is closed.
    """

    def __init__(self) -> None:
        self.buttons: list[cl.Action] = []
        self._thumbs: list[cl.Action] = []
        self._answer = cl.Message(content="")
        self._running: dict[str, cl.Step] = {}
        around = cl.context.current_step
        self._parent = around.id if around else None

    async def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case Token(text=text):
                await self._answer.stream_token(text)
            case Step(status="started"):
                await self._begin(event)
            case Step():
                await self._end(event)
            case PendingEvent(pending=pending):
                self.buttons = _buttons(pending)
            case Done(result=result):
                if not self._answer.content:
                    self._answer.content = result.response
                await self._answer.stream_token(f"\n\n*{summary_line(result)}*")
                if result.pending is None:  # a question has buttons of its own
                    self._thumbs = _thumbs(result.run_id)

    async def show_told(self, result: ChatResult) -> None:
        """Show an answer that was not given while it was made."""
        self._answer.content = result.response
        if result.pending is not None:
            self.buttons = _buttons(result.pending)

    async def close(self) -> None:
        """Mark steps that are still open as unfinished, as after a stop, and show the buttons."""
        for step in self._running.values():
            step.name += " · yarım kaldı"
            step.end = _now()
            await step.update()
        self._running.clear()
        if self._answer.content:
            self._answer.actions = [*self.buttons, *self._thumbs]
            await self._answer.send()

    async def _begin(self, event: Step) -> None:
        is_tool = event.kind == "tool"
        step = cl.Step(
            name=tool_label(event.name) if is_tool else _labels("nodes").get(event.name, event.name),
            type="tool" if is_tool else "undefined",
            parent_id=self._parent,
        )
        step.start = _now()
        step.input = _without_empty(event.input)
        self._running[event.id] = step
        await step.send()

    async def _end(self, event: Step) -> None:
        step = self._running.pop(event.id, None)
        if step is None:
            return
        step.end = _now()
        step.output = _without_empty(event.output)
        if event.output == "waiting":
            step.output = "Cevabınız bekleniyor."
        if event.status == "failed":
            step.is_error = True
            step.name += " · yapılamadı"
            if event.kind == "node":  # its output is the text of an exception, not meant for a customer
                step.output = "Bu adım tamamlanamadı."
        if event.ms:
            step.name += f" · {duration(event.ms)}"
        await step.update()


def summary_line(result: ChatResult) -> str:
    """Return confidence and tools in one line: ``Güven: %97 · Kullanılan araçlar: Güncel faturam``."""
    line = f"Güven: %{round(result.confidence * 100)}"
    labels = dict.fromkeys(tool_label(call.arac_adi) for call in result.tool_calls)
    return f"{line} · Kullanılan araçlar: {', '.join(labels)}" if labels else line


def duration(ms: int) -> str:
    """Format milliseconds as seconds: ``0,3 sn``."""
    return "< 0,1 sn" if ms < 100 else f"{turkish.number(round(ms / 1000, 1))} sn"


@functools.cache
def _labels(kind: str) -> dict[str, str]:
    return {name: words["tr"] for name, words in load_answers().wording[kind].items()}


def tool_label(name: str) -> str:
    """Return the Turkish name of an operation."""
    return _labels("operations").get(name, name)


def _buttons(pending: Pending) -> list[cl.Action]:
    """Make a button for each ready answer; pressing it answers the question as typing would."""
    if pending.kind == "confirmation":
        labels: Sequence[str] = [option.label for option in pending.options] or ("Evet", "Hayır")
        one_change = [_button(option.label, {"message": option.value}) for option in pending.options[1:-1]]
        return [
            _button(labels[0], {"approve": True, "question_id": pending.id}, "check"),
            *one_change,
            _button(labels[-1], {"approve": False, "question_id": pending.id}, "x"),
        ]
    return [_button(option.label, {"message": option.value}) for option in pending.options]


def _thumbs(run_id: str) -> list[cl.Action]:
    """Make the two buttons that rate an answer."""
    kinds = ((1, "👍", "Faydalı oldu"), (-1, "👎", "Faydalı olmadı"))
    return [
        cl.Action(name=THUMB, payload={"run_id": run_id, "score": score}, label=label, tooltip=tooltip)
        for score, label, tooltip in kinds
    ]


def _button(label: str, answer: dict[str, Any], icon: str | None = None) -> cl.Action:
    return cl.Action(name=ANSWER_BUTTON, payload=answer, label=label, icon=icon)


def _without_empty(data: Any) -> Any:
    """Return a step's data without its empty fields."""
    if isinstance(data, dict):
        return {key: value for key, value in data.items() if value not in (None, "", [], {})} or ""
    return "" if data is None else data


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
