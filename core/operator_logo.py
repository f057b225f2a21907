"""The operator's logo: a picture in his folder, as SVG or PNG; and the sign that is drawn in his colour."""

from __future__ import annotations

import re
from pathlib import Path

LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
"""Media types by the end of the file's name."""

_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_BYTES = 512 * 1024
_ACTIVE = re.compile(r"<\s*script|\son\w+\s*=|javascript:|<\s*foreignObject", re.IGNORECASE)
_ELSEWHERE = re.compile(r"""(?:href|src)\s*=\s*["']\s*(?:https?:)?//""", re.IGNORECASE)


def drawn_sign(colour: str) -> str:
    """Return the sign as the inside of an SVG picture of 64 units."""
    return (
        f'<rect width="64" height="64" rx="18" fill="{colour}"/>'
        '<g fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round"><path d="M32 30v20"/>'
        '<path d="M23.5 31a11 11 0 0 1 17 0"/><path d="M15.5 24.5a21 21 0 0 1 33 0"/></g>'
        '<circle cx="32" cy="37" r="5" fill="#fff"/>'
    )


def sign_picture(colour: str) -> str:
    """Return the sign as an SVG picture, for tabs of a browser and beside answers."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{drawn_sign(colour)}</svg>\n'


def logo_of(folder: Path | None) -> Path | None:
    """Return the logo of an operator's folder; None where there is none."""
    if folder is None:
        return None
    return next((folder / f"logo{end}" for end in LOGO_TYPES if (folder / f"logo{end}").is_file()), None)


def logo_problem(logo: Path) -> str | None:
    """Return why a file can be no logo; None for one that can.

    Raises:
        OSError: The file cannot be read.
    """
    if logo.suffix not in LOGO_TYPES:
        return "a logo is a file .svg or .png; convert the picture"
    content = logo.read_bytes()
    if len(content) > _MOST_BYTES:
        return f"has {len(content) // 1024} KiB; a logo has {_MOST_BYTES // 1024} KiB at most, so make it smaller"
    if logo.suffix == ".png":
        return None if content.startswith(_PNG) else "is no PNG picture; save it as PNG"
    text = content.decode("utf-8", "replace")
    if "<svg" not in text:
        return "is no SVG picture; save it as SVG"
    if _ACTIVE.search(text):
        return "has a script or an event handler; export the picture without them"
    if _ELSEWHERE.search(text):
        return "loads something from another host; put pictures and fonts into the file"
    return None
