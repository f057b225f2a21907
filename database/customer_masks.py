"""What engineers read of a customer's turns: every word that identifies the customer is replaced by a mask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.masking import Masker, with_originals, words_of
from database.session import Database
from database.tables import CustomerRow, LineRow

Identity = Callable[[int], Awaitable[Mapping[str, str]]]


class CustomerMasks:
    """Masks personal data by what our records, and an outside system's, know of the customer.

    Args:
        database: The database.
        masker: Replaces personal data.
        identity: Tells what identifies a customer by an outside system's records, as ``core.masking.words_of``; None
            where customers are our own.
    """

    def __init__(self, database: Database, masker: Masker, identity: Identity | None = None) -> None:
        self._database = database
        self._masker = masker
        self._identity = identity

    @property
    def asks_elsewhere(self) -> bool:
        """True where an outside system has to be asked."""
        return self._identity is not None

    async def elsewhere(self, customer_id: int) -> dict[str, str]:
        """Return what an outside system knows of the customer; to be asked while no transaction is open."""
        return {} if self._identity is None else dict(await self._identity(customer_id))

    def masked(self, value: Any, known: Mapping[str, str]) -> Any:
        """Return a copy of a text or of JSON data without the personal data of a customer.

        Args:
            value: What the customer or the service said.
            known: The kind of each word that identifies the customer.
        """
        return self._masker.masked(value, known)

    async def masked_for(self, value: Any, customer_id: int) -> Any:
        """Return a copy of a text or of JSON data without the personal data of a customer."""
        return self._masker.masked(value, await self._all_known(customer_id))

    async def unmasked(self, value: Any, originals: Any, customer_id: int) -> Any:
        """Return a copy of JSON data in which masks are replaced by the words that they stand for in other data."""
        return with_originals(value, self._masker.originals(originals, await self._all_known(customer_id)))

    async def _all_known(self, customer_id: int) -> dict[str, str]:
        elsewhere = await self.elsewhere(customer_id)
        async with self._database.session() as session:
            return elsewhere | await known_words(session, customer_id)


async def known_words(session: AsyncSession, customer_id: int) -> dict[str, str]:
    """Return the kind of each word that identifies the customer by our own records."""
    customer = await session.get_one(CustomerRow, customer_id)
    numbers = await session.scalars(select(LineRow.number).where(LineRow.customer_id == customer_id))
    return words_of_customer(customer, numbers)


def words_of_customer(customer: Any, numbers: Iterable[str]) -> dict[str, str]:
    """Return the kind of each word that identifies a customer.

    Args:
        customer: His row, or its name, e-mail address, phone and address.
        numbers: The numbers of his lines.
    """
    known: dict[str, str] = {}
    for kind in ("name", "email", "phone", "address"):
        known |= words_of(kind, getattr(customer, kind))
    for number in numbers:
        known |= words_of("phone", number)
    return known
