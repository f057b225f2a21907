"""``telekom users``: who may log in as what; passwords come by a link, a prompt or standard input, as no argument."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli.console import counted, say, stop
from cli.stored import Json, database_named, open_database
from database.enums import AccountRole

if TYPE_CHECKING:
    from identity.account_records import AccountRecord
    from identity.administration import Administration

users_app = typer.Typer(help="Accounts: add, list, show, disable, enable, passwords, roles.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="the account's e-mail address")]
Ask = Annotated[bool, typer.Option("--ask", help="type the password here, twice")]
Stdin = Annotated[bool, typer.Option("--stdin", help="read the password from the first line of standard input")]

_RIGHTS = {
    AccountRole.CUSTOMER: "talks to the assistant, sees and changes what is its own",
    AccountRole.STAFF: "takes hand-overs and reads their conversations",
    AccountRole.ENGINEER: "reads recorded turns, masked, and runs them again (/replay)",
    AccountRole.ADMIN: "manages accounts (/users)",
}

T = TypeVar("T")


@users_app.command()
def add(
    login: Annotated[str | None, typer.Argument(help="e-mail address; asked for where it is left out")] = None,
    role: Annotated[AccountRole, typer.Option(help="what the account may do")] = AccountRole.CUSTOMER,
    name: Annotated[str, typer.Option(help="the person's name")] = "",
    customer: Annotated[int | None, typer.Option(help="number of its customer; needed for the role customer")] = None,
    ask: Ask = False,
    stdin: Stdin = False,
) -> None:
    """Add an account and print a link by which its person chooses the password; an empty database is made first."""
    if login is None:
        login = str(typer.prompt("E-mail address"))
        if role != AccountRole.CUSTOMER and not name:
            name = typer.prompt("Name, as customers and colleagues see it")
    login = _address(login)
    password = _password(ask, stdin)

    async def work(administration: Administration) -> tuple[AccountRecord, str]:
        record = await administration.add(
            login=login, role=role, name=name, customer_id=customer, password=password, by=_operator()
        )
        return record, "" if password is not None else await administration.password_link(record.id, _operator())

    record, token = _run(work, create=True)
    say(f"added: {record.login}, {record.role}, customer {record.customer_id}, in {database_named()}")
    _say_link(token)


@users_app.command("list")
def list_users(
    role: Annotated[AccountRole | None, typer.Option(help="only those")] = None, as_json: Json = False
) -> None:
    """List the accounts, the operator's own people first."""
    records = _run(lambda administration: administration.list(role))
    if as_json:
        from pydantic_core import to_json

        typer.echo(to_json([asdict(record) for record in records], indent=2))
        return
    for record in records:
        say(_line(record))
    say(counted(len(records), "account"))


@users_app.command()
def show(login: Login, as_json: Json = False) -> None:
    """Show an account and what was done to it."""

    async def work(administration: Administration) -> tuple[AccountRecord, list[dict[str, object]]]:
        record = await administration.find(login)
        return record, [asdict(change) for change in await administration.changes(record.id)]

    record, changes = _run(work)
    if as_json:
        from pydantic_core import to_json

        typer.echo(to_json({**asdict(record), "changes": changes}, indent=2))
        return
    say(_line(record))
    for one in changes:
        step = (
            f": {' -> '.join(str(value) for value in (one['before'], one['after']) if value)}" if one["after"] else ""
        )
        say(f"  {one['at']:%d.%m.%Y %H:%M:%S}  {one['change']}{step}  by {one['by']}")


@users_app.command()
def disable(login: Login) -> None:
    """Let an account be no login any more, and its tokens neither, at once."""

    async def work(administration: Administration) -> tuple[AccountRecord, int]:
        id = (await administration.find(login)).id
        taken = await administration.taken(id)
        return await administration.disable(id, _operator()), taken

    record, taken = _run(work)
    say(f"disabled: {record.login}")
    _say_released(taken)


@users_app.command()
def enable(login: Login) -> None:
    """Let a disabled account be a login again; its earlier tokens stay dead."""

    async def work(administration: Administration) -> AccountRecord:
        return await administration.enable((await administration.find(login)).id, _operator())

    say(f"enabled: {_run(work).login}; its links and tokens from before stay dead")


@users_app.command()
def password(login: Login, ask: Ask = False, stdin: Stdin = False) -> None:
    """Print a link by which the account's person chooses a new password, or give it one; its tokens die with that."""
    chosen = _password(ask, stdin)

    async def work(administration: Administration) -> tuple[AccountRecord, str]:
        record = await administration.find(login)
        if chosen is None:
            return record, await administration.password_link(record.id, _operator())
        return await administration.set_password(record.id, chosen, _operator()), ""

    record, token = _run(work)
    if not token:
        say(f"new password: {record.login}")
    _say_link(token)
    if record.disabled_at:
        say(f"The account is disabled: nobody logs in until `telekom users enable {record.login}`.")


@users_app.command()
def roles(
    login: Annotated[str | None, typer.Argument(help="the account; none lists the roles")] = None,
    role: Annotated[AccountRole | None, typer.Argument(help="the role that it gets")] = None,
) -> None:
    """List the roles and what each may do, or give an account another one."""
    if login is None or role is None:
        if login is not None:
            raise stop("Name the role, too.", 2)
        for each, right in _RIGHTS.items():
            say(f"{each:<10} {right}")
        return

    async def work(administration: Administration) -> tuple[AccountRecord, int]:
        before = await administration.find(login)
        taken = await administration.taken(before.id)
        after = await administration.give_role(before.id, role, _operator())
        return after, 0 if after.role == before.role else taken

    record, taken = _run(work)
    say(f"{record.login} is {record.role}")
    _say_released(taken)


def _run(work: Callable[[Administration], Awaitable[T]], *, create: bool = False) -> T:
    """Do something with the accounts of the settings' database.

    Args:
        work: What is done.
        create: Make the database where there is none, and bring its tables up to date.

    Raises:
        typer.Exit: It was refused; the reason was printed, the status is 1.
    """
    from identity.account_records import AccountNotFound, AccountRefused
    from identity.accounts import LoginTaken

    async def run() -> T:
        async with _administration(create) as administration:
            return await work(administration)

    try:
        return asyncio.run(run())
    except AccountNotFound as error:
        raise stop(f"There is no account {error}.", 1) from error
    except LoginTaken as error:
        raise stop(f"There is an account {error} already.", 1) from error
    except AccountRefused as error:
        raise stop(str(error), 1) from error


@asynccontextmanager
async def _administration(create: bool) -> AsyncIterator[Administration]:
    from core.clock import istanbul_now
    from core.settings import Settings
    from identity.administration import Administration
    from identity.passwords import Passwords

    async with open_database(create=create) as database:
        yield Administration(database, Passwords(), istanbul_now, Settings())


def _password(ask: bool, stdin: bool) -> str | None:
    """Return the password that is typed or piped in; None where a link shall do."""
    if ask and stdin:
        raise stop("Choose one of --ask and --stdin.", 2)
    if ask:
        typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n") if stdin else None


def _address(login: str) -> str:
    from core.patterns import normal_email

    if normal_email(login) is None:
        raise stop(f"{login!r} is no e-mail address.", 2)
    return login


def _operator() -> str:
    """Return how the operator of this terminal is named in the record of changes."""
    try:
        return f"telekom command ({getpass.getuser()})"
    except (OSError, KeyError):  # a user without a name
        return "telekom command"


def _line(record: AccountRecord) -> str:
    state = "active" if record.has_password else "no password chosen yet"
    state = f"disabled since {record.disabled_at:%d.%m.%Y %H:%M}" if record.disabled_at else state
    return f"{record.login}  {record.role}  customer {record.customer_id}  {record.name}  {state}"


def _say_released(taken: int) -> None:
    if taken:
        what = counted(taken, "conversation")
        say(f"{what} of this person: waiting for a colleague again; the customers were told.")


def _say_link(token: str) -> None:
    if token:
        from core.settings import Settings

        say("Link for the password, once and within a day; it ends older ones. Give it to nobody but its person:")
        say(f"{Settings().resolved_public_url}/password?token={token}")
