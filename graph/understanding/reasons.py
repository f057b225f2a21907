"""The reason that a customer states for a suspension, in his own words."""

from __future__ import annotations

import re

from core.turkish import fold

_SHORTEST, _LONGEST = 5, 200
_CUE = re.compile(
    r"\b(?:cal(?:in|d)\w*|kayb\w+|kayip\w*|dusurdum|unuttum|tatil\w*|seyahat\w*|yurt\s?disi\w*|asker\w*|hastane\w*"
    r"|gasp\w*|hirsiz\w*|soyul\w*|kaptir\w*|yitir\w*|bulamiyor\w*|calinti|suya|denize|kiril\w*|bozul\w*"
    r"|kullanm[iua]\w+|gidiyor\w*|gidece\w+|cunku|yuzunden|nedeniyle|dolayi|icin|diye|stolen|lost|abroad|because)\b"
)
_ASKED = re.compile(r"\b(?:ac|kapat|ode|degistir|yukle|gecir|iptal et)(?:[iu]n(?:[iu]z)?|s[iu]n)?\s*$")
"""A part that asks for something else gives no reason ("sonra da yurt dışını aç")."""


def stated_reason(message: str) -> str | None:
    """Return the parts of a message that state why; None where none does, or where they are too long to keep."""
    parts = [part.strip() for part in re.split(r"[.,;!?\n]+", message)]
    reason = ", ".join(part for part in parts if _CUE.search(fold(part)) and not _ASKED.search(fold(part)))
    return reason if _SHORTEST <= len(reason) <= _LONGEST else None
