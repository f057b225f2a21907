"""The options by which recorded turns are found, the same for every command that finds some."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

if TYPE_CHECKING:
    from database.run_records import RunFilter

_DAYS = ["%Y-%m-%d"]


def _options(
    intent: Annotated[str | None, typer.Option(help="only this operation or topic")] = None,
    tool: Annotated[str | None, typer.Option(help="only with this operation run")] = None,
    text: Annotated[str | None, typer.Option(help="only with this in the message or the answer")] = None,
    since: Annotated[datetime | None, typer.Option(formats=_DAYS, help="only from this day on")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAYS, help="only up to this day")] = None,
    channel: Annotated[str | None, typer.Option(help="only through this channel, such as chat")] = None,
    below: Annotated[float | None, typer.Option(min=0, max=1, help="confidence below this")] = None,
    score: Annotated[int | None, typer.Option(min=-1, max=1, help="what the customer gave: 1 or -1")] = None,
    failed: Annotated[bool | None, typer.Option(help="only with, or only without, a fault")] = None,
    refused: Annotated[bool | None, typer.Option(help="only with, or only without, a refused operation")] = None,
    error: Annotated[str | None, typer.Option(help="only with this error")] = None,
    handed_over: Annotated[bool | None, typer.Option(help="only handed to a person, or only others")] = None,
    slower: Annotated[int | None, typer.Option(min=0, help="longer than this, milliseconds")] = None,
    version: Annotated[str | None, typer.Option(help="only answered with the text of this hash")] = None,
) -> RunFilter:
    """Return the conditions of the options; days are those of Istanbul, and the last one counts."""
    from core.clock import begin_of
    from database.run_records import RunFilter

    return RunFilter(
        intent=intent, tool=tool, text=text, channel=channel, below=below, score=score, failed=failed, refused=refused,
        error=error, handed_over=handed_over, slower=slower, version=version,
        since=None if since is None else begin_of(since.date()),
        until=None if until is None else begin_of(until.date()) + timedelta(days=1),
    )  # fmt: skip


def finds_runs(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options; its argument ``wanted`` is the filter that they make."""
    own, ours = inspect.signature(command), inspect.signature(_options)

    @wraps(command)
    def with_options(**given: Any) -> None:
        wanted = _options(**{name: given.pop(name) for name in ours.parameters})
        command(wanted=wanted, **given)

    # typer reads the signature: that of the command, with our options in the place of the filter.
    hints = get_type_hints(command, include_extras=True)
    hints |= get_type_hints(_options, localns={"RunFilter": Any}, include_extras=True)
    named = {name: each for name, each in own.parameters.items() if name != "wanted"} | dict(ours.parameters)
    with_options.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [each.replace(kind=each.KEYWORD_ONLY, annotation=hints[name]) for name, each in named.items()]
    )
    with_options.__annotations__ = {name: hints[name] for name in named}
    return with_options
