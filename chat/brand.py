"""The operator's name, logo and colour on the chat page: pictures, theme and the file that Chainlit reads.

The logo is the operator's own file; without one a sign is drawn in his colour with the assistant's name beside it.
"""

from __future__ import annotations

import json
import shutil
from html import escape
from pathlib import Path
from typing import Any

from core.colours import hsl, readable_on, shade
from core.operator_facts import OperatorFacts
from core.operator_logo import drawn_sign, logo_of, sign_picture

_DEFAULT_COLOUR = "#0b7285"
"""That of the picture in ``assets``."""
_DARK_PAPER = "#151a1d"
_ON_DARK = "210 40% 8%"
_INK = {"light": "#1f2937", "dark": "#f1f5f9"}
_TEXT = "Inter, system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
_LETTER = 17
"""Width of a letter of the name, in units of the picture."""


def lay_out_brand(public: Path, operator: OperatorFacts, folder: Path | None) -> None:
    """Draw the pictures of the page's folder, and colour its theme.

    Args:
        public: The folder with copies of ``assets/public``.
        operator: Whose page it is.
        folder: The operator's folder; None for the demo operator.

    Raises:
        OSError: The folder cannot be written.
    """
    for name in ("avatar", "favicon"):
        (public / f"{name}.svg").write_text(sign_picture(operator.colour), encoding="utf-8")
    picture = public / "login.svg"
    drawn = picture.read_text(encoding="utf-8").replace(_DEFAULT_COLOUR, operator.colour)
    picture.write_text(drawn.replace("#0b4f5f", shade(operator.colour, 0.2)), encoding="utf-8")
    own = logo_of(folder)
    for look, ink in _INK.items():
        for former in public.glob(f"logo_{look}.*"):
            former.unlink()
        if own is None:
            (public / f"logo_{look}.svg").write_text(_drawn_logo(operator, ink), encoding="utf-8")
        else:
            shutil.copyfile(own, public / f"logo_{look}{own.suffix}")
    theme = public / "theme.json"
    coloured = _coloured(json.loads(theme.read_text(encoding="utf-8")), operator.colour)
    theme.write_text(json.dumps(coloured, indent=2), encoding="utf-8")


def _drawn_logo(operator: OperatorFacts, ink: str) -> str:
    name = operator.assistant_name(operator.languages[0])
    width = 88 + _LETTER * len(name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 64" width="{width}" height="64" role="img" '
        f'aria-label="{escape(name)}">{drawn_sign(operator.colour)}'
        f'<text x="80" y="43" font-family="{_TEXT}" font-size="30" '
        f'font-weight="700" textLength="{_LETTER * len(name)}" lengthAdjust="spacingAndGlyphs" fill="{ink}">'
        f"{escape(name)}</text></svg>\n"
    )


def _coloured(theme: dict[str, Any], colour: str) -> dict[str, Any]:
    light, dark = theme["variables"]["light"], theme["variables"]["dark"]
    on_dark = readable_on(_DARK_PAPER, colour)
    light |= dict.fromkeys(("--primary", "--ring"), hsl(colour))
    light |= dict.fromkeys(("--secondary-foreground", "--accent-foreground"), hsl(shade(colour, 0.2)))
    light |= dict.fromkeys(("--secondary", "--accent"), hsl(shade(colour, 0.95)))
    dark |= dict.fromkeys(("--primary", "--ring"), hsl(on_dark)) | {"--primary-foreground": _ON_DARK}
    dark |= dict.fromkeys(("--secondary-foreground", "--accent-foreground"), hsl(shade(colour, 0.85)))
    return theme
