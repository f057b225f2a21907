"""``telekom chat``: a conversation in the terminal, with a server or with a service in this process.

Ctrl-C stops the answer that is being written; at the prompt it clears the line. Ctrl-D ends the program.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from contextlib import AsyncExitStack, aclosing, suppress
from pathlib import Path

from rich.console import Console
from rich.text import Text
from telekom_client import ChatEvent, Done, Pending, Step, TelekomError, Token

from cli.chat_backend import IN_PROCESS, ChatBackend, TokenStore, connect_local, connect_remote, state_folder
from core import turkish

_YES = frozenset(map(turkish.fold, ("e", "evet", "y", "yes")))
_NO = frozenset(map(turkish.fold, ("h", "hayır", "n", "no")))
_HELP = "/gecmis: bu görüşme · /yeni: yeni görüşme · /cikis ya da Ctrl-D: çıkış · Ctrl-C: yanıtı durdurur"


class TerminalChat:
    """A conversation in the terminal: reads lines, takes turns and shows their events.

    Args:
        backend: Answers the turns.
        console: Shows the conversation.
        read: Reads a line; raises ``EOFError`` at the end and ``KeyboardInterrupt`` on Ctrl-C.
        run: Runs a turn; raises ``KeyboardInterrupt`` when Ctrl-C stopped it.
        session: Id of a conversation to continue; None begins a new one.
    """

    def __init__(
        self,
        backend: ChatBackend,
        console: Console,
        read: Callable[[str], str],
        run: Callable[..., object],
        session: str | None = None,
    ) -> None:
        self._backend = backend
        self._console = console
        self._read = read
        self._run = run
        self.session = session
        self._pending: Pending | None = None

    def loop(self) -> None:
        """Read and answer lines until the customer leaves."""
        self._console.print(_HELP, style="dim", markup=False, highlight=False)
        if self.session is not None:
            self._run(self._show_history())
        while True:
            try:
                line = self._read(self._prompt()).strip()
                if line == "/cikis":
                    return
                if line:
                    self._handle(line)
            except KeyboardInterrupt:
                self._console.print()
            except EOFError:
                self._console.print()
                return

    def _prompt(self) -> str:
        return "evet/hayır › " if self._pending and self._pending.kind == "confirmation" else "siz › "

    def _handle(self, line: str) -> None:
        try:
            if line == "/gecmis":
                self._run(self._show_history())
            elif line == "/yeni":
                self.session = self._pending = None
            else:
                self._run(self._turn(line))
        except KeyboardInterrupt:
            self._console.print("\n(yanıt durduruldu)", style="dim")
        except TelekomError as error:
            message = getattr(error, "message", "") or f"Sunucuya ulaşılamadı ({error}). Yazdığınız kaybolmadı: {line}"
            self._console.print(message, style="red", markup=False, highlight=False)

    async def _turn(self, line: str) -> None:
        message, approve = self._interpret(line)
        self.session = self.session or str(uuid.uuid4())  # known before the answer, which may be stopped
        async with aclosing(self._backend.say(message, self.session, approve)) as events:
            async for event in events:
                self._show(event)

    def _interpret(self, line: str) -> tuple[str | None, bool | None]:
        """Return a message, or the approval of a pending confirmation; a number chooses an option of the question."""
        pending = self._pending
        if pending is None:
            return line, None
        answer = turkish.fold(line)
        if pending.kind == "confirmation" and answer in _YES | _NO:
            return None, answer in _YES
        if line.isdigit() and 0 < int(line) <= len(pending.options):
            return pending.options[int(line) - 1].value, None
        return line, None

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
        found = await self._backend.history(self.session)
        self._pending = found.pending
        for message in found.messages:
            who, style = ("Siz", "") if message.role == "user" else ("Temsilci", "cyan")
            self._console.print(Text(f"{who}: {message.text}", style=style))


def with_history(folder: Path) -> Callable[[], None]:
    """Load the input history for the arrow keys and return the function that saves it.

    Args:
        folder: Folder of the history file.
    """
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
    """Connect, hold the conversation, and close the connection.

    Args:
        server: Address of the server; None starts a service in this process.
        session: Id of a conversation to continue.
        ask: Asks for login and password.
        console: Shows the conversation.
        read: Reads a line.

    Returns:
        The reason in Turkish why the conversation could not begin, or None after a conversation.

    Raises:
        TelekomError: The server refuses, or cannot be reached.
        ModelError: The model of a service in this process cannot be loaded.
    """
    tokens = TokenStore(state_folder())
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            backend: ChatBackend | None
            if server is not None:
                backend = runner.run(connect_remote(stack, server, tokens, ask))
            else:
                from core.settings import Settings

                backend = runner.run(connect_local(stack, Settings(), tokens, ask))
            if backend is None:
                return "E-posta ya da şifre hatalı."
            TerminalChat(backend, console, read, runner.run, session).loop()
        finally:
            runner.run(stack.aclose())
    return None


def forget(server: str | None) -> None:
    """Remove the saved token of a server, or of the service in this process."""
    TokenStore(state_folder()).save(server or IN_PROCESS, None)
