"""Who ``telekom chat`` talks to: a server, or a service in this process; and the tokens that are kept between."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AsyncExitStack, aclosing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from telekom_client import AsyncTelekomClient, ChatEvent, Done, NotLoggedIn, Pending, Step, Token
from telekom_client.errors import refusal
from telekom_client.models import ChatAnswer, Conversation

from core.channels import Channel

if TYPE_CHECKING:
    from conversation.service import User
    from core.settings import Settings
    from service.container import Service

IN_PROCESS = "in-process"


class Line(Protocol):
    """Who is talked to."""

    def say(self, message: str | None, session: str | None, approve: bool | None) -> AsyncGenerator[ChatEvent, None]:
        """Take a turn; the last event is ``Done``. Closing the generator stops it.

        Raises:
            TelekomError: It cannot be taken.
        """

    async def history(self, session: str) -> Conversation:
        """A past conversation."""


class Tokens:
    """Access tokens by server, in a file that only its owner may read.

    Args:
        folder: Where the file lies.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "tokens.json"

    def get(self, server: str) -> str | None:
        """The token of a server, if there is one."""
        return self._read().get(server)

    def keep(self, server: str, token: str | None) -> None:
        """Remember a token, or forget it."""
        known = {name: value for name, value in self._read().items() if name != server}
        if token is not None:
            known[server] = token
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(known, file)

    def _read(self) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found


def state_folder() -> Path:
    """Where tokens and the input's history lie: ``$XDG_STATE_HOME/telekom-agent``, or below the home folder."""
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "telekom-agent"


class Remote:
    """A server's conversations."""

    def __init__(self, client: AsyncTelekomClient) -> None:
        self._client = client

    def say(self, message: str | None, session: str | None, approve: bool | None) -> AsyncGenerator[ChatEvent, None]:
        """See ``Line``."""
        return self._client.stream_chat_message(message, session_id=session, approve=approve)

    async def history(self, session: str) -> Conversation:
        """See ``Line``."""
        return await self._client.get_session(session)


class Local:
    """The conversations of a service in this process, in the client's words."""

    def __init__(self, service: Service, user: User) -> None:
        self._service = service
        self._user = user

    async def say(
        self, message: str | None, session: str | None, approve: bool | None
    ) -> AsyncGenerator[ChatEvent, None]:
        """See ``Line``."""
        from api.routes.chat import ChatAnswer as Told
        from conversation import events as own

        stream = self._service.conversations.stream(
            self._user, session_id=session, message=message, resume=approve, channel=Channel.TERMINAL
        )
        with _refusals():
            async with aclosing(stream) as happened:  # type: ignore[type-var]  # a generator, typed by its protocol
                async for event in happened:
                    match event:
                        case own.Token():
                            yield Token(text=event.text)
                        case own.Step():
                            yield Step.model_validate(event.model_dump())
                        case own.PendingEvent(pending=pending):
                            yield Pending.model_validate(pending.model_dump())
                        case own.Done(result=result):
                            told = Told.of(self._user, result).model_dump()
                            yield Done(answer=ChatAnswer.model_validate(told))

    async def history(self, session: str) -> Conversation:
        """See ``Line``."""
        with _refusals():
            found = await self._service.conversations.get(self._user, session, limit=200, offset=0)
        return Conversation.model_validate(found.model_dump())


@contextmanager
def _refusals() -> Iterator[None]:
    """What the conversations refuse, in the client's words."""
    from api.errors import named_error
    from conversation.service import ConversationError
    from database.threads import ThreadNotFound

    try:
        yield
    except (ConversationError, ThreadNotFound) as error:
        status, code, text = named_error(error)
        raise refusal(status, {"code": code, "detail": text}) from error


async def connect_remote(
    stack: AsyncExitStack, server: str, tokens: Tokens, ask: Callable[[], tuple[str, str]]
) -> Remote:
    """Log in at a server, with the token that is kept or with what the customer answers.

    Raises:
        TelekomError: The server is not there, or refuses.
    """
    client = await stack.enter_async_context(AsyncTelekomClient(server, tokens.get(server)))
    try:
        await client.get_customer_profile()
    except NotLoggedIn:
        tokens.keep(server, await client.login(*ask()))
    return Remote(client)


async def connect_local(
    stack: AsyncExitStack, settings: Settings, tokens: Tokens, ask: Callable[[], tuple[str, str]]
) -> Local | None:
    """Start a service in this process and log in; None where login or password are wrong."""
    from service.container import open_service

    service = await stack.enter_async_context(open_service(settings))
    kept = tokens.get(IN_PROCESS)
    user = await service.accounts.by_token(kept) if kept else None
    if user is None:
        user = await service.accounts.authenticate(*ask())
        if user is None:
            return None
        tokens.keep(IN_PROCESS, service.accounts.issue_token(user).access_token)
    return Local(service, user)
