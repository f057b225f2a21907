"""Shows the events of one turn: steps, a growing answer, buttons, and a line with confidence and tools.

It knows nothing of logins or of errors; ``chainlit_app.py`` drives it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import chainlit as cl

from chat.buttons import ANSWER_BUTTON, answer_buttons
from chat.plain_text import plain
from conversation.service import ChatResult, Done, Event, Pending, PendingEvent, Step, Token
from core import turkish
from graph.answers.approved import load_answers


class TurnView:
    """The display of one turn: steps, answer, buttons.

    Attributes:
        buttons: The ready answers to the pending question; complete once the view is closed.
    """

    def __init__(self) -> None:
        self.buttons: list[cl.Action] = []
        self._answer = cl.Message(content="")
        self._running: dict[str, cl.Step] = {}
        around = cl.context.current_step
        self._parent = around.id if around else None

    async def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case Token(text=text):
                await self._answer.stream_token(plain(text))
            case Step(status="started"):
                await self._begin(event)
            case Step():
                await self._end(event)
            case PendingEvent(pending=pending):
                self.buttons = actions_of(pending)
            case Done(result=result):
                if not self._answer.content:
                    self._answer.content = plain(result.response)
                await self._answer.stream_token(f"\n\n*{summary_line(result)}*")

    async def close(self) -> None:
        """Mark steps that are still open as unfinished, as after a stop, and show the buttons."""
        for step in self._running.values():
            step.name += " · yarım kaldı"
            step.end = _now()
            await step.update()
        self._running.clear()
        if self._answer.content:
            self._answer.actions = self.buttons
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


def actions_of(pending: Pending) -> list[cl.Action]:
    """Make the buttons of a question for Chainlit's page."""
    return [
        cl.Action(name=ANSWER_BUTTON, payload=button.payload, label=button.label, icon=button.icon)
        for button in answer_buttons(pending)
    ]


def summary_line(result: ChatResult) -> str:
    """Return confidence and tools in one line: ``Güven: %97 · Kullanılan araçlar: Güncel faturam``."""
    return summary(result.confidence, (call.arac_adi for call in result.tool_calls))


def summary(confidence: float, operations: Iterable[str]) -> str:
    """Return the line of ``summary_line`` for a confidence and the operations that ran."""
    line = f"Güven: %{round(confidence * 100)}"
    labels = dict.fromkeys(tool_label(name) for name in operations)
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


def _without_empty(data: Any) -> Any:
    """Return a step's data without its empty fields."""
    if isinstance(data, dict):
        return {key: value for key, value in data.items() if value not in (None, "", [], {})} or ""
    return "" if data is None else data


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
