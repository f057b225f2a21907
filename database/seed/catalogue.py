"""The packages on sale. Missing rows are added to a database; rows that were changed there stay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from database.tables import Package

STARTER_PACKAGE = "Ekonomik Paket"
"""The package of a new customer."""

_COLUMNS = (
    "name",
    "monthly_fee",
    "setup_fee",
    "internet_gb",
    "voice_minutes",
    "sms_count",
    "international_minutes",
    "roaming_included",
    "target_audience",
    "contract_months",
    "cancellation_fee",
    "business_only",
)
_ROWS: tuple[tuple[Any, ...], ...] = (
    ("Ekonomik Paket", "149.90", "0", 5, 500, 250, 0, False, "Az konuşan ve az internet kullananlar", 0, "0", False),
    ("Öğrenci Dostu Tarife", "189.90", "0", 15, 750, 1000, 0, False, "Öğrenciler", 0, "0", False),
    ("Emekli Dostu Tarife", "169.90", "0", 6, 1500, 250, 0, False, "Emekliler", 0, "0", False),
    ("Genç Paket", "219.90", "0", 20, 1000, 1000, 0, False, "26 yaş altı gençler", 0, "0", False),
    ("Süper Konuşma", "199.90", "0", 8, 3000, 1000, 60, False, "Çok konuşanlar", 0, "0", False),
    ("Mega İnternet", "299.90", "49.90", 50, 1000, 500, 0, False, "Yoğun internet kullananlar", 12, "600", False),
    ("Aile Paketi", "349.90", "0", 40, 2500, 1000, 60, False, "Aileler", 12, "700", False),
    ("Premium Paket", "499.90", "0", 100, 5000, 5000, 300, True, "Sınır istemeyenler", 24, "1200", False),
    ("Dünya Paketi", "429.90", "0", 30, 1500, 500, 500, True, "Sık yurt dışına çıkanlar", 0, "0", False),
    ("Kurumsal Temel", "389.90", "99.90", 25, 2500, 1000, 60, False, "Küçük işletmeler", 12, "800", True),
    ("Kurumsal Pro", "749.90", "0", 120, 6000, 5000, 600, True, "Büyük işletmeler", 24, "2000", True),
)

PACKAGES = tuple(str(row[0]) for row in _ROWS)
"""Names of the packages on sale."""


def catalogue() -> list[Package]:
    """Return new, unsaved rows of all packages on sale."""
    packages = []
    for row in _ROWS:
        values = dict(zip(_COLUMNS, row, strict=True))
        for column in ("monthly_fee", "setup_fee", "cancellation_fee"):
            values[column] = Decimal(values[column])
        packages.append(Package(**values))
    return packages


async def add_catalogue(session: AsyncSession) -> dict[str, Package]:
    """Add the missing packages.

    Returns:
        All packages of the database by name.
    """
    existing = {package.name: package for package in await session.scalars(select(Package))}
    missing = {package.name: package for package in catalogue() if package.name not in existing}
    session.add_all(missing.values())
    await session.flush()
    return existing | missing
