"""Chainlit's data layer over the conversations that the service keeps: nothing is stored twice.

Chainlit asks for the user of every request and connection first (``get_user``), in the task that serves it; the other
methods act for that user, and find nothing that belongs to somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import chainlit as cl
from chainlit.config import config
from chainlit.context import ChainlitContextException
from chainlit.data.base import BaseDataLayer
from chainlit.element import Element, ElementDict
from chainlit.step import StepDict
from chainlit.types import Feedback, PageInfo, PaginatedResponse, Pagination, ThreadDict, ThreadFilter
from chainlit.user import PersistedUser
from fastapi import HTTPException

from chat.history import ShownThread
from chat.page_language import shown_language
from chat.step_settings import shows_all_by_default, shows_all_steps
from chat.words import say
from conversation.service import InvalidRequest, SessionSummary, ThreadBusy, ThreadHistory, ThreadNotFound, User
from database.runs import RunNotFound
from service.container import RunningService

_caller: ContextVar[User | None] = ContextVar("caller", default=None)
"""The user of the request or connection that is being served."""


class ConversationLayer(BaseDataLayer):
    """Shows the service's conversations to Chainlit.

    Args:
        service: Returns the running service.
    """

    def __init__(self, service: Callable[[], RunningService]) -> None:
        self._service = service

    async def get_user(self, identifier: str) -> PersistedUser | None:
        """Return the account behind a signed cookie, as it is now."""
        user = await self._service().accounts.by_login(identifier)
        _caller.set(user)
        if user is None:
            return None
        return PersistedUser(
            id=str(user.account_id), createdAt="", identifier=user.login, display_name=user.name,
            metadata=user_metadata(user),
        )  # fmt: skip

    async def create_user(self, user: cl.User) -> PersistedUser | None:
        """Return the account: accounts are made by signing up."""
        return await self.get_user(user.identifier)

    async def list_threads(self, pagination: Pagination, filters: ThreadFilter) -> PaginatedResponse[ThreadDict]:
        """Return a page of the caller's conversations, newest first, or those that a search finds."""
        user, conversations = _user(), self._service().conversations
        begin = int(pagination.cursor) if pagination.cursor and pagination.cursor.isdecimal() else 0
        if user is None:
            found, total = [], 0
        elif filters.search:
            found = list(await conversations.search(user, filters.search, limit=pagination.first))
            total = len(found)
        else:
            page, total = await conversations.list(user, limit=pagination.first, offset=begin)
            found = list(page)
        end = begin + len(found)
        more = end < total
        return PaginatedResponse(
            pageInfo=PageInfo(hasNextPage=more, startCursor=str(begin), endCursor=str(end) if more else None),
            data=[_thread(one, user) for one in found if user is not None],
        )

    async def get_thread(self, thread_id: str) -> ThreadDict | None:
        """Return one conversation of the caller with its messages."""
        user = _user()
        if user is None:
            return None
        try:
            history = await self._service().conversations.history(user, thread_id)
        except ThreadNotFound:
            return None
        return await self.drawn(user, thread_id, history)

    async def drawn(self, user: User, thread_id: str, history: ThreadHistory) -> ThreadDict:
        """Return a conversation as the page shows it.

        Args:
            user: Whose it is.
            thread_id: The conversation.
            history: Its turns.
        """
        photos = await self._service().photos.list(user)
        shown = ShownThread(
            thread_id, user.login, config.ui.name, all_steps=_shows_all_steps(user), language=shown_language(),
            photos=photos,
        )  # fmt: skip
        steps = shown.steps(history)
        began = (steps[0]["createdAt"] or "") if steps else ""
        return ThreadDict(
            id=thread_id, createdAt=began, name=None, userId=str(user.account_id), userIdentifier=user.login,
            tags=[], metadata={}, steps=steps, elements=shown.elements(history),
        )  # fmt: skip

    async def get_thread_author(self, thread_id: str) -> str:
        """Return the caller's login for a conversation of the caller; for any other one nobody."""
        user = _user()
        if user is None:
            return ""
        try:
            await self._service().conversations.check_owner(user, thread_id)
        except ThreadNotFound:
            return ""
        return user.login

    async def update_thread(
        self, thread_id: str, name: str | None = None, user_id: str | None = None,
        metadata: dict[str, Any] | None = None, tags: list[str] | None = None,
    ) -> None:  # fmt: skip
        """Rename a conversation, or begin it with its first message; Chainlit names the user with the latter only."""
        user, conversations = _user(), self._service().conversations
        if user is None or not name or not name.strip():
            return
        with suppress(ThreadNotFound, InvalidRequest):  # deleted meanwhile
            if user_id is None:
                await conversations.rename(user, thread_id, name.strip())
            else:
                await conversations.begin(user, thread_id, name)

    async def delete_thread(self, thread_id: str) -> None:
        """Delete a conversation of the caller, as the service deletes it."""
        user = _user()
        try:
            if user is not None:
                await self._service().conversations.delete(user, thread_id)
        except ThreadNotFound:
            return
        except ThreadBusy as error:
            raise HTTPException(409, say("shown", "busy", shown_language())) from error

    async def upsert_feedback(self, feedback: Feedback) -> str:
        """Store the caller's rating of a turn; the step that is rated has the id of the turn's record."""
        await self._rate(feedback.forId, 1 if feedback.value == 1 else -1, feedback.comment)
        return feedback.forId

    async def delete_feedback(self, feedback_id: str) -> bool:
        """Take the caller's rating of a turn back."""
        await self._rate(feedback_id, None, None)
        return True

    async def _rate(self, run_id: str, score: int | None, comment: str | None) -> None:
        user = _user()
        try:
            if user is None:
                raise RunNotFound(run_id)
            await self._service().runs.give_feedback(run_id, user.customer_id, score, comment)
        except RunNotFound as error:
            raise HTTPException(404, say("shown", "not_found", shown_language())) from error

    # What is said in a turn is recorded by the service, so that Chainlit's own steps and elements are not kept.

    async def create_step(self, step_dict: StepDict) -> None:
        """Keep nothing."""

    async def update_step(self, step_dict: StepDict) -> None:
        """Keep nothing."""

    async def delete_step(self, step_id: str) -> None:
        """Keep nothing."""

    async def create_element(self, element: Element) -> None:
        """Keep nothing."""

    async def get_element(self, thread_id: str, element_id: str) -> ElementDict | None:
        """Return nothing: elements are made anew from the recorded turns."""
        return None

    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        """Keep nothing."""

    async def get_favorite_steps(self, user_id: str) -> list[StepDict]:
        """Return nothing: the page has no favourites."""
        return []

    async def build_debug_url(self) -> str:
        """Return no address: recorded turns have a page of their own."""
        return ""

    async def close(self) -> None:
        """Do nothing: the service closes its own database."""


def user_metadata(user: User) -> dict[str, Any]:
    """Return what Chainlit's user carries beside login and name."""
    return {
        "account_id": user.account_id, "customer_id": user.customer_id, "role": user.role, "name": user.name,
        "token_version": user.token_version,
    }  # fmt: skip


def session_user(user: cl.User | PersistedUser) -> User:
    """Return the verified user that Chainlit's user stands for."""
    return User(login=user.identifier, **user.metadata)


def _user() -> User | None:
    """Return the caller: of the request, or of the connection that an event came through."""
    if (caller := _caller.get()) is not None:
        return caller
    try:
        user = cl.context.session.user
    except ChainlitContextException:
        return None
    return None if user is None else session_user(user)


def _shows_all_steps(user: User) -> bool:
    """Tell whether the page shows every step: as chosen on the connection that asks, if one does."""
    try:
        return shows_all_steps(user.role)
    except ChainlitContextException:
        return shows_all_by_default(user.role)


def _thread(summary: SessionSummary, user: User) -> ThreadDict:
    """Return a conversation of the list; Chainlit sorts by ``createdAt``, which is the time of its last use here."""
    return ThreadDict(
        id=summary.session_id, createdAt=summary.updated_at.isoformat(), name=summary.title or None,
        userId=str(user.account_id), userIdentifier=user.login, tags=[], metadata={}, steps=[], elements=[],
    )  # fmt: skip
