"""The ``telekom`` command: puts its groups together; ``serve`` and ``chat`` are here, each group has its own file."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli.backup import backup, restore
from cli.console import console, stop
from cli.customer import customer_app
from cli.data import export_records, import_records
from cli.evaluate import eval_app
from cli.experiments import experiments_app
from cli.handovers import handovers_app
from cli.init import init
from cli.knowledge import knowledge_app
from cli.migrate import migrate
from cli.model import model_app
from cli.ports import ports_app
from cli.prompts import prompts_app
from cli.prove import prove_app
from cli.receipts import receipts_app
from cli.runs import runs_app
from cli.sets import sets_app
from cli.train import train_app
from cli.users import users_app


class _Commands(TyperGroup):
    """All commands; a setting that is wrong is told in one sentence, whichever command reads it first."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ValueError as error:
            from pydantic import ValidationError

            from core.settings import Settings, explain_settings

            if not isinstance(error, ValidationError) or error.title != Settings.__name__:
                raise
            raise stop(explain_settings(error), 2) from error


app = typer.Typer(
    cls=_Commands, help="A customer-service agent for telecom operators.", no_args_is_help=True, add_completion=False
)
app.add_typer(eval_app, name="eval")
app.add_typer(model_app, name="model")
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(runs_app, name="runs")
app.add_typer(prompts_app, name="prompts")
app.add_typer(sets_app, name="sets")
app.add_typer(experiments_app, name="experiments")
app.add_typer(train_app, name="train")
app.add_typer(prove_app, name="prove")
app.add_typer(handovers_app, name="handovers")
app.add_typer(receipts_app, name="receipts")
app.add_typer(users_app, name="users")
app.add_typer(customer_app, name="customer")
app.add_typer(ports_app, name="ports")

app.command("import")(import_records)
app.command("export")(export_records)
app.command()(migrate)
app.command()(init)
app.command()(backup)
app.command()(restore)

# The heavy parts are imported inside the commands: `telekom --help` answers at once.


@app.command()
def serve(
    workers: Annotated[int | None, typer.Option(help="processes behind the port; default: TELEKOM_WORKERS")] = None,
) -> None:
    """Serve the chat page, REST and LangServe at http://localhost:8000 (PORT)."""
    from server import main as serve_forever

    serve_forever(workers)


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


def main() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    main()
