"""The outcome of a change in an outside system, told at once or found out later by its key.

Every changing call of a port carries a key. The same key of the same customer gives the first answer again and changes
nothing a second time, however often and from how many processes at once it comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class ChangeMade:
    """A change that was made.

    Attributes:
        reference: The number that the outside system gave it; None where it gives none.
    """

    reference: str | None = None


@dataclass(frozen=True)
class KeyStatus:
    """The knowledge of an outside system about a key.

    Attributes:
        state: ``done``: the change was made; ``refused``: it was not and will not be; ``unknown``: the key never
            arrived. A request that is on its way meanwhile may still arrive.
        reference: As of ``ChangeMade``.
    """

    state: Literal["done", "refused", "unknown"]
    reference: str | None = None


class ChangingPort(Protocol):
    """A port with changing calls."""

    async def find(self, *, key: str, customer_id: int) -> KeyStatus:
        """Tell what became of a customer's key; nothing changes, however often it is asked.

        Raises:
            SystemUnavailable: There is no answer.
        """
        ...
