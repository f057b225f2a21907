"""Short questions that go on from a bill, a ticket, a suspended line or a list: "numarası ne", "34,75 ne", "400 olsa".

By themselves they are read as being about whatever such words are mostly about.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from core.turkish import fold
from graph.asked.restrictions import Restriction

_TICKET, _BILL = "get_fault_ticket_status", "get_current_bill"
_ITEMS = frozenset({"bill_items", "bill_item", "bill_extras", "past_items"})
_LISTED = frozenset({"packages_list", "packages_under"})
_LIMITED = frozenset({"packages_under", "most_internet_package", "most_minutes_package", "package_for_need"})

_SO = r"(?:(?:peki|ya|ee|tamam|and)\b\W*)?"
_NUMBER = re.compile(
    rf"{_SO}(?:(?:onun|bunun|kayit|fatura|its)\s+)?(?:numara(?:si|m)?|no(?:su)?|number)\b(?:\W*\w+){{0,2}}\W*"
)
_AMOUNT = re.compile(
    rf"{_SO}(?:(?:bu|o|su)\s+)?\d+(?:[.,]\d+)*\s*(?:tl|lira)?(?:lik)?(?:\s+(?:olan|kalem|tutar|para|ucret))?"
    r"\s+(?:ne|nedir|neydi|neyin|nereden|niye|neden|ne icin)\b.*"
)
_OTHER_LIMIT = re.compile(
    rf"{_SO}\d+(?:[.,]\d+)*\s*(?:tl|lira)?\w*(?:\s+(?:olsa|olursa|icin|alti\w*|ya|kadar|desem))?\W*"
)
_WAS_THERE = re.compile(r"\b(?:var|yok) ?m[iu]\w*|\bvardi\b|\bneler?\b|\bwas there\b")
_SINCE = re.compile(
    rf"{_SO}(?:ne zaman(?:dan beri|dir| don\w+| kapan\w+)|kac (?:gun|ay|hafta)d[iu]r|since when|how long)\W*"
)
_LEAVING = re.compile(
    r"\b(?:cay|ceza|cancellation|penalty)\w*.*\b(?:dahil|icinde|haric|ayri|ekle|includ|ayni|var|cik|ode|alin)\w*"
)
_REOPEN = re.compile(r"\b(?:actir|yeniden ac|geri ac|tekrar ac|ac(?:mak|ilmasi|ilis|ilinca|mayi)|reopen|reactivat)\w*")
_COSTS = re.compile(
    r"\bkac (?:para|lira|tl)\b|\bne kadar\b|\bucret\w*|\bpara\w*|\bne (?:oder|tut)\w*|\bhow much\b|\bcosts?\b"
)


def goes_on_from(message: str, stated: Restriction, last: str, needs: Collection[str]) -> str | None:
    """Return the fact that a short question asks for by what was said last; None where it asks for none of it.

    Args:
        message: The customer's words.
        stated: What they limit the question to.
        last: The fact that was said last.
        needs: The operations that it follows from.
    """
    said = fold(message)
    if _NUMBER.fullmatch(said):
        return "ticket_number" if _TICKET in needs else "bill_number" if _BILL in needs else None
    if _AMOUNT.fullmatch(said) and _BILL in needs:
        return "bill_item"
    if last in _LIMITED and _OTHER_LIMIT.fullmatch(said) and stated.limit is not None:
        return last
    if last in _LISTED and stated.everything:
        return last
    if last in _ITEMS and stated.months and _WAS_THERE.search(said):
        return "bill_items"
    return None


def asks_reopening_fee(message: str, *, spoken_of: bool) -> bool:
    """Return True if a message asks what it costs to use a suspended line again: "açtırmak kaç para".

    Args:
        message: The customer's words.
        spoken_of: Whether the customer's line is suspended, so that opening alone is that of the line.
    """
    said = fold(message)
    names_line = re.search(r"\b(?:hat|numara|line|number)\w*", said) is not None
    return _REOPEN.search(said) is not None and _COSTS.search(said) is not None and (names_line or spoken_of)


def asks_if_included(message: str) -> bool:
    """Return True if a message asks whether leaving the commitment is in what was said: "cayma dahil mi"."""
    return _LEAVING.search(fold(message)) is not None


def asks_since_when(message: str) -> bool:
    """Return True for a message that asks since when and of nothing: "ne zamandan beri"."""
    return _SINCE.fullmatch(fold(message)) is not None
