"""Bare commands to stop ("durdur", "bırak", "kapat gitsin") as the reply to a question.

The same verbs are wishes of their own, so that their object decides: without one they speak of what was just asked.
They drop it, unless the verb commands the very change that waits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from core.turkish import fold
from core.turkish.verbs import COMMAND_MOOD
from graph.state import Call

Stop = Literal["drop", "unclear"]

_VERBS = ("durdur", "dur", "birak", "kes", "kapat", "sil", "unut", "bosver", "iptal", "vazgec")
_STOP = re.compile(rf"(?:{'|'.join(_VERBS)}){COMMAND_MOOD}|stop|cancel|forget|drop|quit")
_BESIDE = re.compile(
    r"hayir|yok|yo|no|ya|be|de|da|hadi|hemen|lutfen|tamam|o|onu|bunu|sunu|zaman|neyse|et|edin|edelim|gitsin|bitsin|kals[iu]n"
    r"|simdi|simdilik|artik|bi|bir|it|that|this|please|never|mind|islemi|istegi|istegimi"
)
_ONLY_PAUSES = re.compile(r"dur(?:un(?:uz)?)?")
_OWN: Mapping[str, tuple[str, ...]] = {
    "suspend_line": ("durdur", "kapat", "kes"), "pay_bill": ("kapat",)
}  # fmt: skip
"""The verbs that may command the change itself: a debt is closed, too."""
_SWITCHES_OFF = ("durdur", "kapat", "kes", "iptal", "sil")


def stop_of(message: str, call: Call) -> Stop | None:
    """Return "drop" for words that only stop what was asked, "unclear" where their verb may also command the change.

    Args:
        message: The customer's words.
        call: The change that was asked about.

    Returns:
        None for any other words.
    """
    words = re.findall(r"[^\W_]+", fold(message))
    stops = [word for word in words if _STOP.fullmatch(word)]
    if not stops or "?" in message or all(map(_ONLY_PAUSES.fullmatch, stops)):
        return None
    if not all(word in stops or _BESIDE.fullmatch(word) for word in words):
        return None
    own = _SWITCHES_OFF if call["arguments"].get("status") is False else _OWN.get(call["operation"], ())
    if not any(word.startswith(own) for word in stops):
        return "drop"
    closes = call["operation"] != "pay_bill" and all(word.startswith("kapat") for word in stops)
    return None if closes else "unclear"
