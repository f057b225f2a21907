"""The two backends of ``telekom chat``, a server or a service in this process, and the store of access tokens."""

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
    from service.container import RunningService

IN_PROCESS = "in-process"


class ChatBackend(Protocol):
    """A source of answers for the terminal conversation."""

    def say(self, message: str | None, session: str | None, approve: bool | None) -> AsyncGenerator[ChatEvent, None]:
        """Take a turn and yield its events, ``Done`` last; closing the generator stops the turn.

        Args:
            message: The customer's words; None with ``approve``.
            session: Id of the conversation.
            approve: The answer to a pending confirmation.

        Raises:
            TelekomError: The turn was refused, or the server cannot be reached.
        """

    async def history(self, session: str) -> Conversation:
        """Return the messages of a conversation and its pending question.

        Raises:
            TelekomError: There is no such conversation, or the server cannot be reached.
        """


class TokenStore:
    """Access tokens by server, in a file that only its owner may read.

    Args:
        folder: Folder of the file; it is made when a token is saved.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "tokens.json"

    def get(self, server: str) -> str | None:
        """Return the token of a server, or None."""
        return self._read().get(server)

    def save(self, server: str, token: str | None) -> None:
        """Save the token of a server; None removes it."""
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
    """Return the folder of the tokens and of the input history: ``$XDG_STATE_HOME/telekom-agent``, or below home."""
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "telekom-agent"


class RemoteBackend:
    """The conversations of a server.

    Args:
        client: A client with a valid token.
    """

    def __init__(self, client: AsyncTelekomClient) -> None:
        self._client = client

    def say(self, message: str | None, session: str | None, approve: bool | None) -> AsyncGenerator[ChatEvent, None]:
        """See ``ChatBackend``."""
        return self._client.stream_chat_message(message, session_id=session, approve=approve)

    async def history(self, session: str) -> Conversation:
        """See ``ChatBackend``."""
        return await self._client.get_session(session)


class LocalBackend:
    """The conversations of a service in this process, as events of the client.

    Args:
        service: The running service.
        user: The customer who is logged in.
    """

    def __init__(self, service: RunningService, user: User) -> None:
        self._service = service
        self._user = user

    async def say(
        self, message: str | None, session: str | None, approve: bool | None
    ) -> AsyncGenerator[ChatEvent, None]:
        """See ``ChatBackend``."""
        from api.chat_answer import ChatAnswer as ServedAnswer
        from conversation import events as own

        stream = self._service.conversations.stream(
            self._user, session_id=session, message=message, resume=approve, channel=Channel.TERMINAL
        )
        with _refusals():
            async with aclosing(stream) as events:  # type: ignore[type-var]  # a generator, typed by its protocol
                async for event in events:
                    match event:
                        case own.Token():
                            yield Token(text=event.text)
                        case own.Step():
                            yield Step.model_validate(event.model_dump())
                        case own.PendingEvent(pending=pending):
                            yield Pending.model_validate(pending.model_dump())
                        case own.Done(result=result):
                            answer = ServedAnswer.of(self._user, result).model_dump()
                            yield Done(answer=ChatAnswer.model_validate(answer))

    async def history(self, session: str) -> Conversation:
        """See ``ChatBackend``."""
        with _refusals():
            found = await self._service.conversations.get(self._user, session, limit=200, offset=0)
        return Conversation.model_validate(found.model_dump())


@contextmanager
def _refusals() -> Iterator[None]:
    """Raise a refusal of the service as the client's error."""
    from api.errors import named_error
    from conversation.service import ConversationError
    from database.threads import ThreadNotFound

    try:
        yield
    except (ConversationError, ThreadNotFound) as error:
        status, code, text = named_error(error)
        raise refusal(status, {"code": code, "detail": text}) from error


async def connect_remote(
    stack: AsyncExitStack, server: str, tokens: TokenStore, ask: Callable[[], tuple[str, str]]
) -> RemoteBackend:
    """Log in at a server with the saved token, or with the login and the password that ``ask`` returns.

    Raises:
        TelekomError: The server cannot be reached, or refuses the login.
    """
    client = await stack.enter_async_context(AsyncTelekomClient(server, tokens.get(server)))
    try:
        await client.get_customer_profile()
    except NotLoggedIn:
        tokens.save(server, await client.login(*ask()))
    return RemoteBackend(client)


async def connect_local(
    stack: AsyncExitStack, settings: Settings, tokens: TokenStore, ask: Callable[[], tuple[str, str]]
) -> LocalBackend | None:
    """Start a service in this process and log in as ``connect_remote`` does; None for a wrong login or password."""
    from service.container import open_service

    service = await stack.enter_async_context(open_service(settings))
    saved = tokens.get(IN_PROCESS)
    user = await service.accounts.by_token(saved) if saved else None
    if user is None:
        user = await service.accounts.authenticate(*ask())
        if user is None:
            return None
        tokens.save(IN_PROCESS, (await service.accounts.logins.begin(user)).access_token)
    return LocalBackend(service, user)
