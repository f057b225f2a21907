"""Noise of a keyboard in messages: lost diacritics, lost capitals and marks, slipped letters.

Applied to written messages while training, another way in every epoch, so that spelling is no clue.
"""

from __future__ import annotations

from random import Random

from core import turkish

_MARKS = str.maketrans("", "", ".,!?;:'’\"")


def disturb(text: str, chance: Random) -> str:
    """The text as another hand might have typed it; often unchanged."""
    if chance.random() < 0.25:
        text = turkish.without_diacritics(text)
    if chance.random() < 0.25:
        text = text.lower()
    if chance.random() < 0.2:
        text = text.translate(_MARKS).strip() or text
    if chance.random() < 0.2:
        text = _slip(text, chance)
    return text


def _slip(text: str, chance: Random) -> str:
    """Drop, double or swap one letter."""
    if len(text) < 6:
        return text
    place = chance.randrange(1, len(text) - 2)
    return chance.choice(
        (
            text[:place] + text[place + 1 :],
            text[:place] + text[place] + text[place:],
            text[:place] + text[place + 1] + text[place] + text[place + 2 :],
        )
    )
