"""Files of records: CSV with a line of names (comma, semicolon or tab; UTF-8), and JSON lines.

Here is the form only: what a value means and which names there are is in ``records.py``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from database.exchange.records import Record

FORMATS = {".csv": "csv", ".jsonl": "json", ".ndjson": "json"}
EMPTIES = "-"
"""A cell of CSV that empties its field; in JSON lines null does."""
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class FileProblem:
    """Something in a file that cannot be imported.

    Attributes:
        line: The line of the file, from 1.
        column: The column or the key; empty where the whole line is meant.
        reason: What is wrong, for the operator.
    """

    line: int
    column: str
    reason: str


@dataclass
class RawRows:
    """The rows of a file with their lines, as far as they could be read, and what could not."""

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)


class UnknownFormat(ValueError):
    """The file's name does not end as one of the formats."""


def format_of(path: Path) -> str:
    """Return ``csv`` or ``json``.

    Raises:
        UnknownFormat: The name ends otherwise.
    """
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise UnknownFormat(f"{path.name}: the name must end in .csv, .jsonl or .ndjson.") from None


def read_rows(path: Path, record: type[Record]) -> RawRows:
    """Read a file's rows.

    Args:
        path: The file.
        record: Names the fields that rows may have, and those that they must have.

    Raises:
        UnknownFormat: The name ends as none of the formats.
        OSError: The file cannot be read.
    """
    kind, data = format_of(path), path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return RawRows(problems=[FileProblem(line, "", "is not UTF-8; save the file as UTF-8")])
    if not text.strip():
        return RawRows(problems=[FileProblem(1, "", "the file is empty")])
    return _read_csv(text, record) if kind == "csv" else _read_json(text)


def _read_csv(text: str, record: type[Record]) -> RawRows:
    found = RawRows()
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=head.count), strict=True)
    try:
        names = _without_empty_end([name.strip() for name in next(reader, [])])
        found.problems += _problems_of_names(names, record)
        if found.problems:
            return found
        begin = reader.line_num + 1
        for row in reader:
            cells = _without_empty_end(row)
            if len(cells) > len(names):
                found.problems.append(FileProblem(begin, "", f"has {len(cells)} values for {len(names)} columns"))
            elif any(cell.strip() for cell in cells):
                found.rows.append((begin, _stated(names, cells, record)))
            begin = reader.line_num + 1
    except csv.Error as error:
        found.problems.append(FileProblem(reader.line_num, "", f"is no CSV: {error}"))
    return found


def _without_empty_end(cells: list[str]) -> list[str]:
    """Return the cells without empty ones at the end, which a spreadsheet leaves behind."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _stated(names: list[str], cells: list[str], record: type[Record]) -> dict[str, str | None]:
    """Return what a line states: an empty cell nothing, and ``-`` that a field which may be empty is."""
    found: dict[str, str | None] = {}
    for name, cell in zip(names, cells, strict=False):
        info = record.model_fields[name]
        if cell.strip() == EMPTIES and not info.is_required() and info.default is None:
            found[name] = None
        elif cell:
            found[name] = cell
    return found


def _problems_of_names(names: list[str], record: type[Record]) -> Iterator[FileProblem]:
    known = record.model_fields
    if len(set(names) & set(known)) * 2 < len(names) or not names:
        # No line of names at all, or a file of another kind: one reason says more than one a name.
        yield FileProblem(1, "", f"the first line does not name the columns; it must be: {', '.join(known)}")
        return
    for name in names:
        if name not in known:
            meant = get_close_matches(name.lower(), known, n=1)
            hint = f"; did you mean {meant[0]}?" if meant else f"; there are {', '.join(known)}"
            yield FileProblem(1, name or "(no name)", f"is no column{hint}")
        elif names.count(name) > 1:
            yield FileProblem(1, name, "stands twice")
    for name, info in known.items():
        if info.is_required() and name not in names:
            yield FileProblem(1, name, "is missing in the first line")


def _read_json(text: str) -> RawRows:
    found = RawRows()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_float=Decimal)
        except ValueError as error:
            found.problems.append(FileProblem(number, "", f"is no JSON: {error}"))
            continue
        if isinstance(row, dict):
            found.rows.append((number, row))
        else:
            found.problems.append(FileProblem(number, "", "is no object in JSON"))
    return found


def write_rows(path: Path, record: type[Record], records: Iterable[Record]) -> int:
    """Write records to a file that ``read_rows`` reads; it appears whole, or not at all.

    Returns:
        The number of records.

    Raises:
        UnknownFormat: The name ends as none of the formats.
        OSError: The file cannot be written.
    """
    kind, written = format_of(path), 0
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(record.model_fields), lineterminator="\n")
            if kind == "csv":
                writer.writeheader()
            for written, each in enumerate(records, start=1):  # noqa: B007
                values = each.model_dump(mode="json")
                if kind == "csv":
                    writer.writerow({name: _cell(value) for name, value in values.items()})
                else:
                    file.write(json.dumps(values, ensure_ascii=False) + "\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return written


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _items_cell(value) if isinstance(value, list) else value


def _items_cell(items: list[Mapping[str, Any]]) -> str:
    if any(";" in item["service_name"] or item["service_name"].startswith("[") for item in items):
        return json.dumps(items, ensure_ascii=False)
    return "; ".join(f"{item['service_name']}={item['amount']}" for item in items)
