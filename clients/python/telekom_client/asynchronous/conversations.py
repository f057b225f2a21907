"""Conversations: one turn at once or as a stream of events, and the customer's past conversations."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import httpx
from httpx_sse import SSEError, aconnect_sse

from telekom_client import models
from telekom_client.asynchronous.connection import AsyncConnection
from telekom_client.calls import Call, authorization, given, parse, segment
from telekom_client.errors import BadAnswer, ConnectionFailed
from telekom_client.turns import CHAT_PATH, STREAM_PATH, read_event, read_followed, turn_body, turn_headers

_SESSIONS = "/api/v1/chat/sessions"


class AsyncConversations(AsyncConnection):
    """Calls about conversations."""

    async def send_chat_message(
        self,
        message: str | None = None,
        *,
        session_id: str | None = None,
        approve: bool | None = None,
        question_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> models.ChatAnswer:
        """Take one turn of a conversation. Without a key it is never repeated once it may have arrived.

        Args:
            message: The customer's words; they also answer a pending question.
            session_id: The conversation; a new one by default.
            approve: Instead of a message: the customer's yes or no to a pending confirmation.
            question_id: The confirmation that ``approve`` answers, its ``Pending.id``; by default the one asked now.
            idempotency_key: Names this turn: sent again under it, it gives the first answer, and nothing is done twice.

        Raises:
            ValueError: Neither a message nor a yes or no is given, or both are.
        """
        body = turn_body(message, session_id, approve, question_id)
        headers = turn_headers(idempotency_key)
        call = Call("POST", CHAT_PATH, models.ChatAnswer, json=body, headers=headers, repeatable=bool(headers))
        return await self._send(call)

    def stream_chat_message(
        self,
        message: str | None = None,
        *,
        session_id: str | None = None,
        approve: bool | None = None,
        question_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> AsyncGenerator[models.ChatEvent]:
        """Take one turn and yield its events; the last one is ``Done``. Closing the generator stops the turn.

        Arguments and errors as in ``send_chat_message``; a stream that breaks is not repeated by itself, under a key
        the caller may ask for it again.
        """
        return self._events(turn_body(message, session_id, approve, question_id), turn_headers(idempotency_key))

    async def list_sessions(self, *, limit: int | None = None, offset: int | None = None) -> models.SessionPage:
        """Return the customer's conversations, newest first.

        Args:
            limit: Length of the page, 1 to 200; 20 by default.
            offset: Conversations to skip.
        """
        query = given({"limit": limit, "offset": offset})
        return await self._send(Call("GET", _SESSIONS, models.SessionPage, query=query))

    async def get_session(
        self, session_id: str, *, limit: int | None = None, offset: int | None = None
    ) -> models.Conversation:
        """Return one conversation: its messages, oldest first, and its pending question.

        Staff may also read a conversation that was handed over: its id is the hand-over's ``thread_id``.

        Args:
            session_id: The conversation.
            limit: Messages to return, 1 to 200; 200 by default.
            offset: Messages to skip.
        """
        query = given({"limit": limit, "offset": offset})
        return await self._send(Call("GET", f"{_SESSIONS}/{segment(session_id)}", models.Conversation, query=query))

    def follow_session(self, session_id: str, *, after: int | None = None) -> AsyncGenerator[models.FollowEvent]:
        """Yield where a conversation stands with a person, now and at each change, and each message after one.

        It ends when the conversation is deleted or the generator is closed; a stream that breaks is not begun again.

        Args:
            session_id: The conversation; for staff also one that was handed over.
            after: The id of the last known message; all are given by default.
        """
        return self._followed(f"{_SESSIONS}/{segment(session_id)}/events", given({"after": after}))

    async def delete_session(self, session_id: str) -> None:
        """Delete one conversation of the customer."""
        await self._send(Call("DELETE", f"{_SESSIONS}/{segment(session_id)}", models.Empty, repeatable=False))

    async def get_conversation(self, session_id: str) -> models.Conversation:
        """Return one conversation: the first release's name of ``get_session``."""
        return await self.get_session(session_id)

    async def _followed(self, path: str, query: dict[str, Any]) -> AsyncGenerator[models.FollowEvent]:
        try:
            async with aconnect_sse(self._http, "GET", path, params=query, headers=authorization(self.token)) as source:
                if source.response.is_error:
                    await source.response.aread()
                    parse(source.response)
                async for sent in source.aiter_sse():
                    event = read_followed(sent.event, sent.data)
                    if event is not None:
                        yield event
        except httpx.TransportError as error:
            raise ConnectionFailed(error) from error
        except SSEError as error:
            raise BadAnswer(f"the server sent no events: {error}") from error

    async def _events(self, body: dict[str, Any], named: dict[str, str]) -> AsyncGenerator[models.ChatEvent]:
        headers = {**named, **authorization(self.token)}
        try:
            async with aconnect_sse(self._http, "POST", STREAM_PATH, json=body, headers=headers) as source:
                if source.response.is_error:
                    await source.response.aread()
                    parse(source.response)
                async for sent in source.aiter_sse():
                    event = read_event(sent.event, sent.data)
                    if event is not None:
                        yield event
                    if isinstance(event, models.Done):
                        return
        except httpx.TransportError as error:
            raise ConnectionFailed(error) from error
        except SSEError as error:
            raise BadAnswer(f"the server sent no events: {error}") from error
        raise BadAnswer("the stream ended before the answer was whole")
