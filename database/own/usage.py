"""Our table of quotas as the usage of lines."""

from __future__ import annotations

from sqlalchemy import select

from database.own.tables import OwnTables
from database.tables import LineRow, Quota
from ports.usage import Usage


class OwnUsage(OwnTables):
    """See ``ports.usage.UsagePort``."""

    async def usage(self, customer_id: int, line_number: str) -> Usage | None:
        """See ``UsagePort.usage``."""
        query = (
            select(Quota)
            .join(LineRow, LineRow.id == Quota.line_id)
            .where(LineRow.customer_id == customer_id, LineRow.number == line_number)
            .order_by(Quota.period_end.desc())
            .limit(1)
        )
        async with self._database.joined() as session:
            row = await session.scalar(query)
        return None if row is None else Usage(row.period_end, row.internet_used_gb, row.voice_used, row.sms_used)
