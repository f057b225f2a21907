"""Errors that outside systems answer instead of a result.

```
OutsideSystemError
├── SystemUnavailable        no answer: try again later, with the same key where there is one
│   ├── PaymentTimeout       it is not known whether the money moved
│   ├── MailUnavailable
│   ├── SpeedTestUnavailable
│   └── NetworkUnavailable
├── RequestRefused           the answer is no; ``code`` says why
├── PaymentDeclined          the answer to a charge is no; ``code`` says why
├── PaymentConflict          the key was already used for another charge
└── UnknownRegion            the network knows no such region
```
Messages are for logs; what a customer reads is written by the tools.
"""

from __future__ import annotations

from typing import Literal

DeclineCode = Literal["INSUFFICIENT_FUNDS", "CARD_DECLINED"]

RefusalCode = Literal[
    "BILL_NOT_FOUND", "BILL_ALREADY_PAID", "INELIGIBLE_FOR_PACKAGE", "INVALID_CONTACT_VALUE", "LINE_ALREADY_SUSPENDED",
    "LINE_NOT_FOUND", "LINE_NOT_SUSPENDED", "NO_CUSTOMER", "OTHER", "PACKAGE_CHANGE_FAILED", "TICKET_ALREADY_CLOSED",
    "TICKET_CREATION_FAILED", "TICKET_NOT_FOUND",
]  # fmt: skip
"""Reasons of a refusal. Customers hear that of our error of the same name; ``OTHER`` and ``NO_CUSTOMER`` have none."""


class OutsideSystemError(Exception):
    """Base of the errors of outside systems."""


class SystemUnavailable(OutsideSystemError):
    """The system gave no answer.

    Args:
        message: what happened.
        retry_after: seconds after which another try makes sense.

    Attributes:
        system: The port's name, as in ``ports.Ports``; the guard around an adapter sets it where the class does not.
    """

    system: str = ""

    def __init__(self, message: str, *, retry_after: int = 30) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PaymentTimeout(SystemUnavailable):
    """The payment system was too late; only a charge with the same key is safe now."""

    system = "payment"


class MailUnavailable(SystemUnavailable):
    """A letter was not sent."""


class SpeedTestUnavailable(SystemUnavailable):
    """The speed test could not be run."""

    system = "speed_test"


class NetworkUnavailable(SystemUnavailable):
    """The network's state could not be read."""

    system = "network"


class RequestRefused(OutsideSystemError):
    """The system said no; nothing was changed.

    Args:
        code: the reason, as clients see it.
        message: what the system said, for the log.
    """

    def __init__(self, code: RefusalCode, message: str = "") -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code: RefusalCode = code


class PaymentDeclined(OutsideSystemError):
    """The bank said no; nothing was charged.

    Args:
        code: the reason, as clients see it.
    """

    def __init__(self, code: DeclineCode) -> None:
        super().__init__(code)
        self.code: DeclineCode = code


class PaymentConflict(OutsideSystemError):
    """A key came again with another amount, currency or method; nothing was charged."""


class UnknownRegion(OutsideSystemError):
    """The network knows no region of this name."""
