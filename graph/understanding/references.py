"""References to packages: "ikincisi", "en ucuzu" or "o paket" resolved against what was shown last.

The decision model understands the words (its question ``pick``); this module only resolves its answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from core.turkish import fold
from graph.state import Call, ConversationState, Mentioned, Outcome, SaidFact, ShownPackage

NOTHING: Mentioned = {"packages": [], "package": None, "line": None}
SUPERLATIVES = frozenset({"cheapest", "dearest", "most_data", "most_minutes"})
"""References that the content of a list settles, so that the list can be looked up first."""

_DATA, _VOICE = r"(?:internet|gb|giga|veri|data)\w*", r"(?:dakika|dk|konusma|minutes?)\w*"
_MOST = r"(?:cok|fazla|bol|yuksek|genis)\w*"
_STATED: Mapping[str, re.Pattern[str]] = {
    "cheapest": re.compile(
        r"\ben (?:ucuz|hesapli|ekonomik|uygun fiyat)\w*|\ben (?:dusuk|az) (?:fiyat|ucret|fatura|aylik)\w*"
        r"|\b(?:fiyat|ucret)\w* en (?:uygun|dusuk|az)\w*|\bcheapest\b|\bleast expensive\b|\blowest (?:price|fee|cost)\b"
    ),
    "dearest": re.compile(
        r"\ben (?:pahali|luks)\w*|\ben yuksek (?:fiyat|ucret|fatura|aylik)\w*|\b(?:fiyat|ucret)\w* en yuksek\w*"
        r"|\bmost expensive\b|\bdearest\b"
    ),
    "most_data": re.compile(
        rf"\ben {_MOST} (?:\w+ )?{_DATA}|\b{_DATA} (?:\w+ )?en {_MOST}|\bmost (?:data|internet|gb)\b"
    ),
    "most_minutes": re.compile(rf"\ben {_MOST} (?:\w+ )?{_VOICE}|\b{_VOICE} (?:\w+ )?en {_MOST}|\bmost minutes\b"),
}  # fmt: skip
"""The superlatives as grammar shows them: "en" and an adjective of the price, or an amount of what a package holds."""
_TAKEN_BACK = re.compile(r"\s*(?:\w+\s+)?degil\b")

_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_NAMED_BY = {
    "get_package_details": "name", "get_customer_package": "package_name", "change_package": "to_package",
}  # fmt: skip
_Item = TypeVar("_Item")


def mentioned_after(
    outcomes: Sequence[Outcome], before: Mentioned, calls: Sequence[Call] = (), entry: str = "",
    said: Sequence[SaidFact] = (),
) -> Mentioned:  # fmt: skip
    """Return what may be referred to after a turn.

    Args:
        outcomes: The results of the turn.
        before: What could be referred to before it.
        calls: The calls of the turn; the package of a change that waits for a yes is spoken of, too.
        entry: The knowledge entry that the turn said, or "".
        said: The facts that the turn said.
    """
    now: Mentioned = {**before, "entry": entry or (None if outcomes else before.get("entry"))}
    for call in calls:
        if call["status"] == "awaiting" and "line_number" in call["arguments"]:
            now = {**now, "line": str(call["arguments"]["line_number"])}
        if call["status"] == "awaiting" and "new_package_name" in call["arguments"]:
            now = {**now, "package": str(call["arguments"]["new_package_name"])}
    for outcome in outcomes:
        result = outcome["result"]
        if result is None:
            continue
        if line := outcome["arguments"].get("line_number", result.get("line_number")):
            now = {**now, "line": str(line)}
        if "packages" in result:
            now = {**now, "packages": packages_of(result)}
        elif outcome["operation"] in _NAMED_BY:
            now = {**now, "package": str(result[_NAMED_BY[outcome["operation"]]])}
    return _as_said(now, said)


def _as_said(mentioned: Mentioned, said: Sequence[SaidFact]) -> Mentioned:
    """Return what may be referred to as the customer has heard it: the packages that were named, in their order."""
    by_name = {package["name"]: package for package in mentioned["packages"]}
    for fact in said:
        labels = dict.fromkeys(figure["label"] for figure in fact["figures"])
        named = [by_name[label] for label in labels if label in by_name]
        if len(named) > 1:
            mentioned = {**mentioned, "packages": named, "package": None}
        elif named:
            mentioned = {**mentioned, "package": named[0]["name"]}
    return mentioned


def packages_of(result: Mapping[str, Any]) -> list[ShownPackage]:
    """Return the packages of a listing, in its order."""
    return [
        ShownPackage(
            name=package["name"],
            monthly_fee=str(package["monthly_fee"]),
            internet_gb=float(package["features"]["internet_gb"]),
            voice_minutes=float(package["features"]["voice_minutes"]),
        )
        for package in result["packages"]
    ]


def package_in_view(state: ConversationState) -> str | None:
    """Return the package that "bu paket" means: that of the change which waits for a yes, or the one named last."""
    waiting = [call for call in state.get("calls", []) if call["status"] == "awaiting"]
    wished = [facts["to_package"] for call in waiting if (facts := call["preview"] or {}).get("to_package")]
    spoken_of = state.get("mentioned", NOTHING).get("package")
    return str(wished[0]) if wished else spoken_of


def superlatives_in(text: str) -> list[str]:
    """Return the superlatives that a text states and does not take back ("en pahalısı değil")."""
    said = fold(text)
    return [
        name
        for name, pattern in _STATED.items()
        if any(not _TAKEN_BACK.match(said, match.end()) for match in pattern.finditer(said))
    ]


def resolve_package(reference: str, mentioned: Mentioned) -> str | None:
    """Return the name of the package that a reference means, or None where nothing shown fits."""
    if reference == "same":
        return mentioned["package"]
    packages = mentioned["packages"]
    if reference in SUPERLATIVES:
        return _extreme(reference, packages)["name"] if packages else None
    found = at_place(reference, packages)
    return found["name"] if found else None


def at_place(ordinal: str, items: Sequence[_Item]) -> _Item | None:
    """Return the item that an ordinal means; None where the list is shorter, or for any other reference."""
    place = _PLACES.get(ordinal)
    return items[place] if place is not None and -len(items) <= place < len(items) else None


def _fee(package: ShownPackage) -> Decimal:
    return Decimal(package["monthly_fee"])


def _extreme(superlative: str, packages: Sequence[ShownPackage]) -> ShownPackage:
    match superlative:
        case "cheapest":
            return min(packages, key=_fee)
        case "dearest":
            return max(packages, key=_fee)
        case "most_data":
            return max(packages, key=lambda package: package["internet_gb"])
        case _:
            return max(packages, key=lambda package: package["voice_minutes"])
