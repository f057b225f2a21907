"""The caller and the context of an operation, and the one place where ownership of a line is checked.

The caller comes from the verified login and travels in the runnable configuration, never in a tool's arguments, so
that neither a model nor a request body can choose it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from langchain_core.runnables import RunnableConfig

from core.channels import Channel
from core.clock import Clock
from core.operator_facts import OperatorFacts, load_operator
from core.patterns import subscriber_digits
from database.own import completed
from database.receipts import ConsentEvidence
from database.session import Database
from ports import Adapters, Ports
from ports.customers import Line
from ports.values import LineStatus
from tools.errors import LineNotFound, MultipleLines


@dataclass(frozen=True)
class Context:
    """The parts that every operation works with, made once for all of them.

    Attributes:
        database: Our own records: keys, receipts, audit, attempts to pay.
        ports: The systems that hold customers' data and carry changes out.
        clock: The present.
        operator: The operator's fees and limits.
    """

    database: Database
    ports: Ports
    clock: Clock
    operator: OperatorFacts = field(default_factory=load_operator)

    @classmethod
    def of(
        cls, database: Database, adapters: Adapters | Ports | None, clock: Clock, operator: OperatorFacts | None = None
    ) -> Context:
        """Return the parts, with our own tables and the simulated systems in the place of adapters that are not given.

        Args:
            database: Our own records.
            adapters: Some adapters, or all; None for none.
            clock: The present.
            operator: The operator's fees and limits; default: those that come with the agent.
        """
        return cls(database, completed(adapters or Adapters(), database, clock), clock, operator or load_operator())

    def now(self) -> datetime:
        """Return the present in Istanbul."""
        return self.clock()

    def today(self) -> date:
        """Return the present day in Istanbul."""
        return self.clock().date()


class CallerMissing(RuntimeError):
    """An operation was started without a caller: a programming error, not a customer's."""


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
        consent: The consent to the write, where a customer gave one in a conversation; goes into the receipt.
    """

    customer_id: int
    run_id: str | None = None
    channel: Channel = Channel.REST
    idempotency_key: str | None = None
    takes_defaults: bool = False
    consent: ConsentEvidence | None = None


def caller_of(config: RunnableConfig) -> Caller:
    """Return the caller that a runnable configuration carries.

    Raises:
        CallerMissing: The configuration has no caller.
    """
    caller = config.get("configurable", {}).get("caller")
    if not isinstance(caller, Caller):
        raise CallerMissing
    return caller


async def owned_line(context: Context, caller: Caller, line_number: str | None) -> Line:
    """Return the caller's line with this number; without a number, the only line.

    A caller who takes defaults gets the main line where no number is given and there are several.

    Args:
        context: The parts to work with.
        caller: The customer who must own the line.
        line_number: The number in any notation; None for the default.

    Raises:
        LineNotFound: The caller has no such line; a stranger's line looks the same.
        MultipleLines: No number was given and there are several lines to choose from.
    """
    lines = await candidate_lines(context, caller, line_number)
    if len(lines) > 1 and not caller.takes_defaults:
        raise MultipleLines(lines=[line.number for line in lines])
    return lines[0]


async def candidate_lines(context: Context, caller: Caller, line_number: str | None) -> list[Line]:
    """Return the caller's lines that may be meant, the main line first; at least one.

    Args:
        context: The parts to work with.
        caller: The customer who must own the lines.
        line_number: The number in any notation; None for all lines.

    Raises:
        LineNotFound: The caller has no such line, or none at all.
    """
    known = await context.ports.customers.lines(caller.customer_id)
    lines = [line for line in known if line.status != LineStatus.TERMINATED]
    if line_number is not None:
        lines = [line for line in lines if subscriber_digits(line.number) == subscriber_digits(line_number)]
    if not lines and line_number is None:
        raise LineNotFound(message="Kayıtlı bir hattınız bulunmuyor.", line_number=None)
    if not lines:
        raise LineNotFound(line_number=line_number)
    return lines
