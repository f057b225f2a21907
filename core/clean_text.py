"""Brings what people type into the one form that the rest of the program reads; done once, where it comes in.

What no database and no event stream can hold goes, as does what only hides or stacks: the words stay as they are.
"""

from __future__ import annotations

import re
import unicodedata

_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls; PostgreSQL holds no NUL
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]"  # what turns or hides a text's run
)
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
"""Ends of a line that some readers of event streams take for an end of the event."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_STACKED = 3
"""Marks upon one letter that a language needs at most."""
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_BLANKS = re.compile(r"[^\S\n]{4,}")
_ENDLESS = re.compile(r"\S{200}(?=\S)")
"""No word is so long, and readers of words would look at every piece of it again and again."""
_UTF8 = "\ufffd"


def clean_text(text: str) -> str:
    """Return a text as people see it: composed letters, plain ends of lines, and no characters that hide.

    Runs of blanks and of blank lines become short; words, digits and signs stay.
    """
    if text.isascii() and text.isprintable() and "    " not in text:
        return text
    text = _LONE_SURROGATE.sub(_UTF8, text)
    text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    text = _unstacked(unicodedata.normalize("NFC", text))
    return _BLANKS.sub("   ", _BLANK_LINES.sub("\n\n", text))


def in_words(text: str) -> str:
    """Return a text in which a blank stands after 200 signs that had none, so that no word is endless."""
    return _ENDLESS.sub(r"\g<0> ", text)


def _unstacked(text: str) -> str:
    """Return the text with few marks upon each letter."""
    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks <= _STACKED:
            kept.append(letter)
    return "".join(kept)
