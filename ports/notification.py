"""Notification: short messages to customers by mail and SMS.

An operator puts a real adapter in place of ``SimulatedNotification``, which sends nothing and keeps what it was given.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal, Protocol

from ports.errors import SystemUnavailable

_KEPT = 100


@dataclass(frozen=True)
class Message:
    """A message to one address: an e-mail address, or a number of eleven digits that begins with 0."""

    customer_id: int
    way: Literal["mail", "sms"]
    to: str
    text: str


class NotificationPort(Protocol):
    """The interface of a sender of messages, as the tools use it."""

    async def send(self, message: Message, *, key: str) -> None:
        """Take a message for sending; once for a key. Nothing waits for its arrival.

        Raises:
            RequestRefused: The message cannot be sent there.
            SystemUnavailable: There is no answer.
        """
        ...

    async def health(self) -> None:
        """Return if the system can be used now.

        Raises:
            SystemUnavailable: It cannot.
        """
        ...


class SimulatedNotification:
    """A sender that keeps its last messages in memory. Settings may be changed while it is used.

    Args:
        unavailable: raise ``SystemUnavailable`` instead of answering.
    """

    simulated = True

    def __init__(self, *, unavailable: bool = False) -> None:
        self.unavailable = unavailable
        self.sent: deque[Message] = deque(maxlen=_KEPT)
        self._keys: deque[tuple[int, str]] = deque(maxlen=_KEPT)

    async def send(self, message: Message, *, key: str) -> None:
        """See ``NotificationPort.send``."""
        await self.health()
        if (message.customer_id, key) not in self._keys:
            self._keys.append((message.customer_id, key))
            self.sent.append(message)

    async def health(self) -> None:
        """See ``NotificationPort.health``."""
        if self.unavailable:
            raise SystemUnavailable("the sender of messages did not answer")
