"""The demo's packages, from a file as an operator imports it. Missing rows are added; rows that were changed stay."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from database.exchange.files import read_rows
from database.exchange.records import PackageRecord
from database.tables import Package

STARTER_PACKAGE = "Ekonomik Paket"
"""The demo's package of a new customer."""

_FILE = Path(__file__).parent / "catalogue.csv"


@cache
def _records() -> tuple[PackageRecord, ...]:
    return tuple(PackageRecord.model_validate(row) for _, row in read_rows(_FILE, PackageRecord).rows)


def package_names() -> tuple[str, ...]:
    """Return the names of the demo's packages."""
    return tuple(record.name for record in _records())


def catalogue() -> list[Package]:
    """Return new, unsaved rows of the demo's packages."""
    return [Package(**record.model_dump()) for record in _records()]


async def add_catalogue(session: AsyncSession) -> dict[str, Package]:
    """Add the demo's missing packages.

    Returns:
        All packages of the database by name.
    """
    existing = {package.name: package for package in await session.scalars(select(Package))}
    missing = {package.name: package for package in catalogue() if package.name not in existing}
    session.add_all(missing.values())
    await session.flush()
    return existing | missing


async def starter_package(session: AsyncSession) -> Package:
    """Return the package of a new customer: the cheapest one for everybody without a commitment.

    An empty catalogue gets the demo's packages first.
    """
    for_all = select(Package).where(Package.business_only.is_(False))
    cheapest = for_all.order_by(Package.contract_months, Package.monthly_fee, Package.id).limit(1)
    found = await session.scalar(cheapest)
    return found or (await add_catalogue(session))[STARTER_PACKAGE]
