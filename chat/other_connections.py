"""Shows a page what another connection of the customer did in its conversation, as long as a question is open on it.

Two tabs show one question; the first answer counts. A page that did not give it must not offer it any longer.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TypeGuard

import chainlit as cl
from chainlit.context import local_steps

from chat.colleague import knows, leave, show_news, watch
from chat.shown import has_question, last_turn, show_conversation, take_question_away, tell_page, thread_id
from conversation.live import LOOK_SECONDS
from conversation.service import Conversations, ThreadBusy, ThreadHistory, ThreadNotFound, User
from database.unavailable import UNAVAILABLE
from identity.accounts import Accounts

_WATCH = "watch_question"
"""Name in the session of a connection."""
_WAITS = 5
"""How often a turn is waited for again; each wait is ``conversation.own.LOCK_WAIT_SECONDS`` long."""
_log = logging.getLogger(__name__)


async def watch_others(conversations: Conversations, accounts: Accounts, user: User) -> None:
    """Begin to look what a colleague says, and whether the question on the page is answered elsewhere.

    Args:
        conversations: The service's conversations.
        accounts: Tell whether the login still holds.
        user: The login of the connection.
    """
    await watch(conversations, accounts, user)
    task: asyncio.Task[None] | None = cl.user_session.get(_WATCH)
    if has_question() and (task is None or task.done()):
        cl.user_session.set(_WATCH, asyncio.create_task(_watch(conversations, accounts, user)))


def leave_others() -> None:
    """Look no longer: the page is gone."""
    leave()
    task: asyncio.Task[None] | None = cl.user_session.get(_WATCH)
    if task is not None:
        task.cancel()


async def show_when_settled(conversations: Conversations, accounts: Accounts, user: User) -> None:
    """Show the conversation once the turn is over that another connection of the customer has begun."""
    emitter, session, mine = cl.context.emitter, cl.context.session, asyncio.current_task()
    await emitter.task_start()
    try:
        await take_question_away()
        await _settled(conversations)
        await show_anew(conversations, user)
        while (own := session.current_task) is not mine and _is_at_work(own):
            await asyncio.wait({own})  # the customer said something meanwhile, which the page has just lost from sight
            await show_anew(conversations, user)
        await watch_others(conversations, accounts, user)
    except (ThreadBusy, ThreadNotFound):
        _log.info("a conversation that is opened again stays at work")
    finally:
        await emitter.task_end()


async def show_anew(conversations: Conversations, user: User, *, only_news: bool = False) -> ThreadHistory | None:
    """Put the conversation on the page as it is now; arguments and what is returned as of ``show_conversation``.

    What a colleague says while the page is drawn stands on it afterwards.
    """
    history = await show_conversation(conversations, user, only_news=only_news)
    if history is not None:
        knows(history)
        await show_news(conversations, user)
    return history


async def _settled(conversations: Conversations) -> None:
    """Wait until the conversation is not working on a message.

    Raises:
        ThreadBusy: It is for longer than any turn may take.
    """
    for _ in range(_WAITS):
        with suppress(ThreadBusy):
            return await conversations.settled(thread_id())
    await conversations.settled(thread_id())


async def _watch(conversations: Conversations, accounts: Accounts, user: User) -> None:
    local_steps.set(None)  # what is sent from here belongs to no turn
    session = cl.context.session
    while has_question():
        await asyncio.sleep(LOOK_SECONDS)
        if _is_at_work(session.current_task):
            continue
        try:
            if not await accounts.is_current(user):
                await take_question_away()
                await tell_page("left")
                return
            if await conversations.newest_turn(thread_id()) == last_turn() or not has_question():
                continue
            if _is_at_work(session.current_task):  # the customer began to answer while we looked
                continue
            session.current_task = asyncio.create_task(show_when_settled(conversations, accounts, user))
        except UNAVAILABLE:
            _log.warning("an open question could not be looked at; the next look may work", exc_info=True)


def _is_at_work(task: asyncio.Task[None] | None) -> TypeGuard[asyncio.Task[None]]:
    return task is not None and not task.done()
