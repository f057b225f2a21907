"""Our table of packages as the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from database import tables
from database.own.tables import OwnTables
from ports.catalogue import Package


class OwnCatalogue(OwnTables):
    """See ``ports.catalogue.CataloguePort``."""

    async def packages(self) -> Sequence[Package]:
        """See ``CataloguePort.packages``."""
        async with self._database.joined() as session:
            rows = await session.scalars(
                select(tables.PackageRow).where(tables.PackageRow.on_sale).order_by(tables.PackageRow.id)
            )
            return [package_of(row) for row in rows]


def package_of(row: tables.PackageRow) -> Package:
    """Return a row of the table as data."""
    return Package(
        name=row.name, monthly_fee=row.monthly_fee, setup_fee=row.setup_fee, internet_gb=row.internet_gb,
        voice_minutes=row.voice_minutes, sms_count=row.sms_count, international_minutes=row.international_minutes,
        roaming_included=row.roaming_included, target_audience=row.target_audience,
        contract_months=row.contract_months, cancellation_fee=row.cancellation_fee, business_only=row.business_only,
    )  # fmt: skip
