"""Find the things that a reply names beside its consent: numbers, times, conditions, methods, persons, directions.

Code finds what grammar shows (digits, number words, calendar words, suffixes). It understands no wishes: the rest of a
reply is read by the decision model. ``unasked`` gives the things that the question did not state; each of them makes
the reply no plain yes (``graph.understanding.consent``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from core.patterns import EMAIL, digits_of
from core.turkish import fold

Kind = Literal["number", "address", "time", "condition", "part", "method", "owner", "direction", "negation", "question"]

CHECKED: frozenset[Kind] = frozenset({"number", "address", "part", "method", "direction", "time", "condition", "owner"})
"""Kinds that code settles by itself. The others only mark a reply for the second reading: "sorun değil" holds a
negation and "niye olmasın" a question word, and both consent."""


@dataclass(frozen=True)
class Named:
    """One thing that a reply names and the question does not state.

    Attributes:
        kind: The kind of thing.
        text: The folded words of the reply.
    """

    kind: Kind
    text: str


_NUMBER = re.compile(r"\d(?:[\d.,\s()/-]*\d)?")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
_SHORTEST_ENDING = 2
"""Digits by which a customer may name a long number ("sonu 07 olan")."""
_LONG_NUMBER = 6
_STEM = 5
"""Letters by which a word of the reply is found again in the question."""

_MONTHS = "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik"
_DAYS = "pazartesi sali carsamba persembe cuma cumartesi pazar"
_CASE = r"(?:y?[iuea]|[dt][ea]n?|n[iu]n|[iu]n|ki|si|su)*"
_CALENDAR = "|".join(
    ["yarin", "haftaya", "aksam", "sabah", "oglen?", "gece", "ertesi", "obur", "obursu", "gelecek", "onumuzdeki",
     "ileride", "ilerde", "birazdan", "sonra", "sonradan", *_DAYS.split(), *_MONTHS.split()]
)  # fmt: skip
_TIME = re.compile(
    rf"\b(?:{_CALENDAR}){_CASE}\b"
    r"|\b(?:ay|hafta|yil) ?(?:sonu|basi|ortasi)\w*"
    r"|\b(?!dusunce|pirince|sakinca|ornegin)\w{2,}(?:inca|ince|unca)\b"  # -ince: once something has happened
    r"|\b\w{2,}[dt][iu]g[iu](?:m|n|m[iu]z|n[iu]z)?n?(?:da|de)\b"  # -diginde: when something happens
    r"|\b(?:tomorrow|later|tonight|next (?:week|month)|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_CONDITION = re.compile(
    r"\b(?:eger|sayet|sartiyla|kosuluyla|surece|takdirde|only if|if|unless|provided)\b"
    r"|\b(?!zahmet )\w{2,}(?:[iu]yorsa|[ae]caksa|[ae]cekse|[iuae]rsa|[iuae]rse|[dt][iu]ysa|[dt][iu]yse)"
    r"(?:m|n|k|n[iu]z|lar|ler)?\b"
)
_PART = re.compile(
    r"\b(?:yari|yaris[iu]\w*|yarim|ceyre\w+|k[iu]sm[iu]\w*|taksit\w*|bolerek|bolup|half|part of|instal\w+)\b"
)
_METHODS = {
    "credit_card": re.compile(r"\b\w*kart\w*|\bcard\b"),
    "bank_transfer": re.compile(r"\b(?:havale|eft|iban)\w*|\btransfer\w*"),
    "digital_wallet": re.compile(r"\bcuzdan\w*|\bwallet\b"),
    "cash": re.compile(r"\bnakit\w*|\bcash\b"),
}
_OWN = (
    "hat|fatura|paket|tarife|numara|hesa|kart|telefon|adres|mail|posta|borc|internet|modem|kayit|kayd|islem|taraf|bilgi"
)
_OWNER = re.compile(
    rf"\b(?!(?:{_OWN}))\w{{2,}}[iu]?m[iu]n\b|\b(?:my|his|her) (?:wife|husband|mother|father|mom|dad|son|daughter)\w*"
)
_OPENING = re.compile(
    r"\bac(?:in(?:iz)?|s[iu]n|al[iu]m|ar|abil\w*|ilsin|il[iu]r|ilac\w*|iver\w*|tir\w*)?\b|\bbaslat\w*|\baktif\w*"
    r"|\b(?:turn|switch)(?:ed)? on\b"
)
_CLOSING = re.compile(r"\bkapa\w*|\bdurdur\w*|\biptal\w*|\b(?:turn|switch)(?:ed)? off\b")
_VERB = (
    "ode|ac|kapat|dondur|degistir|gec|gecir|yap|kaydet|gonder|kes|cek|baslat|et|olustur|guncelle|yukselt|kaldir|aktar"
)
_NEGATION = re.compile(
    rf"\b(?:{_VERB})(?:il|in|n|tir|t)?m[ae](?:y[iu]n(?:[iu]z)?|s[iu]n(?:l[ae]r)?|y[ae]l[iu]m|m|y[ae]c[ae][kg]\w*)\b"
    rf"|\b(?:{_VERB})m[ae]\s*(?:[.!?,;]|$)|\b(?:sakin|asla|degil)\b|\b\w+m[iu]yor\w*|\bdon'?t\b|\bdo not\b|\bnever\b"
)
_QUESTION = re.compile(
    r"\?|\bm[iu](?:y[iu]m|s[iu]n|s[iu]n[iu]z|yd[iu]|y[iu]z)?\b|\b(?:neden|niye|nasil|ne kadar|ne zaman|hangi|kac)\b"
    r"|\b(?:what|why|how|which|when)\b"
)


def unasked(reply: str, asked: str) -> list[Named]:
    """Return the things that a reply names and the question does not state.

    Args:
        reply: The customer's words.
        asked: The question as the customer read it; it states the facts of the change.
    """
    said, question = fold(reply), fold(asked)
    states_method = any(each.search(question) for each in _METHODS.values())
    found = [Named("number", number) for number in _numbers(said) if not _states_number(question, number)]
    found += [Named("address", each) for each in EMAIL.findall(said) if each not in question]
    found += [Named("time", each) for each in _matches(_TIME, said) if not _states_word(question, each)]
    found += [Named("condition", each) for each in _matches(_CONDITION, said) if each not in question]
    found += [Named("part", each) for each in _matches(_PART, said) if not _states_word(question, each)]
    found += [
        Named("method", name)
        for name, words in _METHODS.items()
        if words.search(said) and not words.search(question) and states_method
    ]
    found += [Named("owner", each) for each in _matches(_OWNER, said) if not _states_word(question, each)]
    found += _turned(said, question)
    found += [Named("negation", each) for each in _matches(_NEGATION, said)]
    found += [Named("question", each) for each in _matches(_QUESTION, said)]
    return found


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    return (match[0].strip() for match in pattern.finditer(text))


def _numbers(said: str) -> list[str]:
    return _NUMBER.findall(EMAIL.sub(" ", said))


def _states_number(question: str, number: str) -> bool:
    """Return True if the question states the number: the same value, or a long number that it is the end of."""
    digits, value = digits_of(number), _value(number)
    for stated in _NUMBER.findall(question):
        long = digits_of(stated)
        if digits == long or (value is not None and value in (_value(stated), _whole(stated))):
            return True
        if len(digits) >= _SHORTEST_ENDING and len(long) >= _LONG_NUMBER and long.endswith(digits):
            return True
    return False


def _whole(number: str) -> Decimal | None:
    """Return an amount without its kuruş, as customers say it ("1.529 lira")."""
    value = _value(number)
    return None if value is None else Decimal(int(value))


def _value(number: str) -> Decimal | None:
    plain = re.sub(r"[\s()/-]", "", number).strip(".,")
    try:
        if _GROUPED.fullmatch(plain):
            return Decimal(plain.replace(".", "").replace(",", "."))
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None


def _states_word(question: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word[:_STEM])}", question) is not None


def _turned(said: str, question: str) -> list[Named]:
    """Return the word of the reply that turns the direction of the change ("kapatın" where it is opened)."""
    opens, closes = _OPENING.search(question), _CLOSING.search(question)
    if opens and not closes and (word := _CLOSING.search(said)):
        return [Named("direction", word[0])]
    if closes and not opens and (word := _OPENING.search(said)):
        return [Named("direction", word[0])]
    return []
