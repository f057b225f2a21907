"""Ordinals and superlatives are resolved against what was shown last."""

from __future__ import annotations

from typing import Any

import pytest

from graph.calls import new_call
from graph.state import Figure, Mentioned, Outcome, SaidFact, ShownPackage
from graph.understanding.references import NOTHING, at_place, mentioned_after, resolve_package, superlatives_in

SHOWN: Mentioned = {
    "packages": [
        ShownPackage(name="Orta", monthly_fee="200.00", internet_gb=20, voice_minutes=1000),
        ShownPackage(name="Ucuz", monthly_fee="90.50", internet_gb=5, voice_minutes=2000),
        ShownPackage(name="Pahalı", monthly_fee="1000.00", internet_gb=50, voice_minutes=500),
    ],
    "package": "Orta",
}


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("cheapest", "Ucuz"), ("dearest", "Pahalı"), ("most_data", "Pahalı"), ("most_minutes", "Ucuz"),
        ("first", "Orta"), ("second", "Ucuz"), ("third", "Pahalı"), ("last", "Pahalı"), ("fourth", None),
        ("same", "Orta"), ("none", None),
    ],
)  # fmt: skip
def test_reference_means_a_package_that_was_shown(reference: str, name: str | None) -> None:
    assert resolve_package(reference, SHOWN) == name


@pytest.mark.parametrize("reference", ["cheapest", "first", "last", "same"])
def test_nothing_shown_means_no_package(reference: str) -> None:
    assert resolve_package(reference, NOTHING) is None


def test_ordinal_means_an_item_of_any_list() -> None:
    assert at_place("second", ["a", "b"]) == "b" and at_place("third", ["a", "b"]) is None
    assert at_place("cheapest", ["a", "b"]) is None


def outcome(operation: str, result: dict[str, Any] | None) -> Outcome:
    return Outcome(
        call_id="1", operation=operation, arguments={}, success=result is not None, executed=True, result=result,
        error=None, ms=0,
    )  # fmt: skip


def test_listing_replaces_what_was_shown_and_keeps_the_package_spoken_of() -> None:
    listed = {"name": "Yeni", "monthly_fee": 10, "features": {"internet_gb": 1, "voice_minutes": 2}}
    after = mentioned_after([outcome("get_available_packages", {"packages": [listed]})], SHOWN)
    assert [package["name"] for package in after["packages"]] == ["Yeni"] and after["package"] == "Orta"


def test_package_of_a_result_is_spoken_of_last() -> None:
    after = mentioned_after([outcome("get_package_details", {"name": "Ucuz"}), outcome("pay_bill", None)], SHOWN)
    assert after == {**SHOWN, "package": "Ucuz", "entry": None}


def said(*labels: str) -> SaidFact:
    figures = [Figure(label=label, kind="money", value="1") for label in labels]
    return SaidFact(fact="packages_under", restriction={}, figures=figures)


def test_packages_that_an_answer_named_are_those_that_an_ordinal_means() -> None:
    after = mentioned_after([], SHOWN, said=[said("Pahalı", "Ucuz")])
    assert resolve_package("first", after) == "Pahalı" and resolve_package("last", after) == "Ucuz"
    assert resolve_package("same", after) is None


def test_single_package_that_an_answer_named_is_spoken_of_last() -> None:
    assert resolve_package("same", mentioned_after([], SHOWN, said=[said("Ucuz")])) == "Ucuz"
    assert mentioned_after([], SHOWN, said=[said("Mayıs 2026")])["packages"] == SHOWN["packages"]


def test_entry_is_spoken_of_until_something_else_is_told() -> None:
    said = mentioned_after([], SHOWN, entry="suspend_fee")
    assert mentioned_after([], said)["entry"] == "suspend_fee"
    assert mentioned_after([outcome("pay_bill", None)], said)["entry"] is None


def test_package_of_a_proposed_change_is_spoken_of_last() -> None:
    class Writes:
        def is_write(self, name: str) -> bool:
            return True

    call = new_call("change_package", {"new_package_name": "Pahalı"}, Writes())  # type: ignore[arg-type]
    assert mentioned_after([], SHOWN, [{**call, "status": "awaiting"}])["package"] == "Pahalı"
    assert mentioned_after([], SHOWN, [call])["package"] == "Orta"


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("en ucuz olanı istiyorum", ["cheapest"]),
        ("fiyatı en uygun hangisi", ["cheapest"]),
        ("en pahalısı değil en hesaplısı", ["cheapest"]),
        ("dakikası en çok olan", ["most_minutes"]),
        ("en fazla internet veren", ["most_data"]),
        ("en ucuz ve en çok internetli", ["cheapest", "most_data"]),
        ("konuşmam yetmiyor, en çok sevdiğim paket", []),
        ("the cheapest one", ["cheapest"]),
    ],
)
def test_superlatives_are_those_that_the_words_state(text: str, stated: list[str]) -> None:
    assert superlatives_in(text) == stated
