"""``telekom chat``: a conversation in the terminal, with a server or with a service in this process.

Ctrl-C stops the answer that is being written; at the prompt it clears the line. Ctrl-D ends the program.
"""

from __future__ import annotations

import asyncio
import json
import os
import uuid
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AsyncExitStack, aclosing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.text import Text

from client import AsyncTelekomClient, ChatEvent, Done, NotLoggedIn, Pending, Step, TelekomError, Token
from client.errors import refusal
from client.models import ChatAnswer, Conversation

if TYPE_CHECKING:
    from bootstrap import Service
    from conversation import User
    from settings import Settings

IN_PROCESS = "in-process"
CHANNEL = "terminal"
_YES, _NO = {"e", "evet", "y", "yes"}, {"h", "hayır", "n", "no"}
_HELP = "/gecmis: bu görüşme · /yeni: yeni görüşme · /cikis ya da Ctrl-D: çıkış · Ctrl-C: yanıtı durdurur"


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
        return await self._client.get_conversation(session)


class Local:
    """The conversations of a service in this process, in the client's words."""

    def __init__(self, service: Service, user: User) -> None:
        self._service = service
        self._user = user

    async def say(
        self, message: str | None, session: str | None, approve: bool | None
    ) -> AsyncGenerator[ChatEvent, None]:
        """See ``Line``."""
        import events as own
        from api.chat import ChatAnswer as Told

        stream = self._service.conversations.stream(
            self._user, session_id=session, message=message, resume=approve, channel=CHANNEL
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
    from conversation import ConversationError
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
    from bootstrap import open_service

    service = await stack.enter_async_context(open_service(settings))
    kept = tokens.get(IN_PROCESS)
    user = await service.accounts.by_token(kept) if kept else None
    if user is None:
        user = await service.accounts.authenticate(*ask())
        if user is None:
            return None
        tokens.keep(IN_PROCESS, service.accounts.issue_token(user).access_token)
    return Local(service, user)


class TerminalChat:
    """The conversation.

    Args:
        line: Who is talked to.
        console: Where it is shown.
        read: Reads a line; raises ``EOFError`` at the end and ``KeyboardInterrupt`` on Ctrl-C.
        run: Runs a turn; raises ``KeyboardInterrupt`` where Ctrl-C stopped it.
        session: A conversation to go on with.
    """

    def __init__(
        self,
        line: Line,
        console: Console,
        read: Callable[[str], str],
        run: Callable[..., object],
        session: str | None = None,
    ) -> None:
        self._line = line
        self._console = console
        self._read = read
        self._run = run
        self.session = session
        self._pending: Pending | None = None

    def loop(self) -> None:
        """Talk until the customer leaves."""
        self._console.print(_HELP, style="dim", markup=False, highlight=False)
        if self.session is not None:
            self._run(self._show_history())
        while True:
            try:
                said = self._read(self._prompt()).strip()
                if said == "/cikis":
                    return
                if said:
                    self._take(said)
            except KeyboardInterrupt:
                self._console.print()
            except EOFError:
                self._console.print()
                return

    def _prompt(self) -> str:
        return "evet/hayır › " if self._pending and self._pending.kind == "confirmation" else "siz › "

    def _take(self, said: str) -> None:
        try:
            if said == "/gecmis":
                self._run(self._show_history())
            elif said == "/yeni":
                self.session = self._pending = None
            else:
                self._run(self._turn(said))
        except KeyboardInterrupt:
            self._console.print("\n(yanıt durduruldu)", style="dim")
        except TelekomError as error:
            message = getattr(error, "message", "") or f"Sunucuya ulaşılamadı ({error}). Yazdığınız kaybolmadı: {said}"
            self._console.print(message, style="red", markup=False, highlight=False)

    async def _turn(self, said: str) -> None:
        message, approve = self._meant(said)
        self.session = self.session or str(uuid.uuid4())  # known before the answer, which may be stopped
        async with aclosing(self._line.say(message, self.session, approve)) as happened:
            async for event in happened:
                self._show(event)

    def _meant(self, said: str) -> tuple[str | None, bool | None]:
        """A message, or the yes or no to a pending confirmation; a number picks an option."""
        pending = self._pending
        if pending is None:
            return said, None
        if pending.kind == "confirmation" and said.casefold() in _YES | _NO:
            return None, said.casefold() in _YES
        if said.isdigit() and 0 < int(said) <= len(pending.options):
            return pending.options[int(said) - 1].value, None
        return said, None

    def _show(self, event: ChatEvent) -> None:
        match event:
            case Token(text=text):
                self._console.out(text, end="", highlight=False)
            case Step(kind="tool", status="finished" | "failed" as status, name=name, ms=ms):
                mark = "✓" if status == "finished" else "✗"
                self._console.print(Text(f"{mark} {name} {ms} ms", style="dim"))
            case Done(answer=answer):
                self._console.print()
                self.session, self._pending = answer.session_id, answer.pending
                options = answer.pending.options if answer.pending else []
                for number, option in enumerate(options, start=1):
                    self._console.print(Text(f"  {number}) {option.label}"))

    async def _show_history(self) -> None:
        if self.session is None:
            self._console.print("Henüz bir şey yazmadınız.", style="dim")
            return
        found = await self._line.history(self.session)
        self._pending = found.pending
        for message in found.messages:
            who, style = ("Siz", "") if message.role == "user" else ("Temsilci", "cyan")
            self._console.print(Text(f"{who}: {message.text}", style=style))


def with_history(folder: Path) -> Callable[[], None]:
    """Let the arrow keys bring back earlier lines; returns what stores them."""
    with suppress(ImportError):  # Windows has no readline
        import readline

        file = folder / "history"
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            readline.read_history_file(file)
        readline.set_history_length(500)
        return lambda: readline.write_history_file(file)
    return lambda: None


def run_chat(
    server: str | None,
    session: str | None,
    ask: Callable[[], tuple[str, str]],
    console: Console,
    read: Callable[[str], str],
) -> str | None:
    """Connect, talk, and let go.

    Args:
        server: Its address; a service in this process where it is None.
        session: A conversation to go on with.
        ask: Asks for login and password.
        console: Where it is shown.
        read: Reads a line.

    Returns:
        Why it could not begin; None where it did.

    Raises:
        TelekomError: The server refuses or is not there.
        ModelError: The model of a service in this process cannot be had.
    """
    tokens = Tokens(state_folder())
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            line: Line | None
            if server is not None:
                line = runner.run(connect_remote(stack, server, tokens, ask))
            else:
                from settings import Settings

                line = runner.run(connect_local(stack, Settings(), tokens, ask))
            if line is None:
                return "E-posta ya da şifre hatalı."
            TerminalChat(line, console, read, runner.run, session).loop()
        finally:
            runner.run(stack.aclose())
    return None


def forget(server: str | None) -> None:
    """Forget the token of a server, or of the service in this process."""
    Tokens(state_folder()).keep(server or IN_PROCESS, None)
