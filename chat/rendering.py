"""Shows the events of one turn: a line of work or every step, a growing answer, pictures, buttons, and the steps' line.

It knows nothing of logins or of errors; ``chainlit_app.py`` drives it. What a picture shows is in ``cards.py``, what a
question for a yes shows in ``confirmation.py``, and the words of the steps are in ``steps.py``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import chainlit as cl

from chat.buttons import ANSWER_BUTTON, answer_buttons
from chat.cards import CATALOGUE, OWN_PACKAGE, TICKET, cards_of, pictured_operations
from chat.confirmation import confirmation_card
from chat.drawing import CARD, STEPS, Result
from chat.plain_text import plain
from chat.steps import TurnSteps, duration, summary, working_line
from chat.words import say, wording
from conversation.service import PASSED_ON, ChatResult, Done, Event, Pending, PendingEvent, Step, Token
from core.languages import Language
from database.photos import PhotoRecord

OwnPackages = Callable[[], Awaitable[Sequence[Result]]]
OwnPhotos = Callable[[], Awaitable[Sequence[PhotoRecord]]]


async def _nothing() -> Sequence[Any]:
    return ()


class TurnView:
    """The display of one turn: steps, answer, pictures, buttons.

    Args:
        all_steps: Show every step with its data, as engineers and staff read it, instead of the line for customers.
        language: Language of the conversation so far.
        own_packages: Looks up the packages of the customer's lines, for the mark in a list of packages.
        photos: Looks up the customer's photos, for those of a ticket.

    Attributes:
        buttons: The ready answers to the pending question; complete once the view is closed.
        language: Language of the turn, as far as it is known.
        question: The card of the pending question for a yes.
    """

    def __init__(
        self, *, all_steps: bool = False, language: Language = "tr", own_packages: OwnPackages = _nothing,
        photos: OwnPhotos = _nothing,
    ) -> None:  # fmt: skip
        self.buttons: list[cl.Action] = []
        self.language: Language = language
        self.question: cl.CustomElement | None = None
        self._own_packages = own_packages
        self._photos = photos
        self._all_steps = all_steps
        self._steps = TurnSteps(wording())
        self._elements: list[cl.CustomElement] = []
        self._answer = cl.Message(content="")
        self._working: cl.Step | None = None
        self._running: dict[str, cl.Step] = {}
        around = cl.context.current_step
        self._parent = around.id if around else None

    @property
    def answer_id(self) -> str:
        """The id of the message that holds the answer."""
        return self._answer.id

    async def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case Token(text=text):
                await self._end_work()
                await self._answer.stream_token(plain(text))
            case Step():
                await self._show_step(event)
            case PendingEvent(pending=pending):
                self._ask(pending)
            case Done(result=result):
                await self._finish(result)

    async def close(self) -> None:
        """Mark steps that are still open as unfinished, as after a stop, and show pictures and buttons."""
        await self._end_work()
        for step in self._running.values():
            step.name += f" · {say('steps', 'unfinished', self.language)}"
            step.end = _now()
            await step.update()
        self._running.clear()
        if self._answer.content:
            self._answer.actions = self.buttons
            await self._answer.send()
            for element in self._elements:  # the message itself would send them all at once, in any order
                await element.send(for_id=self._answer.id)

    def _ask(self, pending: Pending) -> None:
        """Prepare the card and the buttons of a question."""
        self.buttons = actions_of(pending, self.language)
        card = confirmation_card(pending, self.language)
        if card is not None:
            self.question = _element(CARD, card)
            self._elements.append(self.question)

    async def _finish(self, result: ChatResult) -> None:
        self.language = result.language
        if not self._answer.content:
            self._answer.content = plain(result.response)
        await self._draw(result)
        if result.intent == PASSED_ON:
            return
        if self._all_steps:
            await self._answer.stream_token(f"\n\n*{summary(result, wording())}*")
        else:
            self._elements.append(_element(STEPS, self._steps.props(result)))

    async def _draw(self, result: ChatResult) -> None:
        """Prepare the pictures of the results; they stand above the card of a question."""
        own: Sequence[Result] = ()
        told, pictured = {each.tool_name for each in result.tool_results}, pictured_operations(result)
        if CATALOGUE in pictured and OWN_PACKAGE not in told:
            own = await self._own_packages()
        photos = await self._photos() if TICKET in pictured else ()
        drawn = [_element(CARD, card) for card in cards_of(result, wording(), own, photos)]
        self._elements[:0] = drawn

    async def _show_step(self, event: Step) -> None:
        self._steps.note(event)
        if isinstance(event.output, Mapping) and event.output.get("language") in ("tr", "en"):
            self.language = event.output["language"]
        if not self._all_steps:
            await self._tell_work(event)
        elif event.status == "started":
            await self._begin(event)
        else:
            await self._end(event)

    async def _tell_work(self, event: Step) -> None:
        """Change the one line that says what is being done; it is gone once the answer begins."""
        line = working_line(event.name, self.language)
        if event.status != "started" or line is None or self._answer.content:
            return
        if self._working is None:
            self._working = cl.Step(name=line, type="undefined", parent_id=self._parent)
            self._working.start = _now()
            await self._working.send()
        else:
            self._working.name = line
            await self._working.update()

    async def _end_work(self) -> None:
        if self._working is not None:
            await self._working.remove()
            self._working = None

    async def _begin(self, event: Step) -> None:
        is_tool = event.kind == "tool"
        step = cl.Step(
            name=(wording().operation_label if is_tool else wording().node_label)(event.name, self.language),
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
            step.output = wording().node_label("clarify", self.language)
        if event.status == "failed":
            step.is_error = True
            step.name += f" · {say('steps', 'failed', self.language)}"
            if event.kind == "node":  # its output is the text of an exception, not meant for a customer
                step.output = say("steps", "failed", self.language)
        if event.ms:
            step.name += f" · {duration(event.ms, self.language)}"
        await step.update()


def actions_of(pending: Pending, language: Language = "tr") -> list[cl.Action]:
    """Make the buttons of a question for Chainlit's page.

    Args:
        pending: The question.
        language: The customer's language.
    """
    return [
        cl.Action(name=ANSWER_BUTTON, payload=button.payload, label=button.label, icon=button.icon)
        for button in answer_buttons(pending, language)
    ]


async def settle(question: cl.CustomElement) -> None:
    """Draw the card of a question that is answered without its mark."""
    question.props = {**question.props, "label": question.props["title"], "badge": "", "tone": "plain"}
    await question.update()


def _element(name: str, props: Mapping[str, Any]) -> cl.CustomElement:
    return cl.CustomElement(name=name, props=dict(props), display="inline")


def _without_empty(data: Any) -> Any:
    """Return a step's data without its empty fields."""
    if isinstance(data, dict):
        return {key: value for key, value in data.items() if value not in (None, "", [], {})} or ""
    return "" if data is None else data


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
