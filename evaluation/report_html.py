"""HTML reports from the Jinja2 templates in ``templates/``: self-contained pages without scripts.

Every value is escaped; a template that names an unknown value fails instead of showing nothing.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def template_environment() -> Environment:
    """Return the environment that renders the reports."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def write_html(folder: Path, template: str, **values: Any) -> Path:
    """Write ``index.html`` into a folder and return its path.

    Args:
        folder: Folder of the report; created where it is missing.
        template: Name of the template without its ending.
        values: The values that the template shows.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.html"
    html = template_environment().get_template(f"{template}.html.jinja").render(**values)
    path.write_text(html, encoding="utf-8")
    return path
