"""Create a new customer with the starter package on one line, a whole month's quota and no bill yet."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from database.enums import CustomerKind, LineKind, LineStatus
from database.seed.catalogue import starter_package
from database.seed.numbers import next_sign_up
from database.tables import CustomerRow, LineRow, Quota

DEFAULT_REGION = "İstanbul"


async def create_customer(session: AsyncSession, *, name: str, email: str, phone: str, now: datetime) -> CustomerRow:
    """Add a private customer with a starter package, inside the caller's write transaction.

    The first bill is issued when the first month ends (the line's ``renewal_date``): until then there is none. The
    customer and the line get numbers of the sign-ups' own; ``phone`` is only where the customer can be reached, so
    nobody can take over a number by registering with it.
    """
    package = await starter_package(session)
    customer_id, number = await next_sign_up(session)
    customer = CustomerRow(
        id=customer_id,
        name=name,
        email=email,
        phone=phone,
        region=DEFAULT_REGION,
        tier="standard",
        kind=CustomerKind.INDIVIDUAL,
        registered_at=now,
        signed_up=True,
    )
    session.add(customer)
    await session.flush()
    renewal = months_later(now.date(), 1)
    line = LineRow(
        customer_id=customer.id,
        number=number,
        kind=LineKind.MOBILE,
        is_main=True,
        status=LineStatus.ACTIVE,
        roaming_enabled=False,
        package=package,
        package_since=now.date(),
        renewal_date=renewal,
    )
    session.add(line)
    await session.flush()
    session.add(Quota(line_id=line.id, period_end=renewal, internet_used_gb=Decimal(0), voice_used=0, sms_used=0))
    await session.flush()
    return customer


def months_later(day: date, months: int) -> date:
    """Return the same day some months later (negative: earlier), or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
