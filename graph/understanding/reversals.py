"""Bare commands that open or close: "geri aç" after a change turns it back, "aç o zaman" means what is closed.

Code tells them, because they name nothing: every word is the command itself or a filler beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.turkish import fold
from graph.state import DoneChange
from graph.understanding.named import direction_of

_BESIDE = re.compile(
    r"geri|tekrar|yeniden|yine|gene|onu|bunu|o|zaman|hadi|hemen|simdi|lutfen|peki|tamam|madem|oyleyse|de|da|bi|bir"
    r"|it|again|back|then|please|on|off|now"
)
_OPPOSITE: Mapping[str, str] = {"suspend_line": "reactivate_line", "reactivate_line": "suspend_line"}
_SWITCHED = frozenset({"enable_roaming", "setup_autopay"})
_LINE, _STATUS = "line_number", "status"


def bare_direction(message: str) -> bool | None:
    """Return True for a bare command to open, False for one to close; None for words that name anything."""
    words = re.findall(r"[^\W_]+", fold(message))
    commands = [word for word in words if direction_of(word) is not None or word in ("turn", "switch")]
    if not commands or not all(word in commands or _BESIDE.fullmatch(word) for word in words):
        return None
    return direction_of(message)


def turned_back(message: str, done: DoneChange) -> tuple[str, dict[str, Any]] | None:
    """Return the operation and the arguments that turn a change back; None where a message does not ask for that.

    Args:
        message: The customer's words.
        done: The last change that was carried out.
    """
    wanted, operation, stated = bare_direction(message), done["call"]["operation"], done["call"]["arguments"]
    if wanted is None:
        return None
    on_line = {_LINE: stated[_LINE]} if stated.get(_LINE) else {}
    if operation in _OPPOSITE and wanted is (operation == "suspend_line"):
        return _OPPOSITE[operation], on_line
    if operation in _SWITCHED and stated.get(_STATUS) is not wanted:
        return operation, {**on_line, _STATUS: wanted}
    return None
