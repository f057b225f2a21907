"""Facts that the words of a question plainly name, whatever it is nearest to by meaning: words with a grammar."""

from __future__ import annotations

import re

from core.turkish import fold
from graph.asked.restrictions import Restriction
from graph.understanding.elliptic import names_subject
from graph.understanding.methods import methods_in

ROAMING_ON = "roaming_on"

_OF_PACKAGES = re.compile(r"\b(?:paket|tarife|package|plan)\w*")
_OWN_PACKAGE = re.compile(r"\b(?:paket|tarife)[iu]?m(?:[iu]z)?\w*|\bmy (?:package|plan)\b")
_PAYMENTS = re.compile(r"\bodeme(?:m|ler\w*|si)?\b|\bpayments?\b")
_INTEREST = re.compile(r"\bfaiz\w*|\bgecikme (?:bedel|ucret|ceza|zamm)\w*|\blate (?:fee|interest)\b|\binterest\b")
_TOGETHER = re.compile(r"\b(?:birlikte|dahil|beraber|ekle\w*|ile|including|with)\b|\bfaizle\b")
_WORKS_ABROAD = re.compile(
    r"\A(?=.*\b(?:telefonu|hatti|numara|interneti|sim\w*)m\b)"
    r".*\byurt ?disi?n?da\b.*\b(?:calis|kullan|cek|gec)\w+ ?m[iu]\w*"
)
_HOLDS_ROAMING = re.compile(
    r"\b(?:roaming|dolasim|yurt ?disi)\w*(?: kullanim\w*)? (?:\w+ )?(?:dahil|kapsa|icer|icinde|var)\w*"
    r"|\bincludes? roaming\b|\broaming included\b"
)
_OTHER_USE = re.compile(r"\b(?:ara|konus|dakika|sms|mesaj|ulke|call|text|minute|countr|kapat|kapali|hat[t ])\w*")

_WHEN = re.compile(r"\b(?:ne zaman|kac gun|hangi (?:gun|tarih)|ayin kac|when|what (?:day|date))\w*")
_TO_COME = r"(?:kes|gel|cik|duzenlen)\w*?(?:[iue]r|[ae]c[ae]k)\w*"
_NEXT_BILL = re.compile(
    r"\b(?:(?:bir|bi) ?dahaki|(?:bir )?sonraki|gelecek|onumuzdeki|yeni)(?: ay\w*)? (?:\w+ )?fatura\w*"
    r"|\b(?:bir|bi) daha (?:ne zaman )?fatura\w*|\bnext (?:bill|invoice)\b"
    rf"|\bfatura\w* (?:\w+ ){{0,3}}(?:ne zaman|hangi gun\w*|kac gun\w*|ayin kac\w*) {_TO_COME}"
)
_COMES = re.compile(rf"(?:peki )?(?:ne zaman|hangi gun) {_TO_COME}\W*")

_BILL_NAMED = re.compile(r"\bfatura\w*|\b(?:bill|invoice)\b")
_TOTAL_BILL = re.compile(r"\btoplam fatura(?:m|m[iu]z)\b(?! (?:sayi|ade))")
_ITEMS = re.compile(
    r"\bneler (?:var|yaz|yer)\w*|\b(?:kalem|dokum|detay|ayrinti|icerik|icerig)\w*|\bnelerden\b"
    r"|\b(?:items|breakdown)\b"
)
_DETAIL = re.compile(
    r"^(?:bu ay(?:ki)? )?fatura(?:m|m[iu]n|n[iu]n|)(?: \w+)? (?:detay|dokum|kalem|ayrinti|icerik|icerig)\w*"
    r"(?:\W+\w+){0,2}\W*$"
)
_WAS_THERE = re.compile(r"\b(?:var miydi|vardi|yok muydu|was there)\b")
_MOST_WORDS = 5

_PAID = r"(?:odemis|odedi|odendi|odenmis|yapmis|yaptim|yapildi|yapilmis)\w*"
_PAID_BY = re.compile(rf"\b(?:fatura|odeme)\w*\b.*(?:\b{_PAID} ?m[iu]\w*| m[iu] {_PAID})")

_PLENTY = r"\ben (?:cok|fazla|bol|yuksek)"
_MOST_DATA = re.compile(rf"{_PLENTY} (?:internet|gb|giga|data)\w*|\binternet\w* {_PLENTY}\w*|\bmost data\b")
_MOST_MINUTES = re.compile(rf"{_PLENTY} (?:dakika|konusma)\w*|\b(?:dakika|konusma)\w* {_PLENTY}\w*|\bmost minutes\b")
_MINUTES_A_DAY = re.compile(
    r"\A(?=.*\b(?:kac|ne kadar)\b).*\bgun(?:de|luk)\b.*\b(?:dakika|dk)\w*.*\b(?:konus|kullan|harca|ara|dus)\w*"
)
_WILL_END = re.compile(
    r"\b(?:ne zaman|kac (?:gun|saat)\w*|ne kadar (?:sure|zaman|daha)\w*)\b.*"
    r"\b(?:bit|coz|duzel|sonuc|kapan|tamamlan|hallol|hallet)\w*?(?:[iuae]r|[ae]c[ae]k|iyor|uyor)\w*"
    r"|\bwhen will\b.*\b(?:solved|fixed|done|over)\b"
)


def fact_by_words(message: str, stated: Restriction, *, of_bill: bool, of_ticket: bool = False) -> str | None:
    """Return the fact that the words of a question plainly name; None where they name none.

    Args:
        message: The customer's words.
        stated: What they limit the question to.
        of_bill: Whether the last answer was about a bill: "faizi ne kadar" is about it, then.
        of_ticket: Whether it was about a ticket: "ne zaman biter" asks when that is solved.
    """
    said = fold(message)
    if fact := _of_bills(said, stated, of_bill=of_bill) or _of_packages(said, stated):
        return fact
    if (stated.highest or stated.lowest) and _PAYMENTS.search(said) and not _OF_PACKAGES.search(said):
        return "last_payment"
    if _PAID_BY.search(said) and not stated.months and methods_in(message):
        return "last_payment_method"
    if of_ticket and _WILL_END.search(said):
        return "ticket_estimate"
    if _MINUTES_A_DAY.search(said):
        return "minutes_daily"
    return ROAMING_ON if _WORKS_ABROAD.search(said) else None


def _of_bills(said: str, stated: Restriction, *, of_bill: bool) -> str | None:
    if _INTEREST.search(said) and (of_bill or _TOGETHER.search(said)):
        return "late_fee"
    if (_NEXT_BILL.search(said) and _WHEN.search(said)) or (of_bill and _COMES.fullmatch(said)):
        return "next_bill_date"
    if stated.months or stated.place:
        asks_items = _BILL_NAMED.search(said) is not None and _ITEMS.search(said) is not None
        left_out = len(said.split()) <= _MOST_WORDS and _WAS_THERE.search(said) and not names_subject(said)
        return "bill_items" if asks_items or left_out else None
    if _DETAIL.search(said) and not stated.why:
        return "bill_items"
    return "bill_amount" if _TOTAL_BILL.search(said) and not (stated.last or stated.year) else None


def _of_packages(said: str, stated: Restriction) -> str | None:
    if stated.limit and _MOST_DATA.search(said):
        return "most_internet_package"
    if stated.limit and _MOST_MINUTES.search(said):
        return "most_minutes_package"
    holds = _HOLDS_ROAMING.search(said) and _OWN_PACKAGE.search(said) and not _OTHER_USE.search(said)
    return "roaming_fee" if holds else None
