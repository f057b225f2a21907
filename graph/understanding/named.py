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
from core.turkish import fold, in_digits
from graph.understanding.explanations import ACTS, outside_explanations
from graph.understanding.methods import other_methods
from graph.understanding.turned_terms import exchanged
from graph.understanding.words import CONDITION, DAYS, LIRA, MONTHS, NUMBER

Kind = Literal[
    "number", "address", "time", "condition", "part", "method", "owner", "direction", "all", "package",
    "plea", "back", "act", "thing", "voice", "extra", "negation", "question",
]  # fmt: skip

CHECKED: frozenset[Kind] = frozenset(
    "number address part method direction time condition owner all package plea back thing voice extra".split()  # type: ignore[arg-type]
)
"""Kinds that keep a reply from being a plain yes. The others only mark a reply for the second reading: "sorun değil"
holds a negation and "niye olmasın" a question word, and both consent."""


@dataclass(frozen=True)
class Named:
    """One thing that a reply names and the question does not state.

    Attributes:
        kind: The kind of thing.
        text: The folded words of the reply.
    """

    kind: Kind
    text: str


_QUOTED = re.compile(r"“[^”]*”")
"""The customer's words in a question: what stands there is no term of the change."""

_NUMBER = re.compile(r"\d(?:[\d.,\s()/-]*\d)?")
_LIRA_AND_KURUS = re.compile(rf"(\d)\s*{LIRA}\s+(\d\d)\s*(?:kurus|kr)\b")
_SUM = re.compile(rf"\b({NUMBER})\s*{LIRA}")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
_SHORTEST_ENDING = 2
"""Digits by which a customer may name a long number ("sonu 07 olan")."""
_LONG_NUMBER = 6
_STEM = 5
"""Letters by which a word of the reply is found again in the question."""

_CASE = r"(?:y?[iuea]|[dt][ea]n?|n[iu]n|[iu]n|ki|si|su)*"
_CALENDAR = "|".join(
    ["yarin", "haftaya", "aksam", "sabah", "oglen?", "gece", "ertesi", "obursu", "obur(?= (?:gun|hafta|ay))", "gelecek",
     "onumuzdeki", "ileride", "ilerde", "birazdan", "sonra", "sonradan", *DAYS, *MONTHS]
)  # fmt: skip
_NO_TIME = r"(?<!\bdun )(?<!\bgecen )(?<!\bevvelki )(?<!\byastan )(?<!\bbundan )(?<!\bsaatten )"
"""What makes a calendar word no time to come: "dün akşam döndük", "bu yaştan sonra"."""
_DATE = re.compile(rf"{_NO_TIME}\b(?P<base>{_CALENDAR}){_CASE}\b")
_TIME = re.compile(
    rf"{_DATE.pattern.replace('?P<base>', '?:')}"
    r"|\b(?:ay|hafta|yil) ?(?:sonu|basi|ortasi)\w*"
    r"|\b(?!dusunce|pirince|sakinca|ornegin|gunce)\w{2,}(?:inca|ince|unca|unce)\b"  # -ince: once something has happened
    r"|\b\w{2,}[dt][iu]g[iu](?:m|n|m[iu]z|n[iu]z)?n?(?:da|de)\b"  # -diginde: when something happens
    r"|\bo (?:gun|tarih)(?:d[ae])?\b(?! bu)"
    r"|\bbugunden\b"  # the day from which it holds
    r"|\b(?:tomorrow|later|tonight|next (?:week|month)|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_CONDITION = re.compile(
    rf"\b(?:{CONDITION}|surece|takdirde|if|unless|provided)\b"
    r"|\b(?!zahmet )\w{2,}(?:[iu]yorsa|[ae]caksa|[ae]cekse|[iuae]rsa|[iuae]rse|[dt][iu]ysa|[dt][iu]yse)"
    r"(?:m|n|k|n[iu]z|lar|ler)?\b"
)
_POLITE = re.compile(
    r"\b\w+s[ae](?:n[iu]z|n|m|k)?\s+(?:\w+\s+){0,2}?(?:sevin|memnun|minnet|makbul|duac|dua ed|iyi ol|guzel ol|super ol"
    r"|harika ol|rahat\w* ed|mutlu ol)\w*"
    r"|\b(?:nasil|ne|hangisini) (?:\w+ )?\w+s[ae](?:n[iu]z|n)?\b"
    r"|\b(\w{2,})(?:[iuae]r)?s[ae]\s+\1s[iu]n\b|\b(?:allah\w*|seven\w*) (?:\w+ )?sever\w*"
)
"""Conditionals that set no condition: "açarsanız sevinirim", "nasıl uygun gördüyseniz", "artarsa artsın"."""
_PART = re.compile(
    r"\b(?:yari|yaris[iu]\w*|yarim|ceyre\w+|k[iu]sm[iu]\w*|taksit\w*|bolerek|bolup|half|part of|instal\w+)\b"
)
_OWN = (
    "hat|fatura|paket|tarife|numara|hesa|kart|telefon|adres|mail|posta|borc|internet|modem|kayit|kayd|islem|taraf|bilgi"
)
_ALL = re.compile(
    r"\b(?:hepsi|tumu|butun|topu|iki(?:si)?n[iae] de|iki(?:si)? de|uc(?:u)?(?:nu|ne)? de|her iki|all of|both|every)\w*"
)
_SEVERAL = re.compile(
    r"\b(?:hepsi|tum|butun|toplam|ikisi|ucu|iki|uc(?!ret)|dort|bes|her|birden|hatlar|faturalar|servisler|paketler|all|both|two|three"
    r"|total|lines|bills)\w*|\b[2-9] (?:adet|hat|fatura|ay|aylik|hizmet|servis)\w*|\b2\)"
    r"|\b\w{3,}[iu]p\b|[ae]c(?:ag|eg|ak|ek)\w* ve\b"
)
"""A question about several things, to which "hepsi" says nothing more."""
_OWNER = re.compile(
    rf"\b(?!(?:{_OWN}))(?!(?:kim|yem|cam|gom|boynum)[iu]n\b)(?:\w{{3,}}|\w{{2}}[iu])m[iu]n(?:d[iu]|ki\w*)?\b"
    r"|\b(?:benim|bizim) (?:\w+ )?degil\b|\b(?:bana|bize) ait degil|\b(?!bana|bize|size)\w{3,}[ae] ait\b"
    r"|\b(?:my|his|her) (?:wife|husband|mother|father|mom|dad|son|daughter)\w*"
)
_OPENING = re.compile(
    r"\bac(?:in(?:iz)?|s[iu]n|al[iu]m|ar|abil\w*|ilsin|il[iu]r|ilac\w*|iver\w*|tir(?:[iu]n|al[iu]m|mak)?"
    r"|[iu]k (?:kal|ol|dur)s[iu]n)?\b"
    r"|\b(?:baslat|aktif|etkinlestir|cozun?\b|devreye al|tekrar kullan|devam ets)\w*"
    r"|\b(?:turn|switch)(?:ed)? on\b|\b(?:enable|reactivate|activate)\w*"
)
_CLOSING = re.compile(
    r"\bkapa(?:li (?:kal|dur|ol)s[iu]n|t(?!m[iu]s|t[iu]|[iu]ld[iu]|[iu]rs|[iu]p\b)\w*|nsin|yin\w*|yal[iu]m)?\b"
    r"|\b(?:dondur(?!ma)|durdur|iptal|sonlandir|kaldir|devre disi|pasif|askiya)\w*|\bdonuk kals[iu]n"
    r"|\b(?:turn|switch)(?:ed)? off\b|\b(?:disable|suspend|deactivate|cancel)\w*"
)
_VERB = (
    "ode|ac|kapat|dondur|degistir|gec|gecir|yap|kaydet|gonder|kes|cek|baslat|et|olustur|guncelle|yukselt|kaldir|aktar"
)
_NEGATION = re.compile(
    rf"\b(?:{_VERB})(?:il|in|n|tir|t)?m[ae](?:y[iu]n(?:[iu]z)?|s[iu]n(?:l[ae]r)?|y[ae]l[iu]m|m|y[ae]c[ae][kg]\w*)\b"
    rf"|\b(?:{_VERB})m[ae]\s*(?:[.!?,;]|$)|\b(?:sakin|asla|degil)\b|\b\w+m[iu]yor\w*|\bdon'?t\b|\bdo not\b|\bnever\b"
)
_FORBIDDEN = re.compile(
    rf"\b(?:{_VERB})(?:il|in|n|tir|t)?m[ae](?:y[iu]n(?:[iu]z)?|s[iu]n(?:l[ae]r)?|y[ae]l[iu]m)\b"
    r"|\bdon'?t (?:pay|do|open|close|change)|\b(?:musaade|izin|onay|riza)\w* (?:yok|verm[ie]\w+)"
)
"""The change itself, negated; a plain request beside it ("havaleyle ödemeyin, karttan ödeyin") is read as one."""
_PLEA = re.compile(
    r"\b(?:onay|izin|musaade)\w*\s+(?:ver(?!(?:[iu]yor|d[iu]m|r[iu]m))\w*|cikar\w*|al\w*)\s+(?:bana|bize|benim icin)\b"
    r"|\b(?:bana|bize)\s+(?:bir\s+)?(?:onay|izin|musaade)\s+ver(?:in(?:iz)?|ir\w*|sen\w*)?\b"
    r"|\bgive me (?:your )?(?:ok|approval|permission)\b"
)
"""Asks us for the consent that is the customer's to give."""
_BACK = re.compile(
    r"(?<!madem )\b(?:oyle|boyle|soyle|(?:o|ayni) (?:sekil|bicim)(?:de|iyle))\b"
    r"|\b(?:de|soyle|yaz|iste|belirt|anlat|konus)(?:[dt][iu])g[iu](?:m|m[iu]z)(?:in|dan)?"
    r" (?:gibi|sekil\w*|kadar|aynisi\w*)"
    r"|\bsart[iu]mla\b|\bkosulumla\b|\b(?:as|like|what|the way) i (?:said|asked|wanted|told)\b"
    r"|\b(?:like|that|this) (?:that|way)\b"
)
"""Refers to how something was said before: "dediğim gibi", "öyle yap"."""
_POINTS = re.compile(
    r"\b(?:o(?! zaman| halde)|onu|ona|ondan|onunla|bunu|buna|bununla|sunu|suna|digeri\w*|that one|that|it)\b"
)
_PRAISED = re.compile(r"\b(?:guzel|iyi|super|mantikli|uygun)(?:ymis|mis)?\b.*\b(?:yap|olsun|al|gec)\w*")
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
    said, question, own = fold(reply), fold(asked), fold(_QUOTED.sub(" ", asked))
    found = [Named("number", number) for number in _numbers(said) if not states_number(question, number)]
    found += [Named("number", sum_) for sum_ in _spoken_sums(said) if not states_number(question, sum_)]
    found += [Named("address", each) for each in EMAIL.findall(said) if each not in question]
    several = _SEVERAL.search(own) is not None
    found += [
        Named("time", each) for each in _times(said) if not (states_time(own, each) or (several and each == "sonra"))
    ]
    found += [Named("condition", each) for each in _matches(_CONDITION, _POLITE.sub(" ", said)) if each not in own]
    found += [Named("part", each) for each in _matches(_PART, said) if not _states_word(own, each)]
    found += [Named("method", name) for name in other_methods(said, question)]
    found += [Named("owner", each) for each in outside_explanations(_OWNER, said, _TIME) if not _states_word(own, each)]
    found += [Named("all", each) for each in _matches(_ALL, said) if not several]
    found += _turned(said, own)
    found += [Named(kind, words) for kind, words in exchanged(said, own)]
    found += [Named("plea", each) for each in _matches(_PLEA, said)]
    found += [Named("negation", each) for each in _matches(_NEGATION, said)]
    found += [Named("question", each) for each in _matches(_QUESTION, said)]
    return found


def refers_back(text: str) -> bool:
    """Return True for words that refer to how something was said before."""
    return _BACK.search(fold(text)) is not None


def points_at_something(text: str) -> bool:
    """Return True for words that agree to a thing without naming it: "o olsun", "onunla öde", "güzelmiş yap"."""
    return points_at_it(text) or _PRAISED.search(fold(text)) is not None


def points_at_it(text: str) -> bool:
    """Return True for words with a pronoun for a thing: "ona geç", "o olsun"."""
    return _POINTS.search(fold(text)) is not None


def is_question(text: str) -> bool:
    """Return True for words that ask something."""
    return _QUESTION.search(fold(text)) is not None


def direction_of(text: str) -> bool | None:
    """Return True for words that open or switch on, False for those that close or switch off, else None."""
    opens, closes = (pattern.search(fold(text)) is not None for pattern in (_OPENING, _CLOSING))
    return None if opens == closes else opens


def names_later(text: str) -> bool:
    """Return True if a text names another time than now."""
    return any(True for _ in _times(fold(text)))


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    return (match[0].strip() for match in pattern.finditer(text))


def _spoken_sums(said: str) -> list[str]:
    """Return the sums of money that are said in words, in digits."""
    digits = in_digits(said)
    return [] if digits == said else [match[1] for match in _SUM.finditer(_LIRA_AND_KURUS.sub(r"\1,\2", digits))]


def _numbers(said: str) -> list[str]:
    return _NUMBER.findall(_LIRA_AND_KURUS.sub(r"\1,\2", EMAIL.sub(" ", said)))


def states_number(question: str, number: str) -> bool:
    """Return True if the question states the number: the same value, or a long number that it is the end of."""
    digits, value = digits_of(number), _value(number)
    found = _NUMBER.findall(question)
    for stated in (*found, *(part for each in found for part in re.split(r"[/\s-]", each) if part != each)):
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


def _times(said: str) -> Iterator[str]:
    """Yield the times that a folded reply names."""
    return outside_explanations(_TIME, said, _TIME)


def states_time(question: str, time: str) -> bool:
    """Return True if the question states a time; "ocakta" is when to act, even where it states a date of January."""
    date = _DATE.fullmatch(time)
    if date is None or re.search(r"[dt][ae]$", time):
        return _states_word(question, time)
    return re.search(rf"\b{date['base']}", question) is not None


def _turned(said: str, question: str) -> list[Named]:
    """Return the word of the reply that turns the direction of the change ("kapatın" where it is opened)."""
    opens, closes = _OPENING.search(question), _CLOSING.search(question)
    if opens and not closes and (word := _CLOSING.search(said)):
        return [Named("direction", word[0])]
    if closes and not opens and (word := _OPENING.search(said)):
        return [Named("direction", word[0])]
    if (word := _FORBIDDEN.search(said)) and not ACTS.search(said):
        return [Named("direction", word[0])]
    return []
