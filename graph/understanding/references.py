"""What was shown last, and which of it the customer means by "ikincisi", "en ucuzu" or "o paket".

The words themselves are understood by the decision model (the question `pick`); here is only what follows from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from graph.state import Call, Mentioned, Outcome, Package

NOTHING: Mentioned = {"packages": [], "package": None}
SUPERLATIVES = frozenset({"cheapest", "dearest", "most_data", "most_minutes"})
"""Picks that a list settles by what is in it, so that the list can be looked up first."""

_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_BY_FEE: Callable[[Package], Any] = lambda package: Decimal(package["monthly_fee"])  # noqa: E731
_NAMED_BY = {
    "get_package_details": "name", "get_customer_package": "package_name", "change_package": "to_package",
}  # fmt: skip
_Item = TypeVar("_Item")


def mentioned_after(outcomes: Sequence[Outcome], before: Mentioned, calls: Sequence[Call] = ()) -> Mentioned:
    """What may be referred to after these results.

    Args:
        outcomes: Of the turn.
        before: What could be referred to before it.
        calls: Of the turn; the package of a change that waits for a yes is spoken of, too.
    """
    now = before
    for outcome in outcomes:
        result = outcome["result"]
        if result is None:
            continue
        if "packages" in result:
            now = {**now, "packages": packages_of(result)}
        elif outcome["operation"] in _NAMED_BY:
            now = {**now, "package": str(result[_NAMED_BY[outcome["operation"]]])}
    for call in calls:
        if call["status"] == "awaiting" and "new_package_name" in call["arguments"]:
            now = {**now, "package": str(call["arguments"]["new_package_name"])}
    return now


def packages_of(result: Mapping[str, Any]) -> list[Package]:
    """The packages of a listing, in its order."""
    return [
        Package(
            name=package["name"],
            monthly_fee=str(package["monthly_fee"]),
            internet_gb=float(package["features"]["internet_gb"]),
            voice_minutes=float(package["features"]["voice_minutes"]),
        )
        for package in result["packages"]
    ]


def picked_package(pick: str, mentioned: Mentioned) -> str | None:
    """The name of the package that is meant, or None where nothing shown fits."""
    if pick == "same":
        return mentioned["package"]
    packages = mentioned["packages"]
    if pick in SUPERLATIVES:
        return _extreme(pick, packages)["name"] if packages else None
    found = at_place(pick, packages)
    return found["name"] if found else None


def at_place(pick: str, items: Sequence[_Item]) -> _Item | None:
    """The item that an ordinal names; None where the list is shorter, or for any other pick."""
    place = _PLACES.get(pick)
    return items[place] if place is not None and -len(items) <= place < len(items) else None


def _extreme(pick: str, packages: Sequence[Package]) -> Package:
    match pick:
        case "cheapest":
            return min(packages, key=_BY_FEE)
        case "dearest":
            return max(packages, key=_BY_FEE)
        case "most_data":
            return max(packages, key=lambda package: package["internet_gb"])
        case _:
            return max(packages, key=lambda package: package["voice_minutes"])
