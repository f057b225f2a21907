"""What every operation works with besides its caller and its arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.clock import Clock
from database.session import Database
from ports import Ports


@dataclass(frozen=True)
class Context:
    """The parts that operations need; made once for all of them.

    Attributes:
        database: Where customers' data is.
        ports: The outside systems.
        clock: The present.
    """

    database: Database
    ports: Ports
    clock: Clock

    def now(self) -> datetime:
        """The present in Istanbul."""
        return self.clock()

    def today(self) -> date:
        """The present day in Istanbul."""
        return self.clock().date()
