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

from cli.chat_backend import IN_PROCESS, Line, Tokens, connect_local, connect_remote, state_folder
from core import turkish

_YES = frozenset(map(turkish.fold, ("e", "evet", "y", "yes")))
_NO = frozenset(map(turkish.fold, ("h", "hayır", "n", "no")))
_HELP = "/gecmis: bu görüşme · /yeni: yeni görüşme · /cikis ya da Ctrl-D: çıkış · Ctrl-C: yanıtı durdurur"


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
        answer = turkish.fold(said)
        if pending.kind == "confirmation" and answer in _YES | _NO:
            return None, answer in _YES
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
                from core.settings import Settings

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
