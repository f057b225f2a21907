"""Usage: what of a line's allowances is used up in the running period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True)
class Usage:
    """The use of a line until now, in the period that ends on ``period_end``."""

    period_end: date
    internet_used_gb: Decimal
    voice_used: int
    sms_used: int


class UsagePort(Protocol):
    """The interface of a usage system, as the tools use it."""

    async def usage(self, customer_id: int, line_number: str) -> Usage | None:
        """Return the use of a customer's line in the running period; None where nothing is recorded.

        Raises:
            SystemUnavailable: There is no answer.
        """
        ...

    async def health(self) -> None:
        """Return if the system can be used now.

        Raises:
            SystemUnavailable: It cannot.
        """
        ...
