"""Tells by the form of a question which fact it asks for, where the reading by meaning leaves it open.

A reason, a reminder, automatic payment and the comparison with what the customer has are told by words with a grammar.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from core.turkish import fold
from graph.asked.patterns import WHY
from graph.asked.restrictions import Restriction

BILLING = frozenset({"get_current_bill", "get_past_bills", "get_payment_history"})
"""Operations about bills and what was paid: a question about one may be answered by another."""

_FAULTS = frozenset({"check_network_status", "test_internet_speed", "get_remaining_quotas"})
_PACKAGES = frozenset({"get_package_details", "get_available_packages"})

_PAID = re.compile(r"\b(?:oden|odemis|odedi|kapan|kapat|yat(?:ti|mis)|paid)\w*")
_IS_ON = re.compile(
    r"\b(?:var|yok|acik|kapali|aktif|devrede|kurulu|bagli|acil(?:di|mis|madi|mamis)|kapan(?:di|mis|madi|mamis)"
    r"|kapat(?:il)?(?:di|mis)\w*|yapil(?:di|mis|madi|mamis)|isliyor|calisiyor"
    r"|(?:oden|cekil)(?:ecek|iyor)) ?(?:degil )?m[iu]\w*"
    r"|\bhangi\b|\bne(?:yle|rden)\b|\bvar miy\w*"
    r"|\b(?:is|are|am|do|did) (?:my|i|our|we|it|there)\b|\bwhich\b"
)
_DO = re.compile(
    r"\b(?:ac|kur|yap|ver|baslat|iptal et|kapat|set up|turn|start|stop|cancel)"
    r"(?:ar|er|ur|in|iniz|sana|abilir|alim|ayim)?\b"
)
_OF_PACKAGES = re.compile(r"\b(?:paket|tarife|package|plan)\w*")
_ONE_BILL = re.compile(r"\bfatura(?:m|m[iu]|m[iu]z|m[iu]z[iu]|y[iu])?\b|\bmy bill\b")
_SEVERAL_BILLS = re.compile(
    r"\bfaturalar|\bbills\b|\bson \w+|\b(?:gecmis|onceki|eski|liste|ay|yil|past|previous|last|history|list)\w*|\d"
)


_MOST_WORDS_OF_A_COMPLAINT = 6
_DEAR = re.compile(
    r"(?<!\ben )(?<!\bdaha )\b(?:pahali|tuzlu|yuksek|fazla|cok|kabarik)(?: (?:gel\w*|tut\w*|kacti|bana|bize))?\W*$"
    r"|\btoo (?:expensive|high|much)\b"
)
_PACKAGE = re.compile(r"^(?:bu |benim |my |this )?(?:paketim|paket|tarifem|tarife|package|plan)\b")
_BILL = re.compile(r"^(?:bu |benim |bu ay(?:ki)? |my |this )?(?:faturam|fatura|bill)\b")


def finds_dear(message: str) -> str | None:
    """Return the fact that answers a complaint of the price: "paketim pahalı geliyor", "faturam çok yüksek"."""
    said = fold(message)
    if len(said.split()) > _MOST_WORDS_OF_A_COMPLAINT or _DEAR.search(said) is None or message.rstrip().endswith("?"):
        return None
    if _PACKAGE.match(said):
        return "cheaper_than_mine"
    return "bill_change" if _BILL.match(said) else None


_ABLE = re.compile(
    r"\b\w+[aey]bil(?:ir|iyor|ecek)\w* ?m[iu]\w*|\b(?:uygun|olur) ?m[iu]\w*|\bhakk\w+ var ?m[iu]\w*"
    r"|\bcan i\b|\bam i (?:eligible|allowed)\b|\bmay i\b|\bdo i qualify\b"
)
_WHO_I_AM = re.compile(
    r"\b\d{1,2} ?(?:yas|years)\w*|\byas\w* (?:\w+ ){0,2}\d{1,2}\b|\b\w+ degil(?:im|iz)\b|\b\w+[iu]m(?:[iu]z)? yok\b"
    r"|\bi ?(?:am|'m|’m) (?:not|\d{1,2})\b|\bi (?:have no|do ?n[o']t have)\b"
)
_FOR_WHOM = re.compile(
    r"\bkim(?:ler|lere|e|in)?\b (?:\w+ )*(?:al[ai]|kullan|gec|icin|yonelik|uygun|yarar|hitap)\w*"
    r"|\bwho (?:can|may|is)\b.*\b(?:get|use|take|for)\b"
)


def asks_if_allowed(message: str) -> bool:
    """Return True if a message asks whether somebody may have something, and says who he is: "yaşım 30, … mı"."""
    said = fold(message)
    return all(pattern.search(said) for pattern in (_OF_PACKAGES, _ABLE, _WHO_I_AM))


def asks_for_whom(message: str) -> bool:
    """Return True if a message asks who may have something: "kimler alabilir"."""
    return _FOR_WHOM.search(fold(message)) is not None


_ABROAD = re.compile(r"\b(?:roaming|dolasim|yurt ?disi)\w*|\babroad\b")
_PAYS = re.compile(
    r"\b(?:kac (?:para|lira|tl)|ne (?:oder|oduy|ode|tut|yaz)|ne kadar (?:oder|oduy|ode|tut|yaz|ucret)"
    r"|gunluk\w* (?:ucret|ne)|(?:roaming|dolasim|kullanim)\w* (?:ucret|fiyat|bedel))\w*"
    r"|\bhow much (?:do|would|will|is|does)\b|\b(?:daily fee|cost)\b"
)
_OTHER_USE = re.compile(r"\b(?:ara|konus|dakika|sms|mesaj|ulke|call|text|minute|countr|kapat|kapali|hat[t ])\w*")


def asks_roaming_price(message: str) -> bool:
    """Return True if a message asks what a day of use abroad costs; calls and texts have entries of their own."""
    said = fold(message)
    return all(pattern.search(said) for pattern in (_ABROAD, _PAYS)) and _OTHER_USE.search(said) is None


_NOT_SUSPENDED = re.compile(
    r"\b(?:dondur|durdur)(?:ul)?[au]?m[aiu]\w*|\b(?:can ?n[o']t|unable to) (?:\w+ ){0,2}suspend\w*"
)


def asks_why_not_suspended(message: str) -> bool:
    """Return True if a message asks why a line cannot be suspended: "hattımı niye donduramıyorum"."""
    said = fold(message)
    return WHY.search(said) is not None and _NOT_SUSPENDED.search(said) is not None


_MORE = re.compile(
    r"\bhangi(?:si|sinin|sinde)\b|\b(?:daha|en) (?:cok|fazla|az|ucuz|pahali|hesapli|uygun|bol|yuksek|dusuk)\b"
    r"|\bdaha (?:mantikli|iyi)\b|\bwhich\b|\b(?:cheaper|dearer|better)\b"
)
_HOW_FAR = re.compile(r"\b(?:ne kadar|kac|fark\w*)\b|\bhow\b|\bdiffer\w*")


def asks_for_more(message: str) -> bool:
    """Return True if a message asks which of what it names has more of something, and not how much more."""
    said = fold(message)
    return _MORE.search(said) is not None and _HOW_FAR.search(said) is None


_ONCE_USED_UP = re.compile(
    r"\b(?:internet|kota|gb|giga|dakika|hak)\w*\s+(?:\w+ ){0,2}(?:bit|tuken|dol|as)\w*?(?:[iuae]rs[ae]|[iu]nc[ae])\w*"
    r".*\b(?:ucret|para|ekstra|ek|fatura|yaz|kes|ode)\w*"
)


_UNUSED = re.compile(
    r"\b(?:yan|devred|aktar|birik)\w*?(?:[ae]r|[iu]r|iyor|uyor|[ae]c[ae]k) ?m[iu]\w*|\b(?:carry|roll) over\b"
    r"|\b(?:oder|yatir)\w*?s[ae]\w* (?:\w+ )?acil\w*? ?m[iu]\w*|\bkontor\w*|\bbakiye\w*"
)


def supposes(message: str) -> bool:
    """Return True if a message asks what becomes of what is used beyond the package, left unused or paid."""
    said = fold(message)
    return _ONCE_USED_UP.search(said) is not None or _UNUSED.search(said) is not None


_DONE = re.compile(r"\b(?:ac|kapat|kapan|dondur|degis|gecir|kur|iptal)\w*?[dt][iu](?:n(?:[iu]z)?|k)? ?m[iu]\w*")


def asks_if_done(message: str) -> bool:
    """Return True if a message asks whether a change was made; the state of a bill is no answer: "açtın mı"."""
    return _DONE.search(fold(message)) is not None


_DAILY = re.compile(r"\bgunlu[gk]u?\b|\bgunde\b|\ba day\b|\bdaily\b")
_PRICE_ASKED = re.compile(r"\bkac (?:para|lira|tl)\b|\bne kadar\b|\bucret\w*|\bhow much\b")


def asks_daily_price(message: str) -> bool:
    """Return True for the price of a day, where use abroad was spoken of: "günlüğü kaç para"."""
    said = fold(message)
    return _DAILY.search(said) is not None and _PRICE_ASKED.search(said) is not None


def names_one_bill(message: str) -> bool:
    """Return True for a message about the bill, in the singular and of no other time: "faturamı göster"."""
    said = fold(message)
    return _ONE_BILL.search(said) is not None and _SEVERAL_BILLS.search(said) is None


def by_form(message: str, stated: Restriction, operations: Collection[str], packages: int) -> list[str]:
    """Return the fact that the form of a question shows, where none was read for its operation.

    Two named packages are compared, a bill and a fault have a reason, a month's bill is paid or not.

    Args:
        message: The customer's words.
        stated: What they limit the question to.
        operations: The READ operations that are wanted.
        packages: Number of the packages that they name.
    """
    wanted = set(operations)
    if wanted & _PACKAGES:
        if packages > 1 or (packages and stated.own):
            return ["packages_compare"]
        return ["packages_list"] if stated.needs and not packages else []
    if wanted & _FAULTS:
        return ["line_why"] if stated.why else []
    if not wanted & BILLING:
        return []
    if stated.why:
        return ["debt_why" if stated.reminded else "bill_change"]
    return ["month_paid"] if stated.months and _PAID.search(fold(message)) else []


def asks_for_autopay(message: str, stated: Restriction) -> bool:
    """Return True if a message asks whether, or how, bills are paid automatically; a wish to start it is none."""
    said = fold(message)
    return stated.autopay and _IS_ON.search(said) is not None and _DO.search(said) is None


def compared_with_own(stated: Restriction, spoken_of: Collection[str]) -> bool:
    """Return True if a message asks how the package that was spoken of differs from the customer's in its fee."""
    return stated.own and (stated.compared or stated.how_much) and not stated.packages and bool(spoken_of)
