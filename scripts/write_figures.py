"""Write the figures of the kill matrix into docs/reliability.md, from the files that ``telekom prove kills`` wrote.

python -m scripts.write_figures
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PAGE = Path("docs/reliability.md")
FILES = (Path("docs/figures/kills-sqlite.json"), Path("docs/figures/kills-postgresql.json"))
_BLOCK = re.compile(r"(<!-- kills:begin -->\n).*?(<!-- kills:end -->)", re.S)


def table(reports: Sequence[Mapping[str, Any]]) -> str:
    """Return the figures as a table, a column for each report."""
    rows: list[tuple[str, list[object]]] = [
        ("processes killed", [each["deaths"] for each in reports]),
        ("trials in which the next process was killed, too", [each["died_twice"] for each in reports]),
        ("different places", [each["different_places"] for each in reports]),
    ]
    rows += [(f"broken: {name}", [each["broken"][name] for each in reports]) for name in reports[0]["broken"]]
    rows += [
        ("first answer after, median", [f"{each['resumed_s']['median']} s" for each in reports]),
        ("slowest", [f"{each['resumed_s']['slowest']} s" for each in reports]),
        ("later than 5 s", [each["resumed_s"]["later_than_5_s"] for each in reports]),
        ("minutes of the run", [round(each["seconds"] / 60) for each in reports]),
    ]
    lines = [f"| | {' | '.join(each['database'] for each in reports)} |", f"|---|{'---|' * len(reports)}"]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(map(str, values))} |" for name, values in rows)]) + "\n"


def page(text: str, reports: Sequence[Mapping[str, Any]]) -> str:
    """Return the page with the figures of these reports."""
    return _BLOCK.sub(lambda match: match[1] + table(reports) + match[2], text)


def read_reports() -> list[dict[str, Any]]:
    """Return the reports that are committed."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in FILES if path.exists()]


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), read_reports()), encoding="utf-8")


if __name__ == "__main__":
    main()
