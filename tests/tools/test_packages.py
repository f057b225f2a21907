"""Packages and quotas of the demo's lines, and the change to another package."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update

from database.enums import CustomerKind
from database.tables import CustomerRow, LineRow, PackageRow, Quota
from tests.tools.conftest import World
from tools.errors import MultipleLines, ToolError


async def test_get_customer_package_shows_own_package(world: World) -> None:
    shown = await world.run("get_customer_package", 6)
    [line] = await world.rows(LineRow, LineRow.customer_id == 6)
    fields = ["package_name", "monthly_fee", "features", "activation_date", "renewal_date", "commitment_until"]
    assert list(shown) == fields
    assert list(shown["features"]) == [
        "internet_gb",
        "voice_minutes",
        "sms_count",
        "roaming_enabled",
        "international_minutes",
    ]
    assert (shown["package_name"], shown["monthly_fee"]) == (line.package.name, float(line.package.monthly_fee))
    assert shown["features"]["roaming_enabled"] is True
    assert shown["renewal_date"] == line.renewal_date.isoformat()


async def test_get_customer_package_of_named_line(world: World) -> None:
    main, second, _ = sorted(await world.rows(LineRow, LineRow.customer_id == 7), key=lambda line: line.id)
    assert (await world.run("get_customer_package", 7))["package_name"] == main.package.name
    named = await world.run("get_customer_package", 7, line_number=f"+90 {second.number[1:4]} {second.number[4:]}")
    assert named["package_name"] == second.package.name


async def test_get_customer_package_in_chat_with_several_lines_asks_which(world: World) -> None:
    with pytest.raises(MultipleLines) as refusal:
        await world.preview("get_customer_package", 7)
    assert len(refusal.value.details["lines"]) == 3
    number = refusal.value.details["lines"][1]
    assert (await world.preview("get_customer_package", 7, line_number=number)).facts == {"line_number": number}


async def test_get_remaining_quotas_subtracts_usage(world: World) -> None:
    shown = await world.run("get_remaining_quotas", 4)
    [line] = await world.rows(LineRow, LineRow.customer_id == 4)
    [quota] = await world.rows(Quota, Quota.line_id == line.id)
    assert list(shown) == [
        "internet_remaining_gb",
        "voice_remaining_minutes",
        "sms_remaining",
        "period_end",
        "usage_percentage",
    ]
    assert shown["internet_remaining_gb"] == float(line.package.internet_gb - quota.internet_used_gb)
    assert shown["voice_remaining_minutes"] == line.package.voice_minutes - quota.voice_used
    assert shown["usage_percentage"]["internet"] == pytest.approx(97, abs=1)


async def test_get_remaining_quotas_overused_is_zero_left(world: World) -> None:
    [line] = await world.rows(LineRow, LineRow.customer_id == 4)
    await world.change(update(Quota).where(Quota.line_id == line.id).values(sms_used=10_000))
    shown = await world.run("get_remaining_quotas", 4)
    assert (shown["sms_remaining"], shown["usage_percentage"]["sms"]) == (0, 100.0)


async def test_get_remaining_quotas_without_usage_is_not_found(world: World) -> None:
    await world.change(delete(Quota))
    refusal = await world.refuse("get_remaining_quotas", 4)
    assert (refusal.code, refusal.status) == ("QUOTA_NOT_FOUND", 404)


async def test_get_available_packages_hides_business_packages_from_individuals(world: World) -> None:
    everything = await world.rows(PackageRow)
    individual = (await world.run("get_available_packages", 1))["packages"]
    business = (await world.run("get_available_packages", 7))["packages"]
    assert {package["name"] for package in business} == {package.name for package in everything}
    assert {p["name"] for p in individual} == {package.name for package in everything if not package.business_only}
    assert list(individual[0]) == [
        "name",
        "monthly_fee",
        "features",
        "target_audience",
        "contract_duration",
        "setup_fee",
    ]
    fees = [package["monthly_fee"] for package in individual]
    assert fees == sorted(fees)


@pytest.mark.parametrize("name", ["Premium Paket", "premium paketi", "PREMIUM", "premium pakedi"])
async def test_get_package_details_finds_name_as_customers_write_it(world: World, name: str) -> None:
    shown = await world.run("get_package_details", 1, package_name=name)
    assert list(shown) == [
        "name",
        "monthly_fee",
        "setup_fee",
        "features",
        "contract_duration",
        "cancellation_fee",
    ]
    assert shown["name"] == "Premium Paket"


async def test_get_package_details_unknown_name_gives_nearest(world: World) -> None:
    refusal = await world.refuse("get_package_details", 1, package_name="Gamer Pro")
    assert (refusal.code, refusal.status) == ("PACKAGE_NOT_FOUND", 404)
    assert refusal.details["nearest"] and refusal.details["nearest"][0] in refusal.next_step


async def test_change_package_changes_line_and_next_read_shows_it(world: World) -> None:
    [before] = await world.rows(LineRow, LineRow.customer_id == 1)
    result = await world.run("change_package", 1, "key-1", new_package_name="premium paketi")
    [after] = await world.rows(LineRow, LineRow.customer_id == 1)
    assert list(result) == [
        "change_id",
        "from_package",
        "to_package",
        "effective_date",
        "fee_difference",
        "cancellation_fee",
        "status",
    ]
    assert (result["from_package"], result["to_package"]) == (before.package.name, "Premium Paket")
    assert result["fee_difference"] == float(after.package.monthly_fee - before.package.monthly_fee)
    assert (result["effective_date"], result["status"]) == ("2026-11-22", "completed")
    assert (await world.run("get_customer_package", 1))["package_name"] == "Premium Paket"
    assert after.renewal_date == date(2026, 12, 22)
    [entry] = await world.audit("change_package")
    assert entry.before == {"line_number": before.number, "package": before.package.name}
    assert entry.after is not None and entry.after["package"] == "Premium Paket"
    assert await world.run("change_package", 1, "key-1", new_package_name="premium paketi") == result


async def test_preview_of_a_change_holds_the_terms_of_the_new_package(world: World) -> None:
    premium = (await world.preview("change_package", 5, new_package_name="Premium Paket")).facts
    assert (premium["contract_months"], premium["new_cancellation_fee"]) == (24, 1200)
    assert (premium["cancellation_fee"], premium["target_audience"]) == (600, "Sınır istemeyenler")
    free = (await world.preview("change_package", 6, new_package_name="Genç Paket")).facts
    assert (free["contract_months"], free["new_cancellation_fee"]) == (0, None)
    assert (free["roaming_enabled"], free["current_roaming_daily_fee"], free["roaming_daily_fee"]) == (True, 0, 149)


async def test_line_at_home_has_no_fee_of_a_day_abroad(world: World) -> None:
    change = {"new_package_name": "Premium Paket", "line_number": "02120000007"}
    facts = (await world.preview("change_package", 7, **change)).facts
    assert (facts["current_roaming_daily_fee"], facts["roaming_daily_fee"]) == (None, None)


async def test_change_package_over_rest_takes_main_line(world: World) -> None:
    await world.run("change_package", 7, new_package_name="Premium Paket")
    changed = [
        line.is_main
        for line in await world.rows(LineRow, LineRow.customer_id == 7)
        if line.package.name == "Premium Paket"
    ]
    assert changed == [True]


async def test_change_package_unknown_name_is_invalid(world: World) -> None:
    refusal = await world.refuse("change_package", 1, new_package_name="Uzay İnterneti")
    assert (refusal.code, refusal.status) == ("INVALID_PACKAGE", 422)
    assert refusal.details["nearest"]


async def test_change_package_individual_to_business_is_ineligible(world: World) -> None:
    refusal = await world.refuse("change_package", 1, new_package_name="Kurumsal Pro")
    assert (refusal.code, refusal.status) == ("INELIGIBLE_FOR_PACKAGE", 409)
    await world.change(update(CustomerRow).where(CustomerRow.id == 1).values(kind=CustomerKind.BUSINESS))
    assert (await world.run("change_package", 1, new_package_name="Kurumsal Pro"))["status"] == "completed"


async def test_change_package_to_own_package_fails(world: World) -> None:
    [line] = await world.rows(LineRow, LineRow.customer_id == 1)
    refusal = await world.refuse("change_package", 1, new_package_name=line.package.name)
    assert (refusal.code, refusal.status) == ("PACKAGE_CHANGE_FAILED", 409)


async def test_change_package_of_suspended_line_fails(world: World) -> None:
    refusal = await world.refuse("change_package", 3, new_package_name="Premium Paket")
    assert (refusal.code, refusal.details["line_status"]) == ("PACKAGE_CHANGE_FAILED", "suspended")


async def test_change_package_inside_commitment_states_fee_first(world: World) -> None:
    [line] = await world.rows(LineRow, LineRow.customer_id == 5)
    refusal = await world.refuse("change_package", 5, new_package_name="Premium Paket")
    assert (refusal.code, refusal.status) == ("COMMITMENT_EXISTS", 409)
    assert refusal.details["cancellation_fee"] == float(line.package.cancellation_fee)
    assert refusal.details["commitment_until"] == line.commitment_until.isoformat()  # type: ignore[union-attr]
    wrong = await world.refuse("change_package", 5, new_package_name="Premium Paket", accepted_fee=1)
    assert wrong.code == "COMMITMENT_EXISTS"
    preview = await world.preview("change_package", 5, new_package_name="premium")
    assert preview.facts["cancellation_fee"] == refusal.details["cancellation_fee"]
    assert (await world.run("change_package", 5, **preview.arguments))["to_package"] == "Premium Paket"


async def test_change_package_after_commitment_needs_no_fee(world: World) -> None:
    world.clock.advance(timedelta(days=400))
    preview = await world.preview("change_package", 5, new_package_name="premium")
    assert preview.facts["cancellation_fee"] is preview.facts["commitment_until"] is None
    await world.run("change_package", 5, new_package_name="premium")


async def test_preview_package_change_equals_itself_and_differs_for_another_package(world: World) -> None:
    first = await world.preview("change_package", 1, new_package_name="premium paketine")
    assert first == await world.preview("change_package", 1, new_package_name="Premium Paket")
    assert first != await world.preview("change_package", 1, new_package_name="Mega İnternet")
    assert first.arguments["new_package_name"] == "Premium Paket"
    [line] = await world.rows(LineRow, LineRow.customer_id == 1)
    assert line.package.name != "Premium Paket"


async def test_preview_package_change_has_the_same_guards(world: World) -> None:
    for customer, name, code in (
        (1, "Kurumsal Pro", "INELIGIBLE_FOR_PACKAGE"),
        (3, "Premium Paket", "PACKAGE_CHANGE_FAILED"),
        (1, "Uzay İnterneti", "INVALID_PACKAGE"),
        (7, "Premium Paket", "MULTIPLE_LINES"),
    ):
        with pytest.raises(ToolError) as refusal:
            await world.preview("change_package", customer, new_package_name=name)
        assert refusal.value.code == code


async def test_package_off_sale_stays_with_its_lines_and_nobody_can_move_to_it(world: World) -> None:
    await world.change(update(PackageRow).where(PackageRow.name == "Süper Konuşma").values(on_sale=False))
    for customer in (1, 2):
        offered = (await world.run("get_available_packages", customer))["packages"]
        assert "Süper Konuşma" not in {package["name"] for package in offered}
    assert (await world.run("get_customer_package", 1))["package_name"] == "Süper Konuşma"
    assert (await world.run("get_package_details", 1, package_name="süper konuşma"))["name"] == "Süper Konuşma"
    refusal = await world.refuse("get_package_details", 2, package_name="süper konuşma")
    assert refusal.code == "PACKAGE_NOT_FOUND"
    assert (await world.refuse("change_package", 2, new_package_name="Süper Konuşma")).code == "INVALID_PACKAGE"
    await world.run("change_package", 1, new_package_name="Premium Paket")
    assert (await world.run("get_customer_package", 1))["package_name"] == "Premium Paket"
