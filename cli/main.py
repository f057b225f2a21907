"""The `telekom` command: serve, measure, train, look after hand-overs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import console, stop
from cli.evaluate import eval_app
from cli.model import model_app
from cli.prompts import prompts_app
from cli.runs import runs_app
from cli.train import train_app
from core.clock import istanbul_now
from database.enums import HandoverStatus

if TYPE_CHECKING:
    from rich.text import Text

    from database.handovers import HandoverRecord, Handovers
    from database.session import Database

app = typer.Typer(help="A customer-service agent for telecom operators.", no_args_is_help=True, add_completion=False)
app.add_typer(eval_app, name="eval")
handovers_app = typer.Typer(help="Conversations that wait for a person.", invoke_without_command=True)
app.add_typer(model_app, name="model")
app.add_typer(runs_app, name="runs")
app.add_typer(prompts_app, name="prompts")
app.add_typer(train_app, name="train")
app.add_typer(handovers_app, name="handovers")

# The heavy parts are imported inside the commands: `telekom --help` answers at once.


@app.command()
def serve() -> None:
    """Serve the chat page, REST and LangServe at http://localhost:8000 (PORT)."""
    from server import main as serve_forever

    serve_forever()


@app.command()
def chat(
    server: Annotated[str | None, typer.Option(help="address of a server; default: in this process")] = None,
    login: Annotated[str | None, typer.Option(help="e-mail address; asked for where no token is kept")] = None,
    session: Annotated[str | None, typer.Option(help="id of a conversation to go on with")] = None,
    logout: Annotated[bool, typer.Option("--logout", help="forget the kept token, and end")] = False,
) -> None:
    """Talk to the agent in this terminal. Ctrl-C stops an answer, Ctrl-D leaves."""
    from telekom_client import TelekomError

    from agent.errors import ModelError
    from cli.chat import forget, run_chat, with_history
    from cli.chat_backend import state_folder

    if logout:
        forget(server)
        return

    def ask() -> tuple[str, str]:
        return login or typer.prompt("E-posta"), typer.prompt("Şifre", hide_input=True)

    store = with_history(state_folder())
    try:
        reason = run_chat(server, session, ask, console, input)
    except (TelekomError, ModelError) as error:
        raise stop(str(error), 1) from error
    finally:
        store()
    if reason is not None:
        raise stop(reason, 1)


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

    async def read() -> tuple[Sequence[HandoverRecord], int]:
        async with _stored_handovers() as stored:
            return await stored.list(None if everything else status, limit=limit)

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
        table.add_row(*_handover_cells(record))
    console.print(table)


@handovers_app.command()
def close(
    id: Annotated[str, typer.Argument(help="the hand-over's id")],
    note: Annotated[str | None, typer.Option(help="what came of it, for colleagues")] = None,
    by: Annotated[str, typer.Option(help="who closes it")] = "telekom command",
) -> None:
    """End a hand-over, whoever has taken it."""
    from database.handovers import HandoverClosed, HandoverNotFound

    async def end() -> None:
        async with _stored_handovers() as stored:
            await stored.close(id, by, note, istanbul_now())

    try:
        asyncio.run(end())
    except HandoverNotFound as error:
        raise stop(f"There is no hand-over {id}.", 1) from error
    except HandoverClosed as error:
        raise stop(f"The hand-over {id} is closed already.", 1) from error
    console.print(f"closed: {id}", markup=False, highlight=False, soft_wrap=True)


@asynccontextmanager
async def _stored_handovers() -> AsyncIterator[Handovers]:
    """The hand-overs in the database of the settings; one that cannot be used ends the command with status 1."""
    from sqlalchemy.exc import SQLAlchemyError

    from core.settings import Settings
    from database.handovers import Handovers
    from database.session import Database

    database = Database(Settings().resolved_database_url)
    if _lacks_file(database):
        # SQLite would make an empty one.
        raise stop(f"There is no database {database.url.database}; `telekom serve` makes it.", 1)
    try:
        yield Handovers(database)
    except SQLAlchemyError as error:
        raise stop(f"The database cannot be used: {getattr(error, 'orig', error)}", 1) from error
    finally:
        await database.close()


def _lacks_file(database: Database) -> bool:
    return database.is_sqlite and not Path(database.url.database or "").is_file()


def _handover_cells(record: HandoverRecord) -> tuple[Text, Text]:
    """What identifies a hand-over, and what it is about; the first fits half a terminal of 80 columns."""
    from rich.text import Text

    tried = [f"{one.tool} {'ok' if one.success else one.error or 'failed'}" for one in record.tried]
    about = [record.summary, f"tried: {', '.join(tried) or 'nothing'}"]
    if record.note:
        about.append(f"note: {record.note}")
    # What customers wrote must not steer the terminal.
    shown = ["".join(sign if sign.isprintable() else " " for sign in line) for line in about if line]
    by = {HandoverStatus.TAKEN: record.taken_by, HandoverStatus.CLOSED: record.closed_by}.get(record.status)
    state = f"{record.reason}, {record.status}" + (f" by {by}" if by else "")
    head = [record.id, f"{record.created_at:%d.%m.%Y %H:%M}, customer {record.customer_id}", state]
    return Text("\n".join(head)), Text("\n".join(shown))


def main() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    main()
