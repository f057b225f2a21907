"""A reply that speaks against the change asked about, and the rest of it: "dondurmaya gerek yok, roamingi aç".

The readers see the wish in the rest and not that it takes the place of the other. Turning down is safe: nothing runs.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from core.turkish import fold, fold_in_place
from graph.state import Call

_WITHDRAWN = r"bosver\w*|bos ver\w*|vazgec(?:tim|tik|elim)?|iptal(?: et\w*)?|never ?mind"
_AGAINST = re.compile(
    rf"\b(?:{_WITHDRAWN}|(?:gerek|luzum\w*|ihtiyac\w*) (?:yok|kalmad[iu])|gerekm[iu]yo\w*|gerekmez|gereksiz|lazim degil"
    r"|istem(?:em|eyiz|iyo(?:r(?:um|uz)|m|z))|\w+ yerine|instead of \w+"
    r"|sonra(?:dan)? (?:\w+ )?\w+r[iu][mz]|sonraya birak\w*|kals[iu]n|kalay[iu]m|kalal[iu]m"
    r"|yanlis(?! anla)|itiraz(?:[iu]m var| ed\w*)"
    r"|\w+m[ae](?:y[iu]n(?:[iu]z)?|s[iu]n|y[ae]y[iu]m|y[iu]m|y[ae]l[iu]m)|cok pahal\w*|pahal[iu]\w*|i don'?t want\w*)\b"
    r"(?! m[iu]\w*\b)|^(?:cok|fazla|cokmus)\b(?=\W*[,.;!]| onun)|^(?:\w{1,4} )?(?:yok|yo|hayir|no)\b(?! problem)"
)
"""Says that a change is not wanted, or not now."""
_FIRST_WORDS = re.compile(
    r"[\s,.;:!]*(?:(?:ya|da|de|ki|yok|o|zaman|sen|siz|aslinda|en iyisi|ama|onun yerine|bunun yerine|yerine|bence|artik"
    r"|simdilik|iyisi)\b[\s,.;:!]*)*"
)
_CONSENTS = re.compile(r"\W*(?:eve+t|olur|tama+m|onayl\w+|yes|ok|okey)\b")
_MARK = re.compile(r"[,;.!](?=\s)|\b(?:ama|fakat)\b")
_WITHDRAWS_FIRST = re.compile(rf"\W*(?:(?:yok|hayir|ya|neyse|dur|ay|aman)\W+)*(?:{_WITHDRAWN})\b")
_FURTHER = re.compile(r"\W*(?:(?:daha|ondan|bundan) )?(?:sonra(?: da)?|ardindan|ayrica|bi(?:r)? de)\b\W*(?=\w+\W+\w)")
"""Goes on to a second wish: "sonra Genç pakete geçir"."""

_OR = re.compile(r"\W*(?:yok )?(?:ya ?da|veya|yahut|or)\b\W*(?=\w+\W+\w)")
"""Puts another wish in the place of the first: "ya da roamingi aç"."""
_KEEPS_PACKAGE = re.compile(
    r"\b(?:simdiki|mevcut|eski|kendi|bu|benim)(?:s[iu]|m|n)?\w* (?:paket|tarife)\w*(?: \w+)?"
    r" (?:kals[iu]n|kalay[iu]m|kalal[iu]m|devam)\b"
    r"|\b\w+[dt][ae] (?:kalay[iu]m|kalal[iu]m|kalmak ist(?:iyor|er)\w*|kalacag[iu]m)\b"
)
_OPEN_STAYS = re.compile(r"\b(?:acik (?:kals|durs)[iu]n|devam ets[iu]n)\b")
_CLOSED_STAYS = re.compile(r"\bkapali (?:kals|durs)[iu]n\b")
_WHOLE = re.compile(r"(?:ha|yok|hayir|dur|ya|neyse|hatt?\w*|telefon\w*|o|boyle|bence|simdilik|zaman|en|iyisi)")


class TurnedDown(NamedTuple):
    """What a reply leaves of the change asked about.

    Attributes:
        rest: The words beside the refusal, as they are written; "" where there are none.
        stays: Whether the state is to stay, so that the change is not wanted, whatever the rest is.
        withdrawn: Whether it begins with words that take the wish back.
    """

    rest: str
    stays: bool
    withdrawn: bool


def turned_down(message: str, call: Call) -> TurnedDown | None:
    """Return what is left of a reply that speaks against a change; None for other words.

    Args:
        message: The reply.
        call: The change.
    """
    text = " ".join(message.split())
    said = fold_in_place(text)
    found = [match for match in _AGAINST.finditer(said) if not _is_asked(said, match)]
    stays = _stays(said, call)
    if not (found or stays) or _CONSENTS.match(said):
        return None
    last = max([*found, *([stays] if stays else [])], key=lambda match: match.end())
    rest = text[last.end() :]
    rest = rest[_begin(rest) :]
    if not re.search(r"\w", rest):
        marks = [mark.start() for mark in _MARK.finditer(said, 0, last.start())]
        rest = text[: marks[-1]] if marks else ""
    if _CONSENTS.match(fold(rest)):
        return None
    return TurnedDown(rest.strip(" ,;"), stays is not None, _WITHDRAWS_FIRST.match(said) is not None)


def puts_other(message: str) -> str | None:
    """Return the words behind "ya da" or "yoksa" at the beginning of a reply; None where it does not begin so."""
    text = " ".join(message.split())
    begin = _OR.match(fold_in_place(text))
    return None if begin is None else text[begin.end() :]


def goes_on(message: str) -> str | None:
    """Return the words behind "sonra" or "bir de" at the beginning of a reply; None where it does not begin so."""
    text = " ".join(message.split())
    begin = _FURTHER.match(fold_in_place(text))
    return None if begin is None else text[begin.end() :]


def _stays(said: str, call: Call) -> re.Match[str] | None:
    """Return the words that want the state to stay which a change would end."""
    status, operation = call["arguments"].get("status"), call["operation"]
    if operation == "change_package":
        return _KEEPS_PACKAGE.search(said)
    if operation in ("suspend_line", "reactivate_line"):
        match = (_OPEN_STAYS if operation == "suspend_line" else _CLOSED_STAYS).search(said)
        before = re.findall(r"\w+", said[: match.start()]) if match else []
        return match if all(map(_WHOLE.fullmatch, before)) else None
    return None if status is None else (_CLOSED_STAYS if status else _OPEN_STAYS).search(said)


def _begin(rest: str) -> int:
    match = _FIRST_WORDS.match(fold_in_place(rest))
    return match.end() if match else 0


def _is_asked(said: str, match: re.Match[str]) -> bool:
    """Tell whether the clause of a match is a question: "gerek yok mu", "istemiyorsam ne olur?"."""
    return re.match(r"[^,.;!]*\?", said[match.end() :]) is not None
