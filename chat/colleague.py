"""Shows a customer's page what becomes of a hand-over: who waits before him, who took it, what the colleague says.

It looks into the database as long as a person is waited for or at the conversation, since the colleague may write at
another replica.
"""

from __future__ import annotations

import asyncio
import logging

import chainlit as cl
from chainlit.config import config
from chainlit.context import local_steps

from chat.history import between_id, people_of
from chat.plain_text import plain
from chat.shown import take_question_away, tell_page, thread_id
from conversation.live import follow
from conversation.service import Conversations, HandoverState, ThreadHistory, ThreadNotFound, User
from database.messages import TurnMessage
from database.unavailable import UNAVAILABLE
from identity.accounts import Accounts

_WATCH, _KNOWN = "watch", "known_message"
"""Names in the session of a connection."""

_AWAY_SECONDS = 5.0
_log = logging.getLogger(__name__)


def knows(history: ThreadHistory) -> None:
    """Note what the page shows already."""
    cl.user_session.set(_KNOWN, history.between[-1].id if history.between else 0)


async def show_news(conversations: Conversations, user: User) -> None:
    """Show the notices that came since the page was last told of any, such as those about photos."""
    for each in await conversations.newer(user, thread_id(), cl.user_session.get(_KNOWN) or 0):
        await _show(each)


async def watch(conversations: Conversations, accounts: Accounts, user: User) -> None:
    """Begin to show what becomes of the conversation's hand-over, if it has an unfinished one.

    Args:
        conversations: The service's conversations.
        accounts: Tell whether the login still holds.
        user: The login of the connection.
    """
    task: asyncio.Task[None] | None = cl.user_session.get(_WATCH)
    if task is not None and not task.done():
        return
    if await conversations.handover(thread_id()) is None:
        await tell_page("handover", state=None)
        return
    cl.user_session.set(_WATCH, asyncio.create_task(_watch(conversations, accounts, user)))


def leave() -> None:
    """Look no longer: the page is gone."""
    task: asyncio.Task[None] | None = cl.user_session.get(_WATCH)
    if task is not None:
        task.cancel()


async def _watch(conversations: Conversations, accounts: Accounts, user: User) -> None:
    local_steps.set(None)  # what is sent from here belongs to no turn
    while True:
        try:
            known = cl.user_session.get(_KNOWN) or 0
            async for each in follow(conversations, user, thread_id(), known, accounts.is_current):
                if isinstance(each, TurnMessage):
                    await _show(each)
                    continue
                await _tell(each)
                if each is None:
                    return
            await tell_page("left")
            return
        except ThreadNotFound:
            return
        except UNAVAILABLE:
            _log.warning("a hand-over could not be looked at; the next look may work", exc_info=True)
            await asyncio.sleep(_AWAY_SECONDS)


async def _show(message: TurnMessage) -> None:
    if message.id <= (cl.user_session.get(_KNOWN) or 0):  # shown by whoever else looks
        return
    cl.user_session.set(_KNOWN, message.id)
    if message.role not in ("colleague", "notice"):  # the page shows its own turns
        return
    is_of_person = message.author is not None  # else it tells of a photo, which ends no question and rings no bell
    if message.role == "notice" and is_of_person:
        await take_question_away()
    await tell_page("people", people=people_of([message]))
    if is_of_person:
        await tell_page("coming")
    author = message.author or config.ui.name
    await cl.Message(content=plain(message.text), id=between_id(message), author=author).send()


async def _tell(state: HandoverState | None) -> None:
    told = None if state is None else state.model_dump(mode="json", include={"status", "colleague", "ahead"})
    await tell_page("handover", state=told)
