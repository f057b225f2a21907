"""Letters: to the log, and to a mail server that speaks SMTP on a socket."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import default

import pytest

from core.settings import Settings
from ports.errors import MailUnavailable
from ports.mail import LoggedMail, Mail, NoMail, SmtpMail, mail_of

LETTER = Mail("ayse@example.com", "Şifre bağlantısı", "Merhaba,\n\n.http://localhost/password?token=x\n\nçğıöşü İ")


@asynccontextmanager
async def mail_server(refused: bytes = b"") -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that takes letters over without TLS, or refuses the recipient."""
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            command = line[:4].upper().strip()
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                received.append(await reader.readuntil(b"\r\n.\r\n"))
            if command == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            writer.write(refused if command == b"RCPT" and refused else b"250 ok\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], received


async def test_server_gets_the_letter_as_it_was_written() -> None:
    async with mail_server() as (port, received):
        await SmtpMail(f"smtp://127.0.0.1:{port}", "telekom@example.com").send(LETTER)
    letter = message_from_bytes(received[0].replace(b"\r\n..", b"\r\n.").removesuffix(b"\r\n.\r\n"), policy=default)
    assert (letter["To"], letter["From"], letter["Subject"]) == (
        LETTER.to, "telekom@example.com", LETTER.subject,
    )  # fmt: skip
    assert letter.get_content().replace("\r\n", "\n").strip() == LETTER.text  # type: ignore[attr-defined]


async def test_server_that_refuses_is_silent_or_offers_no_tls_for_a_password_is_told() -> None:
    async with mail_server(b"550 no such user\r\n") as (port, received):
        with pytest.raises(MailUnavailable, match="refused"):
            await SmtpMail(f"smtp://127.0.0.1:{port}", "t@example.com").send(LETTER)
        with pytest.raises(MailUnavailable, match="no TLS"):
            await SmtpMail(f"smtp://me:secret@127.0.0.1:{port}", "t@example.com").send(LETTER)
    assert received == []
    with pytest.raises(MailUnavailable):
        await SmtpMail(f"smtp://127.0.0.1:{port}", "t@example.com").send(LETTER)


async def test_settings_choose_log_server_or_nothing(caplog: pytest.LogCaptureFixture) -> None:
    developing = mail_of(Settings(_env_file=None))
    with caplog.at_level(logging.INFO):
        await developing.send(LETTER)
    assert isinstance(developing, LoggedMail) and "password?token=x" in caplog.text
    secret = {"env": "production", "secret_key": "s" * 40}
    assert isinstance(mail_of(Settings(_env_file=None, **secret)), NoMail)  # type: ignore[arg-type]
    with pytest.raises(MailUnavailable):
        await NoMail().send(LETTER)
    assert isinstance(mail_of(Settings(_env_file=None, mail_url="smtps://mail.example.com")), SmtpMail)
    for bad in ("mail.example.com", "http://mail.example.com", "smtp://"):
        with pytest.raises(ValueError, match="smtp://"):
            Settings(_env_file=None, mail_url=bad)
