"""One HTML page as a report: headings, tables, pictures; it carries its own style and runs no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2733; background: #fff; max-width: 90rem; margin: 2rem auto;
       padding: 0 1.2rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
.note { color: #5b6875; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .6rem 0; }
th, td { border-bottom: 1px solid #dde4ec; padding: .3rem .7rem; text-align: left; vertical-align: top; }
th { background: #f3f6f9; position: sticky; top: 0; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.text { white-space: pre-line; }
td.long { min-width: 22rem; }
tr.bad td { background: #fdeeec; }
img { max-width: 100%; height: auto; border: 1px solid #dde4ec; }
"""

_LONG = 60
"""From so many characters on a text gets a wide column."""
Cell = str | float | int | None


class Page:
    """A page that grows part by part; every text is escaped.

    Args:
        title: Title and first heading.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._parts: list[str] = []

    def heading(self, text: str) -> None:
        """A heading."""
        self._parts.append(f"<h2>{escape(text)}</h2>")

    def note(self, text: str) -> None:
        """A paragraph that explains."""
        self._parts.append(f'<p class="note">{escape(text)}</p>')

    def picture(self, name: str, description: str) -> None:
        """A picture that lies beside the page."""
        self._parts.append(f'<p><img src="{escape(name)}" alt="{escape(description)}"></p>')

    def table(self, head: Sequence[str], rows: Iterable[Sequence[Cell]], bad: Iterable[int] = ()) -> None:
        """A table; numbers stand right.

        Args:
            head: Names of the columns.
            rows: The cells; None stays empty.
            bad: Places of the rows that are marked.
        """
        marked = frozenset(bad)
        lines = [f"<tr>{''.join(f'<th>{escape(name)}</th>' for name in head)}</tr>"]
        for place, row in enumerate(rows):
            kind = ' class="bad"' if place in marked else ""
            lines.append(f"<tr{kind}>{''.join(map(_cell, row))}</tr>")
        self._parts.append('<div class="wide"><table>\n' + "\n".join(lines) + "\n</table></div>")

    def write(self, folder: Path) -> Path:
        """Write ``index.html`` into a folder that exists, and tell where it is."""
        path = folder / "index.html"
        path.write_text(self.html(), encoding="utf-8")
        return path

    def html(self) -> str:
        """The whole page."""
        head = (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self._title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        )
        body = "\n".join((f"<h1>{escape(self._title)}</h1>", *self._parts))
        return f"{head}<body>\n{body}\n</body>\n</html>\n"


def _cell(value: Cell) -> str:
    if isinstance(value, float):
        return f'<td class="number">{value:.3f}</td>'
    if isinstance(value, int):
        return f'<td class="number">{value}</td>'
    if not value:
        return "<td></td>"
    kind = "text long" if len(value) > _LONG else "text"
    return f'<td class="{kind}">{escape(value)}</td>'
