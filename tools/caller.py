"""Who is calling, and the one place where ownership of a line is checked.

The caller comes from the verified login and travels in the runnable configuration, never in a tool's arguments, so
that neither a model nor a request body can choose it.
"""

from __future__ import annotations

from dataclasses import dataclass

from langchain_core.runnables import RunnableConfig
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.channels import Channel
from core.patterns import subscriber_digits
from database.enums import LineStatus
from database.tables import Line
from tools.errors import LineNotFound, MultipleLines


class CallerMissing(RuntimeError):
    """An operation was started without saying on whose behalf; a fault of the program, not of a customer."""


@dataclass(frozen=True)
class Caller:
    """The customer on whose behalf an operation runs.

    Attributes:
        customer_id: From the verified login.
        run_id: The recorded run that the call belongs to; goes into the audit row.
        channel: Where the call comes from; goes into the audit row.
        idempotency_key: Makes a write happen once; a write without a key gets one of its own.
        takes_defaults: True for a program that calls an operation directly: where no line is named, it gets the main
            one. A conversation asks its customer instead.
    """

    customer_id: int
    run_id: str | None = None
    channel: Channel = Channel.REST
    idempotency_key: str | None = None
    takes_defaults: bool = False


def caller_of(config: RunnableConfig) -> Caller:
    """The caller that a runnable configuration carries.

    Raises:
        CallerMissing: nobody put a caller there.
    """
    caller = config.get("configurable", {}).get("caller")
    if not isinstance(caller, Caller):
        raise CallerMissing
    return caller


async def owned_line(session: AsyncSession, caller: Caller, line_number: str | None) -> Line:
    """The caller's line with this number, or the only line, or the main one for a caller who takes defaults.

    Args:
        session: Where to read.
        caller: Whose line it must be.
        line_number: As the customer wrote it; None for the default.

    Raises:
        LineNotFound: the caller has no such line; a stranger's line looks the same.
        MultipleLines: no number was given and there are several lines to choose from.
    """
    query = (
        select(Line)
        .where(Line.customer_id == caller.customer_id, Line.status != LineStatus.TERMINATED)
        .order_by(Line.is_main.desc(), Line.id)
    )
    lines = list(await session.scalars(query))
    if line_number is not None:
        lines = [line for line in lines if subscriber_digits(line.number) == subscriber_digits(line_number)]
    if not lines and line_number is None:
        raise LineNotFound(message="Kayıtlı bir hattınız bulunmuyor.", line_number=None)
    if not lines:
        raise LineNotFound(line_number=line_number)
    if len(lines) > 1 and not caller.takes_defaults:
        raise MultipleLines(lines=[line.number for line in lines])
    return lines[0]
