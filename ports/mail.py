"""Mail: carries a letter of the service to a person's address.

An operator puts a mail server in place of the log by ``TELEKOM_MAIL_URL``; the pages see only ``MailPort``.
"""

from __future__ import annotations

import asyncio
import logging
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

from core.settings import Settings
from ports.errors import MailUnavailable

_SECONDS = 15.0
_PORTS = {"smtp": 587, "smtps": 465}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mail:
    """One letter in plain text."""

    to: str
    subject: str
    text: str


def mail_of(settings: Settings) -> MailPort:
    """Return what carries the letters as the settings say."""
    if settings.mail_url is not None:
        return SmtpMail(settings.mail_url.get_secret_value(), settings.mail_from)
    return LoggedMail() if settings.env == "development" else NoMail()


class MailPort(Protocol):
    """The interface of mail, as the pages use it."""

    async def send(self, mail: Mail) -> None:
        """Send a letter.

        Raises:
            MailUnavailable: It was not taken over.
        """
        ...


class LoggedMail:
    """Writes letters to the log, for development: what stands in them is nobody's secret there."""

    async def send(self, mail: Mail) -> None:
        """See ``MailPort.send``."""
        _log.info("mail to %s: %s\n%s", mail.to, mail.subject, mail.text)


class NoMail:
    """Sends nothing, for production without a mail server: a link in a log would be a key for whoever reads it."""

    async def send(self, mail: Mail) -> None:
        """See ``MailPort.send``."""
        raise MailUnavailable("TELEKOM_MAIL_URL names no mail server")


class SmtpMail:
    """A mail server over SMTP, always with TLS where it offers it, and never a password without it.

    Args:
        url: ``smtp://user:password@host:587`` (STARTTLS) or ``smtps://…:465``; without a login, ``smtp://host:25``.
        sender: The address that letters come from.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._is_tls = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """See ``MailPort.send``."""
        try:
            await asyncio.to_thread(self._send, mail)
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable(f"the mail server refused or was silent: {error}") from error

    def _send(self, mail: Mail) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self._sender, mail.to, mail.subject
        letter["Date"], letter["Message-ID"] = formatdate(), make_msgid()
        letter.set_content(mail.text)
        with self._connected() as server:
            if self._login is not None:
                server.login(*self._login)
            server.send_message(letter)

    def _connected(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self._is_tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_SECONDS, context=trusted)
        server = smtplib.SMTP(self._host, self._port, timeout=_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trusted)
        elif self._login is not None:
            server.close()
            raise smtplib.SMTPNotSupportedError("the server offers no TLS; a password is not sent without it")
        return server
