"""``telekom receipts verify|show|erase``: check receipts of executed changes, print one for a dispute, erase words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import say, stop
from cli.stored import Json, open_database

if TYPE_CHECKING:
    from database.receipt_chain import BrokenReceipt, Verification
    from database.tables import Receipt

receipts_app = typer.Typer(help="Receipts of executed changes: verify, show, erase.", no_args_is_help=True)

CustomerOption = Annotated[int | None, typer.Option(help="only this customer's")]


@receipts_app.command()
def verify(customer: CustomerOption = None, as_json: Json = False) -> None:
    """Check every chain of receipts; name each entry that was changed, removed or moved. Status 1 if there is one."""
    from database.receipt_chain import verify_receipts

    async def check() -> Verification:
        async with open_database() as database:
            return await verify_receipts(database, customer)

    found = asyncio.run(check())
    if as_json:
        from pydantic_core import to_json

        typer.echo(to_json(found, indent=2))
    else:
        for one in found.broken:
            say(_place(one))
        good = "all hold" if not found.broken else f"{len(found.broken)} places do not hold"
        say(f"{found.receipts} entries of {found.customers} customers: {good}")
        say(f"seal: {found.seal}")
    if found.broken:
        raise typer.Exit(1)


@receipts_app.command()
def show(
    id: Annotated[str | None, typer.Argument(help="the receipt's id, or its beginning")] = None,
    customer: Annotated[int | None, typer.Option(help="all receipts of this customer")] = None,
    as_json: Json = False,
) -> None:
    """Print a receipt as it serves in a dispute: question, reply, reading, change and outcome. Nothing is masked."""
    if (id is None) == (customer is None):
        raise stop("Name either a receipt or --customer.", 2)
    from database.receipts import ReceiptNotFound, find_receipt, receipts_of

    async def read() -> Sequence[Receipt]:
        async with open_database() as database:
            return await find_receipt(database, id) if id is not None else await receipts_of(database, customer or 0)

    try:
        rows = asyncio.run(read())
    except ReceiptNotFound as error:
        raise stop(f"There is no receipt {id}, or several begin so.", 1) from error
    if as_json:
        typer.echo(json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        if row.about is None:
            _print(row, [other for other in rows if other.about == row.id])
    if not rows:
        say(f"Customer {customer} has no receipts.")


@receipts_app.command()
def erase(
    customer: Annotated[int, typer.Option(help="the customer whose words are erased")],
    id: Annotated[str | None, typer.Argument(help="only of this receipt; its id or its beginning")] = None,
) -> None:
    """Erase a customer's words from the receipts, for good; the chain of hashes still verifies without them."""
    from core.clock import istanbul_now
    from database.receipts import ReceiptNotFound, erase_words, find_receipt

    async def run() -> int:
        async with open_database() as database:
            ids = None if id is None else [row.id for row in await find_receipt(database, id)]
            return await erase_words(database, customer, istanbul_now(), ids)

    try:
        erased = asyncio.run(run())
    except ReceiptNotFound as error:
        raise stop(f"There is no receipt {id}, or several begin so. Nothing was erased.", 1) from error
    say(f"Words of {erased} receipts of customer {customer} erased.")


def _print(row: Receipt, later: Sequence[Receipt]) -> None:
    """Print one receipt; ``later`` are the entries that state its outcome or its erasure."""
    outcome = next((other for other in (row, *later) if other.outcome is not None), None)
    erased = next((other for other in later if other.kind == "erased"), None)
    words = "(a button was pressed)" if row.words_digest is None else f"„{row.words}“"
    if row.words is None and erased is not None:
        words = f"(erased at {erased.at})"
    say(f"Receipt {row.id}, number {row.number} of customer {row.customer_id}")
    lines = {
        "asked": row.question or "(erased)", "facts": row.facts, "reply": words, "reading": row.reading,
        "change": f"{row.operation} {row.arguments}", "outcome": _outcome(outcome), "at": row.at,
        "channel": f"{row.channel}, run {row.run_id}", "key": row.idempotency_key, "versions": row.versions,
        "hash": row.hash, "follows": row.previous,
    }  # fmt: skip
    for name, value in lines.items():
        say(f"  {name + ':':<9} {value}")
    say("")


def _outcome(row: Receipt | None) -> str:
    if row is None:
        return "not known yet"
    return f"{row.kind} at {row.at}: {row.outcome}"


def _place(one: BrokenReceipt) -> str:
    entry = "" if one.number is None else f", entry {one.number}" + (f" ({one.id})" if one.id else "")
    return f"customer {one.customer_id}{entry}: {one.reason}"


def _plain(row: Receipt) -> dict[str, Any]:
    """Return the stored values of an entry, its JSON texts as they are."""
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}
