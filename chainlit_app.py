"""The chat page: log-out, messages, buttons and stop, as Chainlit calls them.

Every turn goes through ``Conversations`` of the running service. The page keeps no history of its own, and what a
turn looks like is in ``chat/rendering.py``.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import cast

import chainlit as cl
from chainlit.types import ThreadDict
from fastapi import Request, Response

from api.registry import current_service
from api.security import COOKIE, clear_cookie
from chat.buttons import ANSWER_BUTTON, is_asked
from chat.colleague import knows, show_news
from chat.data_layer import ConversationLayer, session_user
from chat.error_texts import KNOWN_ERRORS
from chat.history import message_times, people_of, shows_all
from chat.login import cookie_of
from chat.next_steps import NEXT_STEP
from chat.other_connections import leave_others, show_anew, show_when_settled, watch_others
from chat.own_packages import own_packages
from chat.page import CHAINLIT_STOPPED
from chat.page_language import shown_language
from chat.rendering import TurnView
from chat.shown import (
    explained,
    is_welcome,
    keep,
    language,
    offer_buttons,
    offer_next_steps,
    shows_turn,
    take_question_away,
    tell_page,
    thread_id,
)
from chat.step_settings import offer_settings, shows_all_steps
from chat.transcript import file_name, transcript
from chat.uploads import take_photos
from chat.words import say
from conversation.service import (
    Done,
    Event,
    ThreadNotFound,
    User,
)
from core.channels import Channel
from core.languages import page_language

_log = logging.getLogger(__name__)

_STARTERS = ("bill", "package", "quota", "fault", "profile")
_ANSWERS = {"message": "message", "resume": "approve", "question_id": "question_id"}
"""Argument of a turn by the key in the payload of the button that was pressed."""
_GO_ON_WITHIN = timedelta(hours=24)
"""A conversation that was used no longer ago is opened where the customer left it."""


@cl.data_layer
def show_conversations() -> ConversationLayer:
    """Conversations are kept by the service; Chainlit would use a DATABASE_URL of the environment for its own."""
    return ConversationLayer(current_service)


@cl.on_logout
async def log_out(request: Request, response: Response) -> dict[str, bool]:
    """Log out of the whole site: there is one login for all of its pages, and it ends on all of them."""
    await current_service().accounts.logins.end(request.cookies.get(COOKIE, ""))
    clear_cookie(response)
    return {"success": True}


@cl.set_starters
async def offer_starters(_user: cl.User | None, locale: str | None) -> list[cl.Starter]:
    """Return the quick actions of an empty chat, in the language of the page."""
    spoken = page_language((locale or "")[:2], current_service().operator.languages)
    return [
        cl.Starter(
            label=say("starters", name, spoken), message=say("starters", f"{name}_message", spoken),
            icon=f"/public/icons/{name}.svg",
        )
        for name in _STARTERS
    ]  # fmt: skip


@cl.on_chat_start
async def greet() -> None:
    """Greet, offer the settings, and name the conversation that the customer left.

    The page opens it unless he asked for a new one, and what was done in it and not told is told then.
    """
    await _begin_page(begins=True)
    last = await current_service().conversations.newest(_user(), Channel.CHAT, within=_GO_ON_WITHIN)
    if last is not None:
        await tell_page("last", id=last)


@cl.on_chat_resume
async def show_question_again(thread: ThreadDict) -> None:
    """Show the buttons of the question that waits, and the end of a turn that is still going on."""
    await _begin_page()
    conversations = current_service().conversations
    history = await conversations.history(_user(), thread["id"])
    await tell_page("times", times=message_times(thread["steps"]))
    await tell_page("people", people=people_of(history.between))
    await offer_buttons(history)
    if not shows_all(thread, history):  # something came between the two looks
        history = await show_anew(conversations, _user()) or history
    knows(history)
    await _watch_others()
    if history.busy:
        settled = show_when_settled(conversations, current_service().accounts, _user())
        cl.context.session.current_task = asyncio.create_task(settled)


@cl.on_chat_end
async def stop_watching() -> None:
    """Look no longer for a colleague's words; a page that comes back is shown the conversation anew."""
    leave_others()


@cl.on_window_message
async def follow_page(message: object) -> None:
    """Show the conversation as it is now, where the page asks for it: it was cut off, or out of sight."""
    if not isinstance(message, dict) or message.keys() != {"telekom"}:  # the page also sends back what it was told
        return
    wish = message["telekom"]
    if wish == "transcript":
        await _send_transcript()
    if wish not in ("sync", "look"):
        return
    session, conversations, shown = cl.context.session, current_service().conversations, False
    if not await current_service().accounts.is_current(_user()):
        await tell_page("left")
        return
    while not shown:
        task = session.current_task
        if task is not None and not task.done():
            await cl.context.emitter.task_start()
            await asyncio.wait({task})
        await show_anew(conversations, _user(), only_news=wish == "look")
        shown = session.current_task is task  # else a message came meanwhile, which the page has just lost from sight
    await _watch_others()


@cl.on_message
async def answer_message(message: cl.Message) -> None:
    """Keep the photos that came with a message, and take a turn with what the customer typed."""
    files, has_words = [str(each.path) for each in message.elements if each.path], bool(message.content.strip())
    if files and not await take_photos(current_service(), _user(), files, is_all=not has_words):
        return
    if has_words or not files:
        await _take_turn(message=message.content)


@cl.action_callback(ANSWER_BUTTON)
async def answer_button(action: cl.Action) -> None:
    """Take a turn with the button that was pressed; a question takes one press."""
    session = cl.context.session
    if session.current_task is None or session.current_task.done():
        # A task of its own, as a typed message has, so that the stop button finds it; at once, so that a second press
        # finds it, too.
        session.current_task = asyncio.create_task(_answer(action))


async def _answer(action: cl.Action) -> None:
    """Take the turn of a button, unless its question is not asked any more."""
    try:
        asked = await current_service().conversations.get(_user(), thread_id(), limit=1)
    except ThreadNotFound:
        asked = None
    if asked is None or not is_asked(action.payload, asked.pending):
        await take_question_away()
        await action.remove()
        await cl.Message(content=say("errors", "stale_button", shown_language())).send()
        return
    await _press(action)


@cl.action_callback(NEXT_STEP)
async def take_next_step(action: cl.Action) -> None:
    """Take a turn with a message that was offered after an answer."""
    session = cl.context.session
    if session.current_task is None or session.current_task.done():
        session.current_task = asyncio.create_task(_press(action))


@cl.on_stop
async def tell_stopped() -> None:
    """Replace Chainlit's English message about the stop by a Turkish one."""
    for message in cl.chat_context.get():
        if message.content == CHAINLIT_STOPPED:
            message.content = say("errors", "stopped", shown_language())
            await message.update()


async def _press(button: cl.Action) -> None:
    emitter = cl.context.emitter
    await emitter.task_start()
    try:
        said = cl.Message(content=button.label, type="user_message", author=_user().login)
        await said.send()
        async with cl.Step(name="on_message", type="run", parent_id=said.id):
            await _take_turn(**{name: button.payload.get(of) for name, of in _ANSWERS.items()})
    finally:
        await emitter.task_end()


async def _take_turn(*, message: str | None = None, resume: bool | None = None, question_id: str | None = None) -> None:
    """Run one turn and show it; any error is shown in Turkish and leaves the chat usable."""
    await take_question_away()
    view = _view()
    if not await is_welcome(current_service().accounts, _user()):
        return
    trouble, run_id, answer = "", _run_id(), None
    shows_turn(run_id)
    try:
        await current_service().requests.take("customer", _user().account_id)
        turn = current_service().conversations.stream(
            _user(), session_id=thread_id(), message=message, resume=resume, question_id=question_id,
            channel=Channel.CHAT, run_id=run_id,
        )  # fmt: skip
        # Closing it at a stop ends the turn at once, not when the garbage collector finds it.
        async with aclosing(cast(AsyncGenerator[Event, None], turn)) as events:
            async for event in events:
                await view.show(event)
                answer = event.result if isinstance(event, Done) else answer
    except KNOWN_ERRORS as error:
        trouble = explained(error)
    except Exception:
        _log.exception("a turn on the chat page failed")
        trouble = say("errors", "unexpected", shown_language())
    finally:
        await view.close()
        keep(view)
    if trouble:
        await cl.ErrorMessage(content=trouble).send()
    elif answer is not None and answer.pending is None:
        await offer_next_steps(answer, view.answer_id)
    with suppress(ThreadNotFound):
        await show_news(current_service().conversations, _user())
    await _watch_others()


async def _watch_others() -> None:
    """Look what a colleague says, and whether another connection answers the question on the page."""
    await watch_others(current_service().conversations, current_service().accounts, _user())


async def _begin_page(*, begins: bool = False) -> None:
    """Tell a page who looks at it and whether its conversation begins, and offer its settings."""
    await tell_page("greet", name=_user().name, demo=current_service().settings.offers_demo, begins=begins)
    await offer_settings(_user().role)


def _view() -> TurnView:
    """Return the display of a new turn, as this login reads steps and in the language spoken so far."""
    user, service = _user(), current_service()
    own, photos = partial(own_packages, service.toolbox, user.customer_id), partial(service.photos.list, user)
    return TurnView(all_steps=shows_all_steps(user.role), language=language(), own_packages=own, photos=photos)


async def _send_transcript() -> None:
    """Send the page the conversation as a text file."""
    service, user = current_service(), _user()
    try:
        history = await service.conversations.history(user, thread_id())
    except ThreadNotFound:
        return
    spoken = shown_language()
    text, name = transcript(history, user.name, spoken, service.operator), file_name(service.clock(), spoken)
    await tell_page("transcript", text=text, name=name)


def _run_id() -> str:
    """Return the id of the step around this turn, which its record gets, so that a rating finds the record."""
    step = cl.context.current_step
    return str(uuid.uuid4()) if step is None else step.id


def _user() -> User:
    """Return the login behind this chat, from the signed cookies with which its connection was opened."""
    token = cookie_of(str(cl.context.session.environ.get("HTTP_COOKIE", "")), COOKIE)
    user = session_user(cl.user_session.get("user"))
    return replace(user, login_id=current_service().accounts.logins.login_of(token))
