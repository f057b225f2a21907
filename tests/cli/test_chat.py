"""``telekom chat``: as a program in a real terminal, and its own logic with a line that is scripted."""

from __future__ import annotations

import asyncio
import codecs
import fcntl
import io
import json
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import termios
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from telekom_client import ChatAnswer, ChatEvent, ConnectionFailed, Done, Pending, Step, Token
from telekom_client.models import Conversation

from cli.chat import TerminalChat
from cli.chat_backend import TokenStore

ROOT = Path(__file__).parents[2]
SECONDS = 90
PROFILE = {
    "name": "Ayşe Işık", "phone_numbers": [], "email": "ayse@example.com", "address": None,
    "registration_date": "2026-01-01T00:00:00+03:00", "customer_tier": "standard",
}  # fmt: skip


class Terminal:
    """A program behind a pseudo terminal."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", *arguments], stdin=slave, stdout=slave, stderr=slave, cwd=ROOT,
            env=environment, start_new_session=True, preexec_fn=_own_terminal,
        )  # fmt: skip
        os.close(slave)
        self.shown = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def expect(self, pattern: str) -> str:
        """Wait for a text; returns what was shown up to its end and forgets it."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if found := re.search(pattern, self.shown):
                text, self.shown = self.shown[: found.end()], self.shown[found.end() :]
                return text
            if select.select([self._master], [], [], 0.2)[0]:
                try:
                    self.shown += self._decoder.decode(os.read(self._master, 65536))
                except OSError:  # the program ended and everything is read
                    end = time.monotonic()
        raise AssertionError(f"{pattern!r} was not shown, but:\n{self.shown[-3000:]}")

    def log_in(self) -> None:
        """Give the password once the echo is off; what is typed before is thrown away."""
        self.expect("Şifre")
        end = time.monotonic() + SECONDS
        while termios.tcgetattr(self._master)[3] & termios.ECHO:
            assert time.monotonic() < end, "the prompt did not switch the echo off"
            time.sleep(0.01)  # a terminal does not tell when its settings change
        self.send("demo-1234\n")

    def interrupt(self, pattern: str) -> None:
        """Press Ctrl-C until a text is shown: what is typed before the prompt has set the terminal is thrown away."""
        for _ in range(SECONDS // 5):
            self.send("\x03")
            end = time.monotonic() + 5
            while time.monotonic() < end and not re.search(pattern, self.shown):
                if select.select([self._master], [], [], 0.2)[0]:
                    self.shown += self._decoder.decode(os.read(self._master, 65536))
            if re.search(pattern, self.shown):
                return
        raise AssertionError(f"{pattern!r} was not shown after Ctrl-C, but:\n{self.shown[-3000:]}")

    def send(self, text: str) -> None:
        os.write(self._master, text.encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


def _own_terminal() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell ignores it for what it starts in the background
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@contextmanager
def running(home: Path, *arguments: str, **settings: str) -> Iterator[Terminal]:
    environment = {**os.environ, "XDG_STATE_HOME": str(home), "TERM": "dumb", "NO_COLOR": "1", **settings}
    terminal = Terminal(["chat", *arguments], environment)
    try:
        yield terminal
    finally:
        terminal.close()


@pytest.mark.embedded
def test_a_conversation_with_a_server(address: str, tmp_path: Path) -> None:
    with running(tmp_path, "--server", address, "--login", "musteri5@example.com") as terminal:
        terminal.log_in()
        terminal.expect("siz › ")
        terminal.send("Bu ayki faturam ne kadar?\n")
        told = terminal.expect(r"TL[\s\S]*siz › ")
        assert "✓ get_current_bill" in told
        terminal.send("yurt dışı kullanımımı aç\n")
        terminal.expect(r"1\) [\s\S]*evet/hayır › ")
        terminal.send("h\n")
        terminal.expect("siz › ")
        terminal.send("/gecmis\n")
        terminal.expect(r"Siz: Bu ayki faturam[\s\S]*Temsilci: [\s\S]*siz › ")
        terminal.send("\x04")
        assert terminal.process.wait(SECONDS) == 0
    kept = tmp_path / "telekom-agent" / "tokens.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with running(tmp_path, "--server", address) as again:  # the token is kept: nobody is asked
        again.expect("siz › ")
        again.interrupt("siz › ")
        again.send("/cikis\n")
        assert again.process.wait(SECONDS) == 0


class HangingServer(ThreadingHTTPServer):
    """A server whose answers begin and never end."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hanging)
        self.over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Hanging(BaseHTTPRequestHandler):
    server: HangingServer

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        streams = self.path.endswith("/stream")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if streams else "application/json")
        self.end_headers()
        if not streams:
            self.wfile.write(json.dumps({"success": True, "data": PROFILE}).encode())
            return
        self.wfile.write(b'event: token\ndata: {"text": "Bu ayki"}\n\n')
        self.wfile.flush()
        self.server.over.wait()

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@pytest.fixture
def hanging_server() -> Iterator[HangingServer]:
    with HangingServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


def test_ctrl_c_stops_an_answer_and_the_conversation_goes_on(hanging_server: HangingServer, tmp_path: Path) -> None:
    TokenStore(tmp_path / "telekom-agent").save(hanging_server.address, "token")
    with running(tmp_path, "--server", hanging_server.address) as terminal:
        terminal.expect("siz › ")
        terminal.send("faturam ne kadar?\n")
        terminal.expect("Bu ayki")
        terminal.send("\x03")
        terminal.expect(r"yanıt durduruldu[\s\S]*siz › ")
        terminal.send("/cikis\n")
        assert terminal.process.wait(SECONDS) == 0


@pytest.mark.embedded
@pytest.mark.slow
def test_a_conversation_in_this_process(tmp_path: Path) -> None:
    with running(tmp_path, "--login", "musteri1@example.com", TELEKOM_DATA_DIR=str(tmp_path / "var")) as terminal:
        terminal.log_in()
        terminal.expect("siz › ")
        terminal.send("faturamı kredi kartıyla öde\n")
        terminal.expect("evet/hayır › ")
        terminal.send("evet\n")
        terminal.expect(r"✓ pay_bill[\s\S]*siz › ")


def test_a_server_that_is_not_there_ends_with_a_reason(tmp_path: Path) -> None:
    with running(tmp_path, "--server", "http://127.0.0.1:9") as terminal:
        terminal.expect("ConnectError")
        assert terminal.process.wait(SECONDS) == 1


class Scripted:
    """A line that answers what a test says."""

    def __init__(self, *turns: list[Any] | Exception) -> None:
        self.turns = list(turns)
        self.said: list[tuple[str | None, bool | None]] = []

    async def say(
        self, message: str | None, session: str | None, approve: bool | None
    ) -> AsyncGenerator[ChatEvent, None]:
        self.said.append((message, approve))
        turn = self.turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        for event in turn:
            if isinstance(event, BaseException):
                raise event
            yield event

    async def history(self, session: str) -> Conversation:
        return Conversation(session_id=session, messages=[], pending=None)


def done(pending: Pending | None = None) -> Done:
    metadata = {"run_id": "r", "intent": "i", "tool_results": [], "processing_time_ms": 1, "model": "m"}
    answer = {"response": "", "user_id": 1, "session_id": "s", "confidence": 1.0, "tool_calls": [], "pending": pending}
    return Done(answer=ChatAnswer.model_validate({**answer, "metadata": metadata}))


def talk(line: Scripted, *lines: str) -> str:
    output = io.StringIO()
    told = iter(lines)

    def read(prompt: str) -> str:
        try:
            return next(told)
        except StopIteration as end:
            raise EOFError from end

    with asyncio.Runner() as runner:
        TerminalChat(line, Console(file=output, width=200), read, runner.run).loop()
    return output.getvalue()


def test_a_confirmation_takes_a_yes_a_no_a_number_or_other_words() -> None:
    options = [{"label": "Evet", "value": "evet"}, {"label": "Hayır", "value": "hayır"}]
    asked = Pending.model_validate({"kind": "confirmation", "text": "Onaylıyor musunuz?", "options": options})
    line = Scripted(*[[done(asked)]] * 5, [done()])
    shown = talk(line, "faturamı öde", "bir saniye", "2", "HAYIR", "Evet", "teşekkürler")
    assert line.said == [
        ("faturamı öde", None), ("bir saniye", None), ("hayır", None), (None, False), (None, True),
        ("teşekkürler", None),
    ]  # fmt: skip
    assert "1) Evet" in shown


def test_what_cannot_be_sent_is_told_and_the_program_goes_on() -> None:
    import httpx

    line = Scripted(ConnectionFailed(httpx.ConnectError("refused")), [Token(text="Buyurun [b]"), done()])
    shown = talk(line, "merhaba", "merhaba", "/yeni", "/gecmis")
    assert "Sunucuya ulaşılamadı" in shown and "Buyurun [b]" in shown and "Henüz bir şey yazmadınız" in shown


def test_steps_and_stopped_answers_are_shown() -> None:
    step = Step(id="1", name="get_current_bill", kind="tool", status="failed", ms=7)
    shown = talk(Scripted([step, KeyboardInterrupt()], [done()]), "faturam", "merhaba")
    assert "✗ get_current_bill 7 ms" in shown and "yanıt durduruldu" in shown


def test_tokens_are_saved_by_server_and_forgotten(tmp_path: Path) -> None:
    tokens = TokenStore(tmp_path / "state")
    assert tokens.get("a") is None
    tokens.save("a", "1")
    tokens.save("b", "2")
    tokens.save("a", None)
    assert tokens.get("a") is None and TokenStore(tmp_path / "state").get("b") == "2"
    (tmp_path / "state" / "tokens.json").write_text("broken")
    assert tokens.get("b") is None
