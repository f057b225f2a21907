"""``telekom handovers``: list the conversations that wait for a person, and close one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import console, printable, stop
from cli.stored import open_database
from core.clock import istanbul_now
from database.enums import HandoverStatus

if TYPE_CHECKING:
    from rich.text import Text

    from database.handover_records import HandoverRecord

handovers_app = typer.Typer(help="Conversations that wait for a person.", invoke_without_command=True)


@handovers_app.callback()
def handovers(
    context: typer.Context,
    status: Annotated[HandoverStatus, typer.Option(help="only those")] = HandoverStatus.OPEN,
    everything: Annotated[bool, typer.Option("--all", help="of every status")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="how many at most")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """List the conversations that wait for a person, the longest waiting first."""
    if context.invoked_subcommand is not None:
        return
    from database.handovers import Handovers

    async def read() -> tuple[Sequence[HandoverRecord], int]:
        async with open_database() as database:
            return await Handovers(database).list(None if everything else status, limit=limit)

    records, total = asyncio.run(read())
    if as_json:
        from pydantic_core import to_json

        typer.echo(to_json({"handovers": records, "total": total}, indent=2))
        return
    from rich.table import Table

    title = "hand-overs" if everything else f"hand-overs, {status}"
    table = Table(title=f"{title}: {len(records)} of {total}", show_lines=True)
    table.add_column("hand-over", no_wrap=True)
    table.add_column("what it is about")
    for record in records:
        table.add_row(*_cells(record))
    console.print(table)


@handovers_app.command()
def close(
    id: Annotated[str, typer.Argument(help="the hand-over's id")],
    note: Annotated[str | None, typer.Option(help="what came of it; the customer reads it")] = None,
    by: Annotated[str, typer.Option(help="who closes it")] = "telekom command",
) -> None:
    """End a hand-over, whoever has taken it; the customer is told."""
    from conversation.colleagues import close as end_handover
    from database.handover_records import HandoverClosed, HandoverNotFound
    from database.handovers import Handovers

    async def end() -> None:
        async with open_database() as database:
            await end_handover(Handovers(database), id, by, note, istanbul_now())

    try:
        asyncio.run(end())
    except HandoverNotFound as error:
        raise stop(f"There is no hand-over {id}.", 1) from error
    except HandoverClosed as error:
        raise stop(f"The hand-over {id} is closed already.", 1) from error
    console.print(f"closed: {id}", markup=False, highlight=False, soft_wrap=True)


def _cells(record: HandoverRecord) -> tuple[Text, Text]:
    """Return the two cells of a hand-over: id, time and status; summary, operations tried and note.

    The first cell is at most 40 characters wide, half of a small terminal.
    """
    from rich.text import Text

    tried = [f"{one.tool} {'ok' if one.success else one.error or 'failed'}" for one in record.tried]
    about = [record.summary, f"tried: {', '.join(tried) or 'nothing'}"]
    if record.note:
        about.append(f"note: {record.note}")
    by = {HandoverStatus.TAKEN: record.taken_by, HandoverStatus.CLOSED: record.closed_by}.get(record.status)
    state = f"{record.reason}, {record.status}" + (f" by {by}" if by else "")
    head = [record.id, f"{record.created_at:%d.%m.%Y %H:%M}, customer {record.customer_id}", state]
    return Text("\n".join(head)), Text("\n".join(printable(line) for line in about if line))
