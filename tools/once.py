"""The door of every write but a payment: once for its key, wherever the change is made."""

from __future__ import annotations

from ports import joins_transaction
from tools.caller import Caller, Context
from tools.outside_writes import write_outside
from tools.schema import Arguments
from tools.writes import Plan, ResultT, Write, key_of, write_in_our_transaction


async def write_once(
    context: Context,
    caller: Caller,
    operation: str,
    arguments: Arguments,
    answer: type[ResultT],
    plan: Plan[ResultT],
    *,
    writes: str,
    reads: tuple[str, ...] = (),
) -> ResultT:
    """Make a change exactly once for the caller's key, wherever it is made.

    Args:
        context: The parts to work with.
        caller: Who writes, and under which key.
        operation: The name of the operation.
        arguments: What it was asked; belongs to the key.
        answer: The type of its answer.
        plan: Checks the guards and says what the change will be.
        writes: The port that makes the change.
        reads: The other ports that ``plan`` reads.

    Raises:
        IdempotencyConflict: the key was used for something else.
        ToolError: the refusal; nothing is changed then.
        ToolTimeout: an outside system gave no answer; it is not known yet whether the change was made.
    """
    write = Write(caller, key_of(caller), operation, arguments, answer, writes)
    if joins_transaction(context.ports.by_name()[writes]):
        return await write_in_our_transaction(context, write, plan, reads=(writes, *reads))
    return await write_outside(context, write, plan)
