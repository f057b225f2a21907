"""The catalogue: the packages that can be bought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True)
class Package:
    """A tariff. Allowances are for one month, ``contract_months`` 0 means no commitment; the name is its key."""

    name: str
    monthly_fee: Decimal
    setup_fee: Decimal
    internet_gb: int
    voice_minutes: int
    sms_count: int
    international_minutes: int
    roaming_included: bool
    target_audience: str
    contract_months: int
    cancellation_fee: Decimal
    business_only: bool


class CataloguePort(Protocol):
    """The interface of a catalogue, as the tools use it."""

    async def packages(self) -> Sequence[Package]:
        """Return every package on sale, whole, in the catalogue's own order.

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
