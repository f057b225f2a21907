"""Questions that leave their subject out: "neyle?", "kaç gün kaldı?", "interneti de söyle", "bu ne kadar?".

By themselves they are read as being about whatever such words are mostly about. So the subject of what was said last is
put before them, and they are read again; the question for a sister of the last fact (minutes instead of data) and one
about the change that waits for a yes are told by their form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from core.languages import Language
from core.turkish import fold
from graph.asked.restrictions import Restriction
from graph.state import Call, SaidFact
from graph.understanding.pending_terms import term_asked

PENDING_COST, PENDING_WHEN = "pending_cost", "pending_when"
"""Facts of the change that waits for a yes."""

_MOST_WORDS = 6

_UNITS: Mapping[str, re.Pattern[str]] = {
    "internet": re.compile(r"\b(?:internet|gb\b|giga|data)\w*"),
    "minutes": re.compile(r"\b(?:dakika|dk\b|konusma|minute|calls?\b)\w*"),
    "sms": re.compile(r"\b(?:sms|mesaj|texts?\b)\w*"),
}
"""Words for what a package holds, by their part of a fact's name."""

_SUBJECT = re.compile(
    r"\b(?:fatura|odeme|ode[dn]|borc|paket|tarife|hatt?i?[mn]|hatlar|internet|dakika|sms|mesaj|taahh|kayd|kayit"
    r"|kesinti|ariza|hiz|kota|dolasim|yurt ?disi|abone|musteri|adres|mail|eposta|bill|invoice|payment|package|plan\b"
    r"|lines?\b|data|minute|text|ticket|outage|speed|contract|commitment|roaming|debt)\w*"
)
"""Stems of the subjects that facts are about; a question that has one leaves none out."""

_ASKS = re.compile(
    r"\?|\b(?:ne|neyle|neye|nerede\w*|nereye|neden|niye|nasil|kac\w*|hangi\w*|kim\w*|m[iu]\w{0,4}|(?:bu|o|su)nun)\b"
    r"|\b(?:how|what|when|which|who|whose|why|is|are|does|did|its)\b"
)
"""What makes a few words a question: "tamam" and "anladım" are none."""

_SUBJECTS: Sequence[tuple[str, str, str]] = (
    ("commit", "taahhüdüm", "my commitment"), ("cancellation", "taahhüdüm", "my commitment"),
    ("internet", "internetim", "my data"), ("minutes", "dakikalarım", "my minutes"), ("sms", "SMS hakkım", "my texts"),
    ("get_current_bill", "faturam", "my bill"), ("get_past_bills", "faturam", "my bill"),
    ("get_payment_history", "son ödemem", "my last payment"), ("get_customer_package", "paketim", "my package"),
    ("get_remaining_quotas", "haklarım", "my allowances"), ("get_fault_ticket_status", "arıza kaydım", "my ticket"),
    ("check_network_status", "kesinti", "the outage"), ("test_internet_speed", "internet hızım", "my speed"),
    ("get_customer_profile", "hattım", "my line"),
)  # fmt: skip
"""The subject of a fact in both languages, by how its name begins, or by the operation that it needs."""

_ITS = re.compile(
    r"\b(?:(?:taahhud|ucret|fiyat|bedel|internet)[iu]|(?:dakika|ceza|sms)s[iu]|mesaj[iu]|aylig[iu]|yillig[iu]|icerig[iu])\b"
    r"|\bits (?:fee|price|data|minutes|commitment)\b"
)
_OWN = re.compile(r"\b(?:benim|paketim|tarifem|hattim|bizim|faturam|my|mine)\w*|\b(?:bedel|ucret|taahhud|ceza)[iu]?m\b")
"""What belongs to a package that was named before ("taahhüdü kaç ay"), and words for what is the customer's own."""

_THIS_PACKAGE = re.compile(
    r"\b(?:bu|o|su|yeni|gececeg\w+|gectig\w+) (?:paket|tarife)\w*|\b(?:this|that|the new) (?:package|plan)\b"
)
_WOULD_CHANGE = re.compile(
    r"\b(?:azal|art|dus|yuksel|eksil|cogal|gerile|kisal|degis|kayb(?:ed|ol)|ucuzla|pahali(?:las|ya gel))\w*?"
    r"(?:[iuae]?r|m[ae]z)\s*m[iu]\w*|\bne (?:kaybeder|kazan[iu]r|degis[iu]r)\w*"
    r"|\bwhat (?:would|do) i (?:lose|gain|get)\b"
)
_COST = re.compile(
    r"\b(?:kac (?:para|lira|tl)|ucret\w*|tutar\w*|fiyat\w*|bedel\w*|ne (?:oder|odey|tut|yaz)\w*)\b"
    r"|\b(?:how much|costs?|price|fee)\b"
    r"|\bne kadar\b(?! (?:sur|zaman|once|sonra))"
)
_WHEN = re.compile(r"\b(?:ne zaman|hangi (?:gun|tarih)\w*|when|what (?:day|date))\b")
_THIS = re.compile(r"\b(?:bu|bunun|buna|o|onun|this|it|that)\b")

_PRICED = frozenset({"pay_bill", "change_package", "enable_roaming", "suspend_line", "reactivate_line"})
_DATED = frozenset({"change_package", "setup_autopay"})


def leaves_subject_out(message: str, stated: Restriction) -> bool:
    """Return True if a message is a short question without a subject of its own."""
    said = fold(message)
    short = len(said.split()) <= _MOST_WORDS and _ASKS.search(said) is not None
    return short and not stated.packages and _SUBJECT.search(said) is None and _OWN.search(said) is None


def names_subject(message: str) -> bool:
    """Return True if a message names one of the subjects that facts are about: a bill, a package, a line."""
    return _SUBJECT.search(fold(message)) is not None


def speaks_of_this_package(message: str) -> bool:
    """Return True for words that point at a package: "bu paketin taahhüdü", "yeni tarifem"."""
    return _THIS_PACKAGE.search(fold(message)) is not None


def names_fee(message: str) -> bool:
    """Return True for a message about what is paid a month: a bill, a fee."""
    return re.search(r"\b(?:fatura|ucret|odeme|odedig|aylig|bill|fee)\w*", fold(message)) is not None


def would_change(message: str) -> bool:
    """Return True for a short question whether an allowance or a fee would grow or shrink: "dakikam azalır mı"."""
    said = fold(message)
    return len(said.split()) <= _MOST_WORDS and _WOULD_CHANGE.search(said) is not None


def speaks_of_it(message: str) -> bool:
    """Return True for a short message about what belongs to the thing that was named last: "taahhüdü kaç ay"."""
    said = fold(message)
    return len(said.split()) <= _MOST_WORDS and _ITS.search(said) is not None and _OWN.search(said) is None


def with_subject(message: str, last: SaidFact, needs: Sequence[str], language: Language) -> str | None:
    """Return a message with the subject of what was said last before it; None where that has no name.

    Args:
        message: The customer's words.
        last: The fact that was said last.
        needs: The operations that it follows from.
        language: Language of the message.
    """
    packages = last["restriction"].get("packages", ())
    if packages and "get_customer_package" not in needs:
        return f"{packages[0]} {message}"
    for begin, turkish, english in _SUBJECTS:
        if last["fact"].startswith(begin) or begin in needs[:1]:
            return f"{english if language == 'en' else turkish} {message}"
    return None


def sister_of(name: str, message: str, facts: Collection[str]) -> str | None:
    """Return the fact about the one unit that a short message names, for a fact about another unit; else None."""
    said = fold(message)
    named = [unit for unit, words in _UNITS.items() if words.search(said)]
    own = next((unit for unit in _UNITS if unit in name.split("_")), None)
    if own is None or len(named) != 1 or named[0] == own or len(said.split()) > _MOST_WORDS:
        return None
    sister = name.replace(own, named[0])
    return sister if sister in facts else None


def asked_of_pending(message: str, calls: Sequence[Call], *, points: bool = False) -> str | None:
    """Return the fact of a proposed change that a short question asks for; None where it asks for none of it.

    Args:
        message: The customer's words.
        calls: The changes that wait for a yes.
        points: Whether the question has to point at the change: one that is done is not all that is spoken of.
    """
    if not points and (term := term_asked(message, calls)):
        return term
    said = fold(message)
    this = _THIS.search(said) is not None
    own = len(said.split()) <= _MOST_WORDS and (this or (_SUBJECT.search(said) is None and not points))
    if points and _SUBJECT.search(said):
        return None
    operations = {call["operation"] for call in calls}
    if not own or len(operations) != 1:
        return None
    if _WHEN.search(said):
        return PENDING_WHEN if operations <= _DATED else None
    return PENDING_COST if _COST.search(said) and operations <= _PRICED else None
