"""A message as it would be about the customer's only line: its question is read apart from which line it means.

Code reads which line is meant (``lines.py``); a number or "ikinci" in the words says nothing about the question, and
looks like a package, an order or a wish for a new line to a reader of meaning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.languages import Language
from core.turkish import fold, fold_in_place
from core.turkish.verbs import COMMAND_MOOD
from graph.understanding.lines import OwnLine, line_mentions

_ENDING = re.compile(r"['’](\w+)")
_CASES = (
    (("daki", "deki", "taki", "teki"), "hattımdaki"), (("inki", "unki"), "hattımınki"),
    (("dan", "den", "tan", "ten"), "hattımdan"), (("da", "de", "ta", "te"), "hattımda"),
    (("'yi", "’yi", "'i", "’i", "'u", "’u", "'yu", "’yu"), "hattımı"),
)  # fmt: skip
"""The plain word in a case, by the ending of the words that name a line."""

_COMMAND = re.compile(rf"\s*(?:dondur|durdur|kapat|ac|iptal et|askiya al){COMMAND_MOOD}\b")
"""Follows a line that it is the object of, though nothing ends the number: "0500… dondur"."""

_NOUN_ONLY = re.compile(r"hattim(?!i\b)\w* \w+[?.!]*")

_INTERNET, _SEVERAL = "internet", ("hatlar", "lines")


_ALONE = re.compile(r"(?:(?:peki|ya|ve|bir de|and|what about)\b\W*)*(?:hattim\w*|my line)(?: (?:de|da|ne|icin))?\W*")


def names_only_a_line(text: str) -> bool:
    """Return True if a text without line names says nothing but the plain word for a line: "peki hattımınki?"."""
    return _ALONE.fullmatch(fold(text)) is not None


def without_line_names(text: str, lines: Sequence[OwnLine], language: Language) -> str | None:
    """Return a text in which the plain word for a line stands for every mention of one; None where there is none.

    What is left of "ikinci hattın interneti" asks what that is.

    Args:
        text: The customer's words.
        lines: The customer's lines.
        language: Language of the text.
    """
    mentions = line_mentions(fold_in_place(text), lines)
    rest = text
    for start, end, _ in reversed(mentions):
        ending = _ENDING.match(rest[end:])
        after = end + len(ending[0]) if ending else end
        is_object = ending is None and rest[start:end].strip()[-1:].isdigit() and language == "tr"
        commanded = is_object and _COMMAND.match(fold_in_place(rest[after:])) is not None
        plain = "hattımı" if commanded else _plain(rest[start:after], language)
        rest = f"{rest[:start]}{plain}{rest[after:]}"
    if not mentions or fold(rest) == fold(text):
        return None
    return f"{rest.rstrip('?.!')} ne" if _NOUN_ONLY.fullmatch(fold(rest)) else rest


def _plain(mention: str, language: Language) -> str:
    """Return the plain word for a line in the case of a mention; what says more than which line stays."""
    last = mention.split()[-1]
    said = fold(last)
    if said.startswith((_INTERNET, *_SEVERAL)):
        return last
    if language == "en":
        return "my line"
    return next((word for endings, word in _CASES if said.endswith(endings)), "hattımın")
