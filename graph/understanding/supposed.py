"""Questions about what would be: another package, a line that might be cut off, how long something may be done.

Nothing of it has happened and nothing is wished for: the question is answered by figures that follow from today's.
"""

from __future__ import annotations

import re
from typing import Literal

from core.turkish import fold
from graph.asked.patterns import ANY_MONTH

_MOVES = re.compile(
    r"\b(?:gec|al|sec|kullan|degis|don)\w*?(?:rs[ae]|s[ae])(?:m|k|n)?\b|\bgec(?:ince|ersek|ersem)\b"
    r"|\bif i (?:switch|change|move|take|chose|choose|had)\w*"
)
_COSTS = re.compile(
    r"\b(?:ne|kac (?:para|lira|tl)|ne kadar)(?: \w+)? ?(?:oder|odey|odem|tut|verir|yazar|gelir|olur|eder)\w*"
    r"|\bkac (?:para|lira|tl)\b|\bucret\w* ne\b|\bne kadar\b(?! (?:sur|internet|dakika|sms|gb))"
    r"|\bfark\w*|\bhow much\b|\bwhat (?:would|will|do) i pay\b|\bcost\b"
)


def asks_what_move_costs(message: str) -> bool:
    """Return True if a message asks what another package would cost: "genç pakete geçsem ne öderim"."""
    said = fold(message)
    return _MOVES.search(said) is not None and _COSTS.search(said) is not None and not _LEAVES.search(said)


_LEAVES = re.compile(r"\b(?:cay|ceza|taahhu[td]|boz|cik(?:ar|inca|mak))\w*|\b(?:penalty|cancel|commitment)\w*")
_HELD = re.compile(
    r"\bdaha m[iu]\b|\b(?:daha|hangisi) (?:\w+ )?(?:iyi|mantikli|uygun|avantajli|karli|ucuz|pahali|hesapli|cok|fazla)"
    r"|\bfark\w*|\bkarsilastir\w*|\bkiyasla\w*|\b(?:better|cheaper|compare|dearer)\w*"
)
_OWN = re.compile(r"\b(?:benim|bizim|simdiki|mevcut|suanki|paketim|tarifem|my|mine)\w*")


def holds_against(message: str) -> bool:
    """Return True if a message holds a package against the one that was spoken of: "Mega İnternet daha mı iyi"."""
    said = fold(message)
    return _HELD.search(said) is not None and _OWN.search(said) is None


_LINE = r"\b(?:hat|numara|telefon|internet)\w*\s+"
_ENDS = r"(?:kapan|kesil|kapat)(?:[iu]l)?(?:[iu]r|[ae]c[ae]k)"
_WOULD_END = re.compile(
    rf"{_LINE}(?:\w+ ){{0,2}}(?:kapan|kesil|kapat|kes)\w*?(?:[iu]r|[ae]r|[ae]c[ae]k)\w* ?m[iu]\w*"
    r"|\bwill (?:my|the|you) (?:line|number|phone|cut|close|disconnect)\b.*"
)
_ENDS_WHEN = re.compile(
    rf"{_LINE}(?:\w+ ){{0,3}}(?:ne zaman|kac gun\w*|hangi gun)\s+(?:\w+ )?{_ENDS}"
    rf"|\b(?:ne zaman|kac gun\w*|hangi gun)\s+(?:\w+ ){{0,3}}{_LINE}{_ENDS}"
    r"|\bwhen will (?:my|the) (?:line|number|phone)\b.*\b(?:cut|closed|disconnected|suspended)\b"
)
_WHEN = re.compile(
    r"\b(?:ne zaman|kac gun\w*|ne kadar (?:sonra|sure)|hangi (?:gun|tarih)\w*|when|how (?:long|many days|soon))\b"
)
_ON_CONDITION = re.compile(r"\b(?!ode|yatir|fatura|borc)\w+?(?:rs[ae][mk]?|[iu]nc[ae]|m[ae]zs[ae][mk]?|s[ae]m)\b")
_FAULT = re.compile(r"\b(?:kesinti|ariza|bakim)\w*")
_MOST_WORDS = 6


def asks_of_ending(message: str, *, spoken_of: bool) -> Literal["", "whether", "when"]:
    """Return whether a message asks if a line will be cut off, or when; under another condition it is general.

    Args:
        message: The customer's words.
        spoken_of: Whether the last answer was about that: "kaç gün sonra" goes on from it.
    """
    said = fold(message)
    if spoken_of and len(said.split()) <= _MOST_WORDS and _WHEN.search(said):
        return "when"
    if _ON_CONDITION.search(said) or _FAULT.search(said):
        return ""
    if _ENDS_WHEN.search(said):
        return "when"
    return "whether" if _WOULD_END.search(said) else ""


_LIMIT = re.compile(
    r"\b(?:en (?:uzun|fazla|cok|az)|kac (?:gun|ay|kez|kere|defa)\w*|ne kadar(?: sure\w*| zaman)?|ne zamana kadar)\b"
    r"(?: \w+){0,3} (?:dondur|durdur|kapat|askiya al)\w*?[ae]bil\w*"
    r"|\bhow long (?:can|may) (?:i|my line)\b.*\b(?:suspend|frozen|freez)\w*"
)


def asks_limit_of_change(message: str) -> bool:
    """Return True if a message asks how long something may be done: "en uzun ne kadar dondurabilirim"."""
    return _LIMIT.search(fold(message)) is not None


_SUSPENDED = r"(?:dondurul(?:mus|du)|dondurmus|donmus|donuk|askida|kapali|kapatilmis|kapatildi|kapanmis|kapandi)\w*"
_HOW_LONG = re.compile(
    r"\b(?:ne zaman(?:dan beri|dir)?|kac (?:gun|ay|hafta)d[iu]r|hangi (?:gun|tarih)\w*)\b"
    rf"(?: \w+){{0,3}} (?:{_SUSPENDED}|dondur\w*[dt][iu]\w*)"
    rf"|\b{_SUSPENDED} (?:\w+ )?(?:ne zaman(?:dan beri|dir)?|kac (?:gun|ay|hafta)d[iu]r)\b"
    r"|\b(?:since when|how long|when)\b.*\b(?:suspended|frozen)\b"
)


def asks_how_long(message: str) -> bool:
    """Return True if a message asks since when a line is suspended: "hattım kaç gündür kapalı"."""
    return _HOW_LONG.search(fold(message)) is not None


_FILLER = re.compile(
    r"\b(?:peki|ya|ve|bir ?de|bide|ee|tamam|pardon|yok|de|da|ki|ne|ay[iu]?|ayinki|nedir|neydi|nasil|fatura(?:m|s[iu])?"
    r"|what about|how about|and|in|for)\b|[^\w\s]"
)
_TIME = re.compile(
    rf"\b(?:{ANY_MONTH})(?:['’]?[a-z]{{0,8}})?\b|\blast month\b"
    r"|\b(?:(?:bir|bi) )?(?:gecen|onceki|evvelki)(?: ay\w*|ki\w*|nin\w*)?\b"
)


def names_only_time(message: str) -> bool:
    """Return True for a message that names a month and nothing else: "peki nisan", "ya geçen ayki"."""
    said = fold(message)
    return _TIME.search(said) is not None and not _FILLER.sub(" ", _TIME.sub(" ", said)).strip()
