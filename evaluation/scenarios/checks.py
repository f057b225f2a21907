"""Check the expectations of a scenario: one sentence for each expectation that failed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from core import turkish
from evaluation.scenarios.format import CUSTOMER_TABLES, Expectations, ExpectedRows
from evaluation.scenarios.loader import filled
from evaluation.scenarios.transcript import Transcript
from evaluation.scenarios.values import StoredRow, StoredRows, as_text, same

_SHOWN_ROWS = 4


def failures(
    expect: Expectations, transcript: Transcript, before: StoredRows, after: StoredRows, customer: int,
    stored: Mapping[str, Any], displayed: Mapping[str, str],
) -> list[str]:  # fmt: skip
    """Return one sentence for each expectation that failed.

    Args:
        expect: The expectations.
        transcript: The events and answers of the run.
        before: Every row before the first turn.
        after: Every row after the last one.
        customer: The customer's id.
        stored: Placeholders as the database holds them.
        displayed: Placeholders as the customer reads them.

    Raises:
        LookupError: A placeholder cannot be filled for this customer.
    """
    found = [fault for changed in expect.changed for fault in _changed(changed, before, after, customer, stored)]
    if expect.nothing_written:
        found += _written(before, after)
    found += _called(expect, transcript)
    found += _said(expect, transcript, displayed)
    if expect.handed_over is not None:
        reasons = [row.values["reason"] for row in after["handovers"] if row.owner == customer]
        if expect.handed_over not in reasons:
            found.append(f"handed over: {_listed(reasons)}, expected {expect.handed_over}")
    if expect.language is not None and set(transcript.languages) - {expect.language}:
        found.append(f"answered in {_listed(transcript.languages)}, expected {expect.language} throughout")
    return found


def _changed(
    changed: ExpectedRows, before: StoredRows, after: StoredRows, customer: int, stored: Mapping[str, Any]
) -> Iterator[str]:
    where, table = filled(changed.where, stored), changed.table
    chosen = _chosen(after, table, where, customer)
    if changed.added is not None:
        added = len(chosen) - len(_chosen(before, table, where, customer))
        if added != changed.added:
            yield f"{table} {_object(where)}: {added} added, expected {changed.added}"
    if changed.now is not None:
        now = filled(changed.now, stored)
        if not chosen:
            yield f"{table} {_object(where)}: no such row, expected one with {_object(now)}"
        for row in chosen:
            wrong = {name: row[name] for name, value in now.items() if not same(row[name], value)}
            if wrong:
                right = {name: now[name] for name in wrong}
                yield f"{table} {_object(where)}: {_object(wrong)}, expected {_object(right)}"


def _chosen(rows: StoredRows, table: str, where: Mapping[str, Any], customer: int) -> list[Mapping[str, Any]]:
    mine: Callable[[StoredRow], bool] = lambda row: row.owner is None or row.owner == customer  # noqa: E731
    return [
        row.values
        for row in rows[table]
        if mine(row) and all(same(row.values[name], value) for name, value in where.items())
    ]


def _written(before: StoredRows, after: StoredRows) -> Iterator[str]:
    for table in CUSTOMER_TABLES:
        old = [row.values for row in before[table]]
        new = [row.values for row in after[table]]
        touched = [row for row in new if row not in old]
        if touched or len(new) != len(old):
            rows = "; ".join(_object(row) for row in touched[:_SHOWN_ROWS]) or f"{len(old) - len(new)} rows gone"
            yield f"something was written to {table}: {rows}"


def _ran(called: Sequence[str], expect: Expectations) -> bool:
    """Return True for the expected operations in order, with nothing between them but look-ups that may run."""
    left = list(expect.called or ())
    for name in called:
        if left and left[0] == name:
            left.pop(0)
        elif name not in expect.may_call:
            return False
    return not left


def _called(expect: Expectations, transcript: Transcript) -> Iterator[str]:
    if expect.called is not None and not _ran(transcript.called, expect):
        yield f"ran {_listed(transcript.called)}, expected {_listed(expect.called)}"
    for name in expect.not_called:
        if name in transcript.called:
            yield f"ran {name}, which must not run"
    if expect.asked is not None and transcript.asked != expect.asked:
        yield f"asked {_listed(transcript.asked)}, expected {_listed(expect.asked)}"


def _said(expect: Expectations, transcript: Transcript, displayed: Mapping[str, str]) -> Iterator[str]:
    for text in expect.says:
        wanted = turkish.without_doubled_noun(str(filled(text, displayed)))
        if not any(stands_in(wanted, answer) for answer in transcript.answers):
            yield f"did not say “{wanted}”" + (f" ({text})" if wanted != text else "")
    for text in expect.says_not:
        unwanted = turkish.without_doubled_noun(str(filled(text, displayed)))
        if any(stands_in(unwanted, answer) for answer in transcript.answers):
            yield f"said “{unwanted}”" + (f" ({text})" if unwanted != text else "") + ", which must not be said"


def stands_in(wanted: str, answer: str) -> bool:
    """Return True if a text stands in an answer; a figure at its edge must not be a part of a longer one."""
    pattern = re.escape(_plain(wanted))
    if wanted[:1].isdigit():
        pattern = rf"(?<!\d)(?<!\d[.,]){pattern}"
    if wanted[-1:].isdigit():
        pattern = rf"{pattern}(?!\d|[.,]\d)"
    return re.search(pattern, _plain(answer)) is not None


def _plain(text: str) -> str:
    return turkish.lower(re.sub(r"\s+", " ", text))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(str, names)) or "nothing"


def _object(values: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {as_text(value)}" for name, value in values.items()) + "}"
