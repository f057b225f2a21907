"""Facts of packages, worked out of results."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from graph.asked import catalogue, packages
from graph.asked.known import Known
from graph.asked.restrictions import Restriction
from graph.asked.values import DateRange, Finding, Holds, Item, Listing
from tests.graph.asked.samples import TODAY, known, offers, own_package, package


def offered(words: str = "", own: str | None = None, restriction: Restriction | None = None) -> Known:
    """The catalogue, and the customer's package where it was looked up."""
    results: dict[str, Any] = {"get_available_packages": offers()}
    if own:
        results["get_customer_package"] = own_package(own)
    return known(words, restriction, **results)


def details(
    name: str = "Mega İnternet", *, months: int = 12, fee: float = 600, setup: float = 49.9, international: float = 0
) -> dict[str, Any]:
    """The details of one package."""
    return {
        **package(name, 299.9, 50, 1000, sms=500, international=international), "setup_fee": setup,
        "contract_duration": months, "cancellation_fee": fee,
    }  # fmt: skip


def names(found: Finding) -> list[str]:
    return [item.label for item in found.values["items"].items]


def test_international_minutes_are_those_of_the_package() -> None:
    some = packages.package_international(known(get_customer_package=own_package()))
    assert some == Finding("value", {"minutes": 60, "name": "Süper Konuşma"})
    assert packages.package_international(known(get_customer_package=own_package("Ekonomik Paket"))).variant == "none"


def test_package_has_been_used_since_its_first_day() -> None:
    found = packages.package_since(known(get_customer_package=own_package(since="2024-10-15")))
    begin = date(2024, 10, 15)
    assert found.values == {"date": begin, "name": "Süper Konuşma", "span": DateRange(begin, TODAY)}


@pytest.mark.parametrize(("renewal", "days"), [("2026-06-27", 12), ("2026-06-15", 0), ("2026-07-01", 16)])
def test_days_until_the_renewal_are_counted(renewal: str, days: int) -> None:
    found = packages.package_renewal(known(get_customer_package=own_package(renewal=renewal)))
    assert found == Finding("value", {"date": date.fromisoformat(renewal), "days": days})


def test_running_commitment_is_told_with_the_time_left() -> None:
    end = date(2027, 1, 15)
    bound = known(get_customer_package=own_package(until="2027-01-15"), get_package_details=details())
    assert packages.commitment(bound) == Finding("value", {"date": end, "days": 214, "span": DateRange(TODAY, end)})
    cost = packages.cancellation_cost(bound)
    assert (cost.variant, cost.values["fee"], cost.values["date"]) == ("value", Decimal(600), end)


def test_commitment_that_is_over_costs_nothing() -> None:
    free = known(get_customer_package=own_package(until=None), get_package_details=details())
    assert packages.commitment(free) == Finding("absent", {})
    assert packages.cancellation_cost(free) == Finding("absent", {})


@pytest.mark.parametrize(
    ("words", "variant", "count", "amount"),
    [
        ("yılda ne öderim", "year", 12, "2398.8"),
        ("ne tutar", "year", 12, "2398.8"),
        ("6 ayda ne öderim", "months", 6, "1199.4"),
        ("12 ayda", "year", 12, "2398.8"),
    ],
)
def test_cost_is_the_fee_times_the_months(words: str, variant: str, count: int, amount: str) -> None:
    found = packages.package_yearly_cost(known(words, get_customer_package=own_package()))
    assert (found.variant, found.values["count"], found.values["amount"]) == (variant, count, Decimal(amount))


def test_catalogue_is_listed_from_the_cheapest_on() -> None:
    found = catalogue.packages_list(offered())
    assert (found.values["count"], found.values["items"].most) == (6, 5)
    assert names(found)[0] == "Ekonomik Paket"
    assert catalogue.packages_list(offered("hepsini göster")).values["items"].most == 6


def test_extremes_of_the_catalogue_are_found() -> None:
    extremes = (catalogue.cheapest, catalogue.dearest, catalogue.most_internet, catalogue.most_minutes)
    found = [find(offered()).values["name"] for find in extremes]
    assert found == ["Ekonomik Paket", "Dünya Paketi", "Mega İnternet", "Süper Konuşma"]


def test_tie_of_data_goes_to_the_cheaper_package() -> None:
    listed = {"packages": [package("Pahalı", 20, 10), package("Ucuz", 10, 10)]}
    assert catalogue.most_internet(known(get_available_packages=listed)).values["name"] == "Ucuz"


def test_packages_under_a_fee_are_listed() -> None:
    found = catalogue.packages_under(offered("iki yüz liranın altında"))
    assert (found.variant, found.values["limit"], found.values["count"]) == ("several", Decimal(200), 4)
    one = catalogue.packages_under(offered("160 TL altında"))
    assert one.values["item"] == Item("Ekonomik Paket", Decimal("149.9"), Holds(5, 500))
    none = catalogue.packages_under(offered("100 TL altında"))
    assert (none.variant, none.values["name"]) == ("none", "Ekonomik Paket")
    assert catalogue.packages_under(offered("ucuz olanlar")).variant == "unstated"


@pytest.mark.parametrize(
    ("words", "own", "variant", "name"),
    [
        ("ayda 30 GB kullanıyorum", None, "value", "Mega İnternet"),
        ("ayda 10 GB kullanıyorum", None, "value", "Öğrenci Dostu Tarife"),
        ("ayda 10 GB kullanıyorum", "Ekonomik Paket", "more", "Öğrenci Dostu Tarife"),
        ("ayda 10 GB kullanıyorum", "Mega İnternet", "less", "Öğrenci Dostu Tarife"),
        ("ayda 2 GB yeter", "Ekonomik Paket", "own", "Ekonomik Paket"),
        ("yurt dışında 20 GB", None, "value", "Dünya Paketi"),
        ("roaming olan paket", None, "value", "Dünya Paketi"),
        ("uluslararası arama yapıyorum", None, "value", "Süper Konuşma"),
        ("100 uluslararası dakika", None, "value", "Dünya Paketi"),
        ("1000 GB lazım", None, "none", "Mega İnternet"),
        ("30 GB olsun, en fazla 200 TL", None, "none", "Mega İnternet"),
        ("en fazla 200 TL vereyim", None, "value", "Öğrenci Dostu Tarife"),
        ("emekli için öner", None, "value", "Emekli Dostu Tarife"),
        ("bana çok uygun bir paket öner", None, "unstated", "Ekonomik Paket"),
    ],
)
def test_package_for_a_need_is_the_cheapest_that_holds_it(words: str, own: str | None, variant: str, name: str) -> None:
    found = catalogue.package_for_need(offered(words, own))
    assert (found.variant, found.values["name"]) == (variant, name)


def test_suggested_package_tells_the_difference_to_the_present_one() -> None:
    found = catalogue.package_for_need(offered("ayda 10 GB", "Ekonomik Paket"))
    assert found.values["difference"] == Decimal("40.0")


@pytest.mark.parametrize(
    ("own", "variant", "count"),
    [("Ekonomik Paket", "none", None), ("Emekli Dostu Tarife", "one", 1), ("Süper Konuşma", "several", 3)],
)
def test_cheaper_packages_than_the_own_are_counted(own: str, variant: str, count: int | None) -> None:
    found = catalogue.cheaper_than_mine(offered("", own))
    assert (found.variant, found.values.get("count")) == (variant, count)
    assert found.values["name"] == "Ekonomik Paket"


def test_cheaper_package_holds_what_the_question_needs() -> None:
    found = catalogue.cheaper_than_mine(offered("10 GB olan daha ucuz paket", "Süper Konuşma"))
    assert (found.variant, found.values["name"]) == ("one", "Öğrenci Dostu Tarife")
    assert found.values["difference"] == Decimal("10.0")


@pytest.mark.parametrize(
    ("words", "variant", "found"),
    [
        ("öğrenci paketi var mı", "value", ["Öğrenci Dostu Tarife"]),
        ("a plan for students", "value", ["Öğrenci Dostu Tarife"]),
        ("emekli dostu tarife", "value", ["Emekli Dostu Tarife"]),
        ("öğrenci ve emekli için", "several", ["Emekli Dostu Tarife", "Öğrenci Dostu Tarife"]),
        ("çok ucuz paket", "none", ["Ekonomik Paket"]),
        ("astronot paketi", "none", ["Ekonomik Paket"]),
    ],
)
def test_group_is_found_by_name_or_audience(words: str, variant: str, found: list[str]) -> None:
    finding = catalogue.package_for_group(offered(words))
    assert finding.variant == variant
    assert (names(finding) if variant == "several" else [finding.values["name"]]) == found


def test_fee_difference_is_that_to_the_named_package() -> None:
    more = catalogue.fee_difference(offered("Mega İnternet'e geçersem", "Süper Konuşma"))
    expected = {
        "difference": Decimal("100.0"), "name": "Mega İnternet", "fee": Decimal("299.9"), "own_fee": Decimal("199.9"),
    }  # fmt: skip
    assert more == Finding("more", expected)
    assert catalogue.fee_difference(offered("Ekonomik Paket", "Süper Konuşma")).variant == "less"


def test_package_that_nobody_offers_has_no_difference() -> None:
    nobody = Restriction(packages=("Kurumsal Pro",))
    found = catalogue.fee_difference(offered("o pakete geçersem", "Süper Konuşma", nobody))
    assert found == Finding("unstated", {"own_fee": Decimal("199.9")})


def test_own_package_has_no_difference_to_itself() -> None:
    own = Restriction(packages=("Süper Konuşma",))
    found = catalogue.fee_difference(offered("Süper Konuşma", "Süper Konuşma", own))
    assert found == Finding("own", {"name": "Süper Konuşma", "fee": Decimal("199.9")})


def test_two_packages_are_compared_the_dearer_one_first() -> None:
    found = catalogue.packages_compare(offered("Ekonomik Paket ile Mega İnternet"))
    assert (found.variant, found.values["name"]) == ("value", "Mega İnternet")
    assert found.values["difference"] == Decimal("150.0")
    assert names(found) == ["Mega İnternet", "Ekonomik Paket"]


def test_compared_packages_tell_what_they_differ_by() -> None:
    dearer = Item("Mega İnternet", Decimal("299.9"), Holds(50, 1000, 500, 0))
    cheaper = Item("Süper Konuşma", Decimal("199.9"), Holds(8, 3000, 1000, 60))
    expected = {
        "difference": Decimal("100.0"), "name": "Mega İnternet", "gb": 42, "minutes": 2000, "sms": 500,
        "items": Listing([dearer, cheaper]),
    }  # fmt: skip
    assert catalogue.packages_compare(offered("Süper Konuşma mı Mega mı")) == Finding("value", expected)
    twins = {"packages": [package("Bir", 10, 5), package("İki", 10, 8)]}
    same = catalogue.packages_compare(known("", Restriction(packages=("Bir", "İki")), get_available_packages=twins))
    assert (same.variant, same.values["difference"], same.values["gb"]) == ("same", Decimal(0), 3)


def test_package_named_by_a_part_is_compared_with_the_own() -> None:
    found = catalogue.fee_difference(offered("Mega'ya geçersem", "Süper Konuşma"))
    assert (found.variant, found.values["name"]) == ("more", "Mega İnternet")


def test_one_named_package_is_compared_with_the_own() -> None:
    found = catalogue.packages_compare(offered("Mega İnternet ile benimki", "Süper Konuşma"))
    assert names(found) == ["Mega İnternet", "Süper Konuşma"]
    assert catalogue.packages_compare(offered("Mega İnternet")).variant == "unstated"
    assert catalogue.packages_compare(offered("Süper Konuşma", "Süper Konuşma")).variant == "unstated"


def test_named_package_tells_its_fees_and_commitment() -> None:
    bound = known(get_package_details=details())
    assert packages.named_setup_fee(bound) == Finding("value", {"fee": Decimal("49.9"), "name": "Mega İnternet"})
    expected = {"months": 12, "fee": Decimal(600), "name": "Mega İnternet"}
    assert packages.named_commitment(bound) == Finding("value", expected)
    assert packages.named_all(bound).variant == "bound"
    assert packages.named_all(bound).values["holds"] == Holds(50, 1000)
    assert packages.named_yearly_cost(bound).values["amount"] == Decimal("3598.8")
    assert packages.named_international(bound).variant == "none"


def test_named_package_without_commitment_is_free() -> None:
    free = known(get_package_details=details(months=0, fee=0, setup=0, international=60))
    assert packages.named_setup_fee(free).variant == "none"
    assert packages.named_commitment(free).variant == "none"
    assert packages.named_all(free).variant == "free"
    assert packages.named_international(free) == Finding("value", {"minutes": 60, "name": "Mega İnternet"})


def test_list_of_offers_says_fee_and_content() -> None:
    listing = catalogue.packages_under(offered()).values["items"]
    assert listing == Listing(
        [
            Item(name, Decimal(str(fee)), Holds(gb, minutes))
            for name, fee, gb, minutes in (
                ("Ekonomik Paket", 149.9, 5, 500),
                ("Emekli Dostu Tarife", 169.9, 6, 1500),
                ("Öğrenci Dostu Tarife", 189.9, 15, 750),
                ("Süper Konuşma", 199.9, 8, 3000),
                ("Mega İnternet", 299.9, 50, 1000),
                ("Dünya Paketi", 429.9, 30, 1500),
            )
        ]
    )


@pytest.mark.parametrize(
    ("words", "variant", "name"),
    [
        ("ondan sonraki en ucuz hangisi", "ranked", "Emekli Dostu Tarife"),
        ("üçüncü en ucuz paket", "ranked", "Öğrenci Dostu Tarife"),
        ("en ucuz paket", "value", "Ekonomik Paket"),
        ("ikinci hattım için en ucuz paket", "value", "Ekonomik Paket"),
    ],
)
def test_place_in_the_order_of_fees_is_heard(words: str, variant: str, name: str) -> None:
    found = catalogue.cheapest(known(words, get_available_packages=offers()))
    assert (found.variant, found.values["name"]) == (variant, name)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("emekliyim, konuşması bol olsun", "Emekli Dostu Tarife"),
        ("en çok dakika hangisinde", "Süper Konuşma"),
        ("en çok dakikası olan ikinci paket", "Emekli Dostu Tarife"),
    ],
)
def test_most_minutes_are_those_of_the_group_or_place_that_is_named(words: str, name: str) -> None:
    assert catalogue.most_minutes(known(words, get_available_packages=offers())).values["name"] == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("öğrenciyim, 10 GB yeter, hangisi", "Öğrenci Dostu Tarife"),
        ("10 GB yeter, hangisi", "Öğrenci Dostu Tarife"),
        ("Almanya'daki abimi ayda 300 dakika arıyorum", "Dünya Paketi"),
        ("Almanya'ya gidiyorum, 300 dakika konuşurum", "Ekonomik Paket"),
    ],
)
def test_need_of_a_group_and_of_calls_to_a_country_are_heard(words: str, name: str) -> None:
    assert catalogue.package_for_need(known(words, get_available_packages=offers())).values["name"] == name


BINDING = {
    "packages": [
        {**each, "contract_duration": 12 if each["name"] == "Mega İnternet" else 0} for each in offers()["packages"]
    ]
}


def test_package_with_a_commitment_does_not_suit_who_wants_none() -> None:
    asked = known("taahhütsüz en az 30 GB", get_available_packages=BINDING)
    assert catalogue.package_for_need(asked).values["name"] == "Dünya Paketi"
    listed = catalogue.packages_list(known("taahhütsüz olanlar", get_available_packages=BINDING))
    assert (listed.variant, listed.values["count"]) == ("fitting", len(BINDING["packages"]) - 1)
    assert "Mega İnternet" not in names(listed)


def test_commitments_of_named_packages_stand_side_by_side() -> None:
    found = catalogue.packages_commitment(known("Mega ile Dünya", get_available_packages=BINDING))
    assert found.variant == "some"
    assert names(found) == ["Dünya Paketi", "Mega İnternet"]
    free = catalogue.packages_commitment(known("Dünya ile Ekonomik", get_available_packages=BINDING))
    assert free.variant == "all_free"
    bound = catalogue.packages_commitment(known("Mega", get_available_packages=BINDING))
    assert bound.variant == "all_bound"


@pytest.mark.parametrize(("included", "variant", "fee"), [(True, "included", "0.00"), (False, "daily", "149.00")])
def test_roaming_costs_nothing_with_a_package_that_includes_it(included: bool, variant: str, fee: str) -> None:
    details = {"name": "Mega İnternet", "features": {"roaming_enabled": included}}
    found = packages.roaming_fee(known(get_package_details=details))
    assert (found.variant, found.values["fee"]) == (variant, Decimal(fee))
