"""The demo's packages, from a file as an operator imports it. Missing rows are added; rows that were changed stay."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from database.exchange.files import read_rows
from database.exchange.records import PackageRecord
from database.tables import PackageRow


class NoPackages(Exception):
    """There is no package with which a new customer could begin."""


_FILE = Path(__file__).parent / "catalogue.csv"


@cache
def _records() -> tuple[PackageRecord, ...]:
    return tuple(PackageRecord.model_validate(row) for _, row in read_rows(_FILE, PackageRecord).rows)


def package_names() -> tuple[str, ...]:
    """Return the names of the demo's packages."""
    return tuple(record.name for record in _records())


def catalogue() -> list[PackageRow]:
    """Return new, unsaved rows of the demo's packages."""
    return [PackageRow(**record.model_dump()) for record in _records()]


async def add_catalogue(session: AsyncSession) -> dict[str, PackageRow]:
    """Add the demo's missing packages, unless the database has the packages of an operator only.

    Returns:
        By the name of each of the demo's packages, that package; where an operator's are sold, one of his that stands
        in its place: of the same kind (for everybody or for companies), and at the same position as far as there are.
    """
    existing = {package.name: package for package in await session.scalars(select(PackageRow).order_by(PackageRow.id))}
    if existing and not existing.keys() & set(package_names()):
        return _in_place_of(catalogue(), list(existing.values()))
    missing = {package.name: package for package in catalogue() if package.name not in existing}
    session.add_all(missing.values())
    await session.flush()
    return existing | missing


def _in_place_of(demo: list[PackageRow], own: list[PackageRow]) -> dict[str, PackageRow]:
    found: dict[str, PackageRow] = {}
    for business in (False, True):
        of_kind = [package for package in own if package.business_only == business] or own
        alike = (package for package in demo if package.business_only == business)
        found |= {package.name: of_kind[at % len(of_kind)] for at, package in enumerate(alike)}
    return found


async def starter_package(session: AsyncSession) -> PackageRow:
    """Return the package of a new customer: the cheapest one for everybody without a commitment.

    An empty catalogue gets the demo's packages first.

    Raises:
        NoPackages: There are packages for companies only.
    """
    found = await _cheapest(session)
    if found is None:
        await add_catalogue(session)
        found = await _cheapest(session)
    if found is None:
        raise NoPackages
    return found


async def _cheapest(session: AsyncSession) -> PackageRow | None:
    for_all = select(PackageRow).where(PackageRow.business_only.is_(False), PackageRow.on_sale)
    cheapest = for_all.order_by(PackageRow.contract_months, PackageRow.monthly_fee, PackageRow.id).limit(1)
    found: PackageRow | None = await session.scalar(cheapest)
    return found
