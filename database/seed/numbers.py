"""The numbers that people get who sign up: of customers and of their lines, apart from every number of the operator's.

The operator's own systems count upwards from somewhere: a number next to the highest one would be given to somebody
else there tomorrow, whose name and bills the import would then bring into a stranger's login.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from database.postgres import one_at_a_time
from database.tables import CustomerRow, LineRow

SIGN_UPS = range(2_100_000_001, 2_105_000_000)
"""Customer numbers of people who signed up."""
_LINES = 5_000_000
"""Where the last seven digits of their lines begin; those of ``operator_number`` lie below."""
_SIGN_UP_LOCK = 7_423_011
"""Any number, other than those of ``database.session`` and ``service.checkpoints``."""


class NumbersUsedUp(RuntimeError):
    """Nobody can sign up any more: every number is given away."""


async def next_sign_up(session: AsyncSession) -> tuple[int, str]:
    """Return the numbers of the next customer who signs up and of the line, free until the transaction ends.

    Raises:
        NumbersUsedUp: There is none left.
    """
    await one_at_a_time(session, _SIGN_UP_LOCK)
    inside = CustomerRow.id.between(SIGN_UPS.start, SIGN_UPS.stop - 1)
    highest = await session.scalar(select(func.max(CustomerRow.id)).where(inside))
    number = SIGN_UPS.start if highest is None else highest + 1
    if number not in SIGN_UPS:
        raise NumbersUsedUp(f"All {len(SIGN_UPS)} numbers of people who sign up are given away.")
    line = _line_of(number)
    while await session.scalar(select(LineRow.id).where(LineRow.number == line)) is not None:
        number += 1  # a file brought a line of this number
        line = _line_of(number)
    return number, line


def operator_number(customer_id: int, line_index: int = 0) -> str:
    """Return the number of a demo customer's first, second, … line: eleven digits, unique by construction."""
    return f"0500{line_index}{customer_id:06d}"


def _line_of(sign_up: int) -> str:
    return f"0500{_LINES + sign_up - SIGN_UPS.start:07d}"
