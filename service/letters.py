"""Letters to people: handed to the operator's mail server, or to the log in development."""

from __future__ import annotations

from database.unavailable import UNAVAILABLE
from ports.errors import MailUnavailable
from ports.mail import Mail, MailPort

UNSENT: tuple[type[Exception], ...] = (MailUnavailable, *UNAVAILABLE)
"""Errors with which a letter, or what stands in it, was not to be had."""


async def send_letter(mail: MailPort, to: str, subject: str, text: str) -> None:
    """Send a letter in plain text.

    Raises:
        MailUnavailable: It was not taken over.
    """
    await mail.send(Mail(to, subject, text))
