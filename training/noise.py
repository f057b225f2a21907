"""Noise of a keyboard in messages: lost diacritics, lost capitals and marks, slipped letters.

Applied to written messages while training, another way in every epoch, so that spelling is no clue.
"""

from __future__ import annotations

from random import Random

from core import turkish

_MARKS = str.maketrans("", "", ".,!?;:'’\"")


def disturb(text: str, rng: Random) -> str:
    """The text as another hand might have typed it; often unchanged."""
    if rng.random() < 0.25:
        text = turkish.without_diacritics(text)
    if rng.random() < 0.25:
        text = text.lower()
    if rng.random() < 0.2:
        text = text.translate(_MARKS).strip() or text
    if rng.random() < 0.2:
        text = _slip(text, rng)
    return text


def _slip(text: str, rng: Random) -> str:
    """Drop, double or swap one letter."""
    if len(text) < 6:
        return text
    place = rng.randrange(1, len(text) - 2)
    return rng.choice(
        (
            text[:place] + text[place + 1 :],
            text[:place] + text[place] + text[place:],
            text[:place] + text[place + 1] + text[place] + text[place + 2 :],
        )
    )
