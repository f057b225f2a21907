"""Facts of packages that were named: which one has more of what is asked, whom one is for; pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.turkish import fold
from graph.asked.audience import age_in, ages_of, said_audience
from graph.asked.catalogue import GROUPS, has_word, named_offers, packages_commitment, packages_compare
from graph.asked.known import Known, Offer
from graph.asked.values import Finding

_PAIR = 2
_LESS = re.compile(r"\b(?:az|dusuk|kisitli|sinirli|less|fewer|lower|least)\b")
_DEAR = re.compile(
    r"\b(?:pahali|tuzlu)\w*|\b(?:ucret|fiyat)\w* (?:daha )?yuksek\w*|\b(?:dearer|more expensive|pricier)\b"
)
_CHEAP = re.compile(
    r"\b(?:ucuz|hesapli|uygun fiyat|(?:daha|en) ekonomik)\w*"
    r"|\b(?:ucret|fiyat)\w* (?:daha )?(?:dusuk|az|uygun)\w*|\bcheap\w*"
    r"|\bdaha az (?:oder|para|tut)\w*|\bkac para\b"
)
_ROAMING = re.compile(r"\b(?:roaming|dolasim)\w*|\byurt ?disi\w*|\babroad\b")
_AMOUNTS: Mapping[str, tuple[re.Pattern[str], Callable[[Offer], float]]] = {
    "abroad": (
        re.compile(r"\b(?:yurt ?disi|uluslararasi|international)\w* (?:\w+ )?(?:dk|dakika|arama|konus|call|min)\w*"),
        lambda offer: offer.international,
    ),
    "gb": (re.compile(r"\b(?:internet|gb|giga|data)\w*"), lambda offer: offer.gb),
    "minutes": (re.compile(r"\b(?:dk|dakika|konus|gorus|minute|call)\w*"), lambda offer: offer.minutes),
    "sms": (re.compile(r"\b(?:sms|mesaj|text)\w*"), lambda offer: offer.sms),
}
"""What a package holds, by the words for it, folded; of two that fit the first one is meant."""

_NOT_ONE = re.compile(
    r"\b(\w+) degil(?:im|iz)\b|\b(\w+?)[iu]m(?:[iu]z)? yok\b"
    r"|\bi ?(?:am|'m|’m) not (?:an? )?(\w+)|\bi (?:have no|do ?n[o']t have) (?:an? |any )?(\w+)"
)


def packages_which(known: Known) -> Finding:
    """Return which one of the named packages has more, or less, of what the question is about."""
    offers, said = named_offers(known), fold(known.words)
    if len(offers) < _PAIR:
        return packages_compare(known)
    for offer in offers:
        said = said.replace(fold(offer.name), " ")  # "Mega İnternet" is no word for data
    if known.restriction.commitment or known.restriction.uncommitted:
        return packages_commitment(known)
    unit = next((name for name, (words, _) in _AMOUNTS.items() if words.search(said)), None)
    if unit is not None and not _CHEAP.search(said):
        least = _LESS.search(said) is not None
        return _by_amount(offers, unit, least=least)
    if _ROAMING.search(said):
        return _with_roaming(offers)
    if _DEAR.search(said):
        return _by_fee(offers, dearest=True)
    return _by_fee(offers, dearest=False) if _CHEAP.search(said) or _LESS.search(said) else _advice(offers)


def _by_amount(offers: Sequence[Offer], unit: str, *, least: bool) -> Finding:
    amount = _AMOUNTS[unit][1]
    best, other = sorted(offers, key=amount, reverse=not least)[:_PAIR]
    values = {"name": best.name, "amount": amount(best), "other": other.name, "other_amount": amount(other)}
    if values["amount"] == values["other_amount"]:
        return Finding(f"{unit}_same", values)
    return Finding(f"{unit}_less" if least else unit, values)


def _by_fee(offers: Sequence[Offer], *, dearest: bool) -> Finding:
    best, other = sorted(offers, key=lambda offer: offer.fee, reverse=dearest)[:_PAIR]
    difference = abs(best.fee - other.fee)
    values = {
        "name": best.name, "fee": best.fee, "other": other.name, "other_fee": other.fee, "difference": difference,
    }  # fmt: skip
    return Finding("fee_same" if not difference else "dearer" if dearest else "cheaper", values)


def _with_roaming(offers: Sequence[Offer]) -> Finding:
    names = [offer.name for offer in offers if offer.roaming]
    kind = "roaming_none" if not names else "roaming_all" if len(names) == len(offers) else "roaming"
    return Finding(kind, {"name": names[0] if names else offers[0].name})


def _advice(offers: Sequence[Offer]) -> Finding:
    """Return what speaks for each of two packages: the lower fee, the larger allowance."""
    cheap, large = min(offers, key=lambda offer: offer.fee), max(offers, key=lambda offer: (offer.gb, offer.minutes))
    values: dict[str, Any] = {
        "name": cheap.name, "fee": cheap.fee, "holds": cheap.holds, "other": large.name, "other_fee": large.fee,
        "other_holds": large.holds, "difference": large.fee - cheap.fee,
    }  # fmt: skip
    return Finding("advice_one" if cheap is large else "advice", values)


def named_audience(known: Known) -> Finding:
    """Return whom a named package is for."""
    offer = next(iter(named_offers(known)), None)
    return Finding("absent", {}) if offer is None else Finding("value", _told(offer))


def package_allowed(known: Known) -> Finding:
    """Return whether a package is for the customer, by what he says of himself and whom the catalogue says it is for.

    An age is compared with the catalogue's; the group that he does not belong to is not the package's.
    """
    said = fold(known.words)
    offer = next(iter(named_offers(replace(known, words=_NOT_ONE.sub(" ", said)))), None)
    if offer is None:
        return Finding("absent", {})
    age, ages = age_in(known.words), ages_of(offer.audience)
    if age is not None and ages is not None:
        return Finding("of_age" if ages.hold(age) else "not_of_age", {**_told(offer), "age": age})
    denied = [next(filter(None, match.groups())) for match in _NOT_ONE.finditer(said)]
    groups = [group for group in GROUPS if any(has_word(word, group) for word in denied)]
    outside = any(has_word(f"{offer.name} {offer.audience}", group) for group in groups)
    return Finding("not_of_group" if outside else "value", _told(offer))


def _told(offer: Offer) -> dict[str, Any]:
    audience = said_audience(offer.audience, "tr")
    return {"name": offer.name, "audience": audience, "fee": offer.fee, "holds": offer.holds}
