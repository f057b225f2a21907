"""Print comparisons of turns on the terminal: removed and added words of an answer, tables, counts; or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from cli.console import console

if TYPE_CHECKING:
    from rich.text import Text

    from replay.batch import BatchComparison
    from replay.comparison import Difference
    from replay.rerun_comparison import RerunComparison

_STYLE = {"=": "", "-": "red strike", "+": "green"}
_MARKED = {"=": "{} ", "-": "[-{}-] ", "+": "{{+{}+}} "}
"""Marks as git's, so that a removed word is told from an added one without colours."""
_VERDICT_STYLE = {"better": "green", "worse": "red", "same": "dim", "changed": "yellow"}


def print_difference(found: Difference, as_json: bool, more: dict[str, Any]) -> None:
    """Print the difference between two turns.

    Args:
        found: The difference.
        as_json: Print one JSON object.
        more: Further fields of that object.
    """
    fields = {**more, **asdict(found), "same": found.same}
    if as_json:
        typer.echo(json.dumps(fields, ensure_ascii=False, indent=2))
        return
    if found.same:
        console.print("same intent, calls and answer")
    else:
        if fields["intent"]:
            console.print(f"intent: {fields['intent'][0]} -> {fields['intent'][1]}", markup=False)
        for mark, name in fields["calls"]:
            console.print(f"{mark} {name}", markup=False)
        console.print(_words(found.words))
    time = "" if found.ms is None else f"{found.ms:+} ms, "
    console.print(f"{time}{found.tokens:+} tokens", highlight=False)


def print_rerun(found: RerunComparison, as_json: bool) -> None:
    """Print a re-run: its differences from the record, whose words the answer is, and what there is to know of it."""
    if as_json:
        told = found.model_dump(mode="json", exclude={"difference", "steps"})
        typer.echo(json.dumps({**told, **asdict(found.difference), "ms": found.ms}, ensure_ascii=False, indent=2))
        return
    if found.began_from:
        console.print(f"compared from {found.began_from} on", highlight=False)
    if found.failure:
        console.print(f"it failed: {found.failure}", markup=False, highlight=False, soft_wrap=True)
    print_difference(found.difference, False, {})
    live = "" if found.recorded_ms is None else f"; the live turn took {found.recorded_ms} ms"
    console.print(f"answer by: {found.said_by}. It took {found.ms} ms{live}.", highlight=False)
    for one in found.kept_back:
        reason = f"not the model's words ({one.node}): {': '.join(filter(None, (one.reason, one.why)))}"
        console.print(reason, markup=False, highlight=False, soft_wrap=True)
        if one.raw:
            console.print(f"  it wrote: {one.raw}", markup=False, highlight=False, soft_wrap=True)
    if found.unused:
        console.print(f"nothing in the re-run read: {', '.join(found.unused)}", markup=False)
    if found.not_recorded:
        console.print(f"on a copy of the data: {', '.join(found.not_recorded)}", markup=False)


def print_batch(found: BatchComparison, as_json: bool) -> None:
    """Print the comparison of a batch under A and B: a row for each turn that differs, then the counts."""
    counts = {verdict: found.count(verdict) for verdict in ("better", "worse", "same", "changed")}
    passed = {"a": found.passed(0), "b": found.passed(1)}
    if as_json:
        pairs = [asdict(pair) for pair in found.pairs]
        typer.echo(json.dumps({"counts": counts, "passed": passed, "pairs": pairs}, ensure_ascii=False, indent=2))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("run", "said", "A to B", "ms", "tokens", "A", "B", "", show_lines=True)
    for pair in found.pairs:
        if pair.difference is None:
            table.add_row(pair.run_id[:8], Text(pair.message), Text(f"could not be run: {pair.problem}"))
        elif pair.verdict != "same":
            mark = Text(pair.verdict, style=_VERDICT_STYLE[pair.verdict])
            cost = ("" if pair.difference.ms is None else f"{pair.difference.ms:+}", f"{pair.difference.tokens:+}")
            sides = [Text("; ".join(faults) or "pass") for faults in pair.faults]
            table.add_row(pair.run_id[:8], Text(pair.message), _changed(pair.difference), *cost, *sides, mark)
    console.print(table)
    total = len(found.pairs)
    console.print(f"{total} turns: {', '.join(f'{count} {name}' for name, count in counts.items())}", highlight=False)
    console.print(f"as expected: A {passed['a']} of {total}, B {passed['b']} of {total}", highlight=False)


def _changed(found: Difference) -> Text:
    from rich.text import Text

    lines = [Text(f"{found.intent[0]} -> {found.intent[1]}\n")] if found.intent else []
    lines += [Text(f"{mark} {name}\n") for mark, name in found.calls]
    return Text.assemble(*lines, _words(found.words))


def _words(words: Sequence[tuple[str, str]]) -> Text:
    from rich.text import Text

    return Text.assemble(*((_MARKED[mark].format(text), _STYLE[mark]) for mark, text in words))
