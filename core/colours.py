"""Colours of the operator's pages: shades of one colour, and whether writing on them can be read (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import colorsys

READABLE = 4.5
"""Contrast that writing needs at least."""

_STEPS = 50


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21.

    Args:
        one: A colour as ``#rrggbb``.
        other: Another one.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def shade(colour: str, lightness: float) -> str:
    """Return the same hue in another lightness, from 0 (black) to 1 (white)."""
    hue, _, saturation = colorsys.rgb_to_hls(*_parts(colour))
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, lightness, saturation))


def readable_on(background: str, colour: str) -> str:
    """Return the colour, or the nearest lighter shade of it that can be read on a dark background."""
    _, lightness, _ = colorsys.rgb_to_hls(*_parts(colour))
    for step in range(_STEPS + 1):
        found = shade(colour, lightness + (1 - lightness) * step / _STEPS) if step else colour
        if contrast(found, background) >= READABLE:
            return found
    return "#ffffff"


def hsl(colour: str) -> str:
    """Return a colour as Chainlit's theme writes it: ``189 85% 28%``."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    return f"{round(hue * 360)} {round(saturation * 100)}% {round(lightness * 100)}%"


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, each from 0 to 255."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = rgb(colour)
    return red / 255, green / 255, blue / 255


def _luminance(colour: str) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
