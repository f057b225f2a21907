"""Facts that follow from the packages on sale; pure functions of what is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from core.turkish import fold, named_by_part
from graph.asked.known import Known, Offer
from graph.asked.values import MOST, Code, Commitment, Finding, Item, Listing, Parts, day_of

_PAIR = 2


_STEM = 5


_SHORTEST = 4
"""Letters of a word that can name a group: "ve" and "az" stand in the catalogue, too."""


GROUPS: Sequence[Sequence[str]] = (
    ("ogren", "stude", "unive"), ("emekl", "retir", "pensi"), ("aile", "famil", "kids", "cocuk"),
    ("genc", "young", "youth"), ("kurum", "isyer", "isletme", "sirket", "esnaf", "firma", "busin", "compan"),
)  # fmt: skip
"""Groups of customers by the begins of the words for them, in questions and in the catalogue."""


_COMMON = frozenset({"paket", "tarif", "hangi", "kulla", "inter", "olan", "icin", "dostu"})


_USAGE = frozenset({"konus"})
"""Stems that stand in what any package is for, and those of what somebody does, which counts after who somebody is."""


def packages_list(known: Known) -> Finding:
    """Return the catalogue, cheapest first."""
    fitting = [offer for offer in known.offers if _holds(offer, known)]
    listing = Listing([_item(offer) for offer in fitting], len(fitting) if known.restriction.everything else MOST)
    kind = "value" if len(fitting) == len(known.offers) else "fitting" if fitting else "none"
    return Finding(kind, {"count": len(fitting), "items": listing})


def cheapest(known: Known) -> Finding:
    """Return the cheapest package: of the group that the question names, where it names one."""
    group = _group(known)
    if group and known.restriction.rank is None:
        return Finding("group", _offer(group[0]).values)
    return _ranked(group or known.offers, known)


def dearest(known: Known) -> Finding:
    """Return the dearest package."""
    return _ranked([offer for offer in known.offers if _holds(offer, known)][::-1] or known.offers[::-1], known)


def _ranked(offers: Sequence[Offer], known: Known) -> Finding:
    """Return the first offer, or the one at the place that the question names."""
    place = known.restriction.rank or 1
    found = _offer(offers[min(place, len(offers)) - 1])
    return Finding("ranked", {**found.values, "place": place}) if place > 1 else found


def _group(known: Known) -> list[Offer]:
    """Return the packages of the group of customers that the question names; none where it names none."""
    named = [group for group in GROUPS if has_word(known.words, group)]
    return [
        offer for offer in known.offers if any(has_word(f"{offer.name} {offer.audience}", group) for group in named)
    ]


def has_word(text: str, begins: Sequence[str]) -> bool:
    """Tell whether a text has a word that begins in one of some ways, folded."""
    return any(word.startswith(tuple(begins)) for word in fold(text).replace("'", " ").split())


def most_internet(known: Known) -> Finding:
    """Return the package with the most data, among those that the question allows."""
    return _most(known, lambda offer: offer.gb)


def most_minutes(known: Known) -> Finding:
    """Return the package with the most minutes, among those that the question allows; with the most abroad."""
    if known.restriction.international is not None:
        return Finding("abroad", _offer(max(known.offers, key=lambda offer: offer.international)).values)
    return _most(known, lambda offer: offer.minutes)


def _most(known: Known, amount: Callable[[Offer], float]) -> Finding:
    limit = Decimal(known.restriction.limit) if known.restriction.limit else None
    offers = _group(known) or known.offers
    fitting = [each for each in offers if _holds(each, known) and (limit is None or each.fee < limit)]
    if known.restriction.rank and limit is None:
        return _ranked(sorted(fitting or offers, key=amount, reverse=True), known)
    best = max(fitting or offers, key=amount)
    values = _offer(best).values
    return Finding("within", {**values, "limit": limit}) if fitting and limit is not None else Finding("value", values)


def packages_under(known: Known) -> Finding:
    """Return the packages below a fee that the question names."""
    if known.restriction.limit is None:
        return Finding("unstated", {"items": _listing(known.offers)})
    limit = Decimal(known.restriction.limit)
    fitting = [offer for offer in known.offers if offer.fee < limit and _holds(offer, known)]
    if not fitting:
        return Finding("none", {"limit": limit, **_offer(known.offers[0]).values})
    if len(fitting) == 1:
        return Finding("one", {"limit": limit, "item": _item(fitting[0])})
    return Finding("several", {"limit": limit, "count": len(fitting), "items": _listing(fitting)})


def package_for_need(known: Known) -> Finding:
    """Return the cheapest package that holds what the question needs, and the difference to the present one."""
    need = known.restriction
    if not need.needs and need.limit is None:
        group = package_for_group(known)
        return Finding("unstated", _offer(known.offers[0]).values) if group.variant == "none" else _only(known, group)
    fitting = [offer for offer in known.offers if _holds(offer, known)]
    fitting = [offer for offer in _group(known) if offer in fitting] or fitting
    affordable = [offer for offer in fitting if need.limit is None or offer.fee <= Decimal(need.limit)]
    if not affordable:
        closest = fitting[0] if fitting else max(known.offers, key=lambda offer: (offer.gb, offer.minutes))
        return Finding("none", _offer(closest).values)
    return _compared_with_own(affordable[0] if need.needs else max(affordable, key=lambda offer: offer.gb), known)


def cheaper_than_mine(known: Known) -> Finding:
    """Return how many packages cost less than the customer's, and the cheapest one of them."""
    assert known.own_package is not None  # noqa: S101  (the fact needs the operation)
    name, fee = known.own_package
    cheaper = [offer for offer in known.offers if offer.fee < fee]
    if not cheaper:
        return Finding("none", {"name": name, "fee": fee})
    fitting = [offer for offer in cheaper if _holds(offer, known)]
    if not fitting:
        return Finding("nothing_fitting", {"name": name, "fee": fee})
    if known.restriction.more_data:
        own_gb = known.results["get_customer_package"]["features"]["internet_gb"]
        fitting = [offer for offer in cheaper if offer.gb > own_gb]
        if not fitting:
            return Finding("nothing_more", {"name": name, "fee": fee})
    values = {**_offer(fitting[0]).values, "count": len(fitting), "difference": fee - fitting[0].fee}
    return Finding("one" if len(fitting) == 1 else "several", values)


def package_for_group(known: Known) -> Finding:
    """Return the packages whose name or audience shares a word with the group that the question names."""
    stems = _stems(known)
    found = _group(known) or _for_whom(known, stems - _COMMON - _USAGE) or _for_whom(known, stems - _COMMON)
    if not found:
        return Finding("none", _offer(known.offers[0]).values)
    if len(found) == 1:
        return Finding("value", {**_offer(found[0]).values, "audience": found[0].audience})
    return Finding("several", {"items": _listing(found)})


def _stems(known: Known) -> set[str]:
    """Return the stems of the words that may name a group of customers."""
    return {word[:_STEM] for word in fold(known.words).replace("'", " ").split() if len(word) >= _SHORTEST}


def _for_whom(known: Known, stems: set[str]) -> list[Offer]:
    return [
        offer
        for offer in known.offers
        if stems & {word[:_STEM] for word in fold(f"{offer.name} {offer.audience}").split()}
    ]


def fee_difference(known: Known) -> Finding:
    """Return the difference between the customer's fee and that of the package that the question names."""
    assert known.own_package is not None  # noqa: S101  (the fact needs the operation)
    own_name, own_fee = known.own_package
    offer = next((offer for offer in named_offers(known) if offer.name != own_name), None)
    if offer is None:
        if own_name in known.restriction.packages:
            return Finding("own", {"name": own_name, "fee": own_fee})
        return Finding("unstated", {"own_fee": own_fee})
    values: dict[str, Any] = {
        "difference": abs(offer.fee - own_fee), "name": offer.name, "fee": offer.fee, "own_fee": own_fee,
    }  # fmt: skip
    return Finding("more" if offer.fee > own_fee else "less" if offer.fee < own_fee else "same", values)


def move_cost(known: Known) -> Finding:
    """Return what the package that the question names would cost: its fee, and what is due once."""
    found = fee_difference(known)
    if found.variant not in ("more", "less"):
        return found
    offer = next(offer for offer in known.offers if offer.name == found.values["name"])
    until = known.results["get_customer_package"].get("commitment_until")
    values = {
        "fee": found.values["fee"], **found.values, "kind": Code(f"{found.variant}_expensive"),
        "setup_fee": offer.setup_fee, "until": day_of(until) if until else None,
        "cancellation_fee": Decimal(str(known.results["get_package_details"]["cancellation_fee"])),
    }  # fmt: skip
    once = [name for name, due in (("leaving", until), ("setup", offer.setup_fee)) if due]
    return Finding("_".join(once) or "value", values)


def packages_compare(known: Known) -> Finding:
    """Return two packages side by side: those that the question names, or the named one and the customer's."""
    named = list(named_offers(known))
    if len(named) == 1 and known.own_package is not None:
        named += [offer for offer in known.offers if offer.name == known.own_package[0] and offer not in named]
    if len(named) < _PAIR:
        return Finding("unstated", {"items": _listing(known.offers)})
    higher, lower = sorted(named[:_PAIR], key=lambda offer: offer.fee, reverse=True)
    values = {
        "difference": higher.fee - lower.fee, "name": higher.name, "gb": abs(higher.gb - lower.gb),
        "minutes": abs(higher.minutes - lower.minutes), "sms": abs(higher.sms - lower.sms),
        "items": Listing([Item(offer.name, offer.fee, offer.everything) for offer in (higher, lower)]),
    }  # fmt: skip
    return Finding("value" if higher.fee > lower.fee else "same", values)


def packages_commitment(known: Known) -> Finding:
    """Return which ones of the named packages have a commitment, and of how many months."""
    named = named_offers(known) or known.offers
    free = [offer for offer in named if not offer.months]
    bound = [offer for offer in named if offer.months]
    items = Listing([Item(offer.name, Commitment(offer.months)) for offer in [*free, *bound]])
    kind = "all_free" if not bound else "all_bound" if not free else "some"
    return Finding(kind, {"names": Parts([offer.name for offer in free], ", "), "items": items})


def _offer(offer: Offer) -> Finding:
    values: dict[str, Any] = {
        "name": offer.name, "fee": offer.fee, "holds": offer.holds, "gb": offer.gb, "minutes": offer.minutes,
        "international": offer.international,
    }  # fmt: skip
    return Finding("value", values)


def _item(offer: Offer) -> Item:
    return Item(offer.name, offer.fee, offer.holds)


def _listing(offers: Sequence[Offer]) -> Listing:
    return Listing([_item(offer) for offer in offers])


def _holds(offer: Offer, known: Known) -> bool:
    """Tell whether a package holds what the question needs."""
    need = known.restriction
    if need.above and need.gb is not None and offer.gb <= need.gb:
        return False
    pairs = ((need.gb, offer.gb), (need.minutes, offer.minutes), (need.sms, offer.sms))
    if (need.uncommitted and offer.months) or (need.no_setup and offer.setup_fee):
        return False
    enough = all(wanted is None or held >= wanted for wanted, held in pairs)
    abroad = need.international is None or (offer.international > 0 and offer.international >= need.international)
    return enough and abroad and (offer.roaming or not need.roaming)


def _compared_with_own(best: Offer, known: Known) -> Finding:
    values = _offer(best).values
    if known.own_package is None:
        return Finding("value", values)
    own_name, own_fee = known.own_package
    if own_name == best.name:
        return Finding("own", values)
    kind = "more" if best.fee > own_fee else "less" if best.fee < own_fee else "value"
    return Finding(kind, {**values, "difference": abs(best.fee - own_fee)})


def _only(known: Known, group: Finding) -> Finding:
    """Return the package of a group as the suggested one; the cheapest of several."""
    name = group.values.get("name") or group.values["items"].items[0].label
    return _compared_with_own(next(offer for offer in known.offers if offer.name == name), known)


def named_offers(known: Known) -> Sequence[Offer]:
    """Return the packages on sale that the question names, those of its own words first."""
    offers = {offer.name: offer for offer in known.offers}
    stated = [*named_by_part(known.words, list(offers)), *known.restriction.packages]
    return [offers[name] for name in dict.fromkeys(stated) if name in offers]
