"""Errors that outside systems answer instead of a result.

```
OutsideSystemError
├── SystemUnavailable        no answer: try again later, with the same key where there is one
│   ├── PaymentTimeout       it is not known whether the money moved
│   ├── SpeedTestUnavailable
│   └── NetworkUnavailable
├── PaymentDeclined          the answer is no; ``code`` says why
├── PaymentConflict          the key was already used for another charge
└── UnknownRegion            the network knows no such region
```
Messages are for logs; what a customer reads is written by the tools.
"""

from __future__ import annotations

from typing import Literal

DeclineCode = Literal["INSUFFICIENT_FUNDS", "CARD_DECLINED"]


class OutsideSystemError(Exception):
    """Base of the errors of outside systems."""


class SystemUnavailable(OutsideSystemError):
    """The system gave no answer.

    Args:
        message: what happened.
        retry_after: seconds after which another try makes sense.
    """

    def __init__(self, message: str, *, retry_after: int = 30) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PaymentTimeout(SystemUnavailable):
    """The payment system was too late; only a charge with the same key is safe now."""


class SpeedTestUnavailable(SystemUnavailable):
    """The speed test could not be run."""


class NetworkUnavailable(SystemUnavailable):
    """The network's state could not be read."""


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
