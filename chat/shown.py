"""The state of the page of one connection: the question that is open on it, and the conversation, put on it anew."""

from __future__ import annotations

import uuid
from typing import cast

import chainlit as cl
from chainlit.data import get_data_layer
from chainlit.element import ElementDict

from chat.buttons import ANSWER_BUTTON
from chat.data_layer import ConversationLayer
from chat.error_texts import error_text
from chat.history import language_of, last_answer_id, message_times, people_of, question_element
from chat.next_steps import NEXT_STEP, next_steps
from chat.page_language import shown_language
from chat.rendering import TurnView, actions_of, settle
from chat.words import say
from conversation.service import ChatResult, Conversations, ThreadHistory, ThreadNotFound, User
from core.languages import Language
from identity.accounts import Accounts

_BUTTONS, _QUESTION, _LANGUAGE, _LAST = "buttons", "question", "language", "shown"
"""Names in the session of a connection."""


def thread_id() -> str:
    """Return the id of this connection's conversation."""
    return str(cl.context.session.thread_id)


def language() -> Language:
    """Return the language spoken so far."""
    return cast(Language, cl.user_session.get(_LANGUAGE) or shown_language())


def shows_turn(run_id: str) -> None:
    """Note that a turn is the last one on the page."""
    cl.user_session.set(_LAST, run_id)


def keep(view: TurnView) -> None:
    """Keep of a turn's display what the next one needs."""
    cl.user_session.set(_BUTTONS, view.buttons)
    cl.user_session.set(_QUESTION, view.question)
    cl.user_session.set(_LANGUAGE, view.language)


def last_turn() -> str | None:
    """Return the record of the last turn on the page."""
    return cast("str | None", cl.user_session.get(_LAST))


async def is_welcome(accounts: Accounts, user: User) -> bool:
    """Name the conversation to the page; False where its login is over, as of an open page that outlives it."""
    await tell_page("thread", id=thread_id())
    if await accounts.is_current(user):
        return True
    await cl.ErrorMessage(content=say("errors", "logged_out", shown_language())).send()
    return False


def explained(error: Exception) -> str:
    """Return what the page says about a known error; a conversation that is not found is left for a new one."""
    if isinstance(error, ThreadNotFound):
        cl.context.session.thread_id = str(uuid.uuid4())
    return error_text(error, shown_language())


def has_question() -> bool:
    """Return True while the page offers the answers to a question."""
    buttons: list[cl.Action] = cl.user_session.get(_BUTTONS) or []
    return any(button.name == ANSWER_BUTTON for button in buttons)


async def take_question_away() -> None:
    """Remove the buttons of the question that is open on the page, and the mark of its card."""
    buttons: list[cl.Action] = cl.user_session.get(_BUTTONS) or []
    cl.user_session.set(_BUTTONS, [])
    for button in buttons:
        await button.remove()
    question: cl.CustomElement | None = cl.user_session.get(_QUESTION)
    cl.user_session.set(_QUESTION, None)
    if question is not None:
        await settle(question)


async def offer_buttons(history: ThreadHistory) -> None:
    """Put the buttons of the question that waits below the last answer of a page that shows the conversation."""
    for button in cl.user_session.get(_BUTTONS) or []:
        await button.remove()
    buttons, card = [], question_element(thread_id(), history)
    below = last_answer_id(history)
    if history.pending is not None and below is not None:
        buttons = actions_of(history.pending, language_of(history))
    cl.user_session.set(_BUTTONS, buttons)
    cl.user_session.set(_QUESTION, None if card is None else _of(card))
    cl.user_session.set(_LANGUAGE, language_of(history))
    if history.turns:
        shows_turn(history.turns[-1].run.id)
    for button in buttons:
        await button.send(for_id=below or "")


async def offer_next_steps(answer: ChatResult, below: str) -> None:
    """Put what may come next below the answer with this id."""
    results = {told.tool_name: told.result or {} for told in answer.tool_results if told.success}
    messages = [step.words(language()) for step in next_steps(results)]
    steps = [cl.Action(name=NEXT_STEP, payload={"message": message}, label=message) for message in messages]
    cl.user_session.set(_BUTTONS, steps)
    for step in steps:
        await step.send(for_id=below)


async def show_conversation(
    conversations: Conversations, user: User, *, only_news: bool = False
) -> ThreadHistory | None:
    """Put the conversation on the page as the service has it, with the buttons of its question.

    Page and buttons are of one look: what comes meanwhile would stand on the page without its buttons.

    Args:
        conversations: The service's conversations.
        user: The login of the connection.
        only_news: Leave the page as it is where the last turn stands on it already.

    Returns:
        The conversation that the page shows now; None where it was left as it is.
    """
    layer = get_data_layer()
    try:
        history = await conversations.history(user, thread_id())
    except ThreadNotFound:  # nothing was said yet
        return None
    last = history.turns[-1].run.id if history.turns else None
    if not isinstance(layer, ConversationLayer) or (only_news and last == cl.user_session.get(_LAST)):
        return None
    thread = await layer.drawn(user, thread_id(), history)
    await tell_page("times", times=message_times(thread["steps"]))
    await tell_page("people", people=people_of(history.between))
    await cl.context.emitter.resume_thread(thread)
    await offer_buttons(history)
    return history


async def tell_page(what: str, **more: object) -> None:
    """Send a note to the page's own script (``public/page``)."""
    await cl.context.emitter.send_window_message({"telekom": what, **more})


def _of(card: ElementDict) -> cl.CustomElement:
    """Return the card of a question as an element that can be changed."""
    return cl.CustomElement(
        id=card["id"], name=card["name"], props=card["props"] or {}, display="inline", for_id=card["forId"]
    )
