"""The customer's record and contact information, real rows."""

from __future__ import annotations

import pytest

from database.tables import Account, CustomerRow, LineRow
from tests.tools.conftest import World
from tools.errors import ToolError


async def customer(world: World, number: int) -> CustomerRow:
    [row] = await world.rows(CustomerRow, CustomerRow.id == number)
    return row


async def test_get_customer_profile_shows_record_and_every_line(world: World) -> None:
    shown = await world.run("get_customer_profile", 7)
    stored = await customer(world, 7)
    assert list(shown) == ["name", "phone_numbers", "email", "address", "registration_date", "customer_tier"]
    assert (shown["name"], shown["email"], shown["customer_tier"]) == (stored.name, stored.email, stored.tier)
    lines = await world.rows(LineRow, LineRow.customer_id == 7)
    assert {(n["number"], n["type"], n["status"]) for n in shown["phone_numbers"]} == {
        (line.number, line.kind.value, line.status.value) for line in lines
    }


async def test_get_customer_profile_suspended_line_shows_it(world: World) -> None:
    assert (await world.run("get_customer_profile", 3))["phone_numbers"][0]["status"] == "suspended"


@pytest.mark.parametrize(
    ("kind", "value", "field", "stored", "check"),
    [
        ("telefon", "+90 (532) 555 12 34", "phone", "05325551234", True),
        ("e-posta", "Yeni.Adres@Example.com", "email", "yeni.adres@example.com", True),
        ("adres", "Çamlık Mah.  3. Sok. No: 4", "address", "Çamlık Mah. 3. Sok. No: 4", False),
    ],
)
async def test_update_customer_contact_changes_at_once(
    world: World, kind: str, value: str, field: str, stored: str, check: bool
) -> None:
    old = getattr(await customer(world, 1), field)
    result = await world.run("update_customer_contact", 1, contact_type=kind, new_value=value)
    assert result == {
        "contact_type": field,
        "old_value": old,
        "new_value": stored,
        "updated_at": "2026-11-22T14:30:00+03:00",
        "verification_required": check,
    }
    assert getattr(await customer(world, 1), field) == stored
    [entry] = await world.audit("update_customer_contact")
    assert (entry.before, entry.after) == ({field: old}, {field: stored})
    profile = await world.run("get_customer_profile", 1)
    shown = [n["number"] for n in profile["phone_numbers"]] if field == "phone" else [profile[field]]
    assert stored in shown


async def test_update_customer_contact_email_keeps_login(world: World) -> None:
    await world.run("update_customer_contact", 1, contact_type="email", new_value="yeni@example.com")
    [account] = await world.rows(Account, Account.customer_id == 1)
    assert account.login == "musteri1@example.com"


async def test_update_customer_contact_unknown_type_is_refused(world: World) -> None:
    refusal = await world.refuse("update_customer_contact", 1, contact_type="faks", new_value="0212 000 00 00")
    assert (refusal.code, refusal.status) == ("INVALID_CONTACT_TYPE", 422)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "12345"),
        ("phone", "0132 555 12 34"),
        ("phone", "beni arayın"),
        ("email", "ad@"),
        ("email", "ad@ornek"),
        ("email", "ad soyad@example.com"),
        ("email", "a@b@example.com"),
        ("address", "12 3"),
        ("address", "1234567"),
        ("address", "x" * 201),
        ("address", "  "),
    ],
)
async def test_update_customer_contact_impossible_value_is_refused(world: World, kind: str, value: str) -> None:
    refusal = await world.refuse("update_customer_contact", 1, contact_type=kind, new_value=value)
    assert (refusal.code, refusal.status) == ("INVALID_CONTACT_VALUE", 422)
    assert not await world.audit("update_customer_contact")


async def test_update_customer_contact_missing_value_is_validation_error(world: World) -> None:
    assert (await world.refuse("update_customer_contact", 1, contact_type="phone")).code == "VALIDATION_ERROR"


async def test_preview_contact_equals_itself_differs_and_has_the_same_guard(world: World) -> None:
    first = await world.preview("update_customer_contact", 1, contact_type="cep", new_value="0532 555 12 34")
    same = await world.preview("update_customer_contact", 1, contact_type="telefon", new_value="5325551234")
    other = await world.preview("update_customer_contact", 1, contact_type="telefon", new_value="5325551235")
    assert first == same != other
    assert first.arguments == {"contact_type": "phone", "new_value": "05325551234"}
    assert first.facts["old_value"] == (await customer(world, 1)).phone
    with pytest.raises(ToolError) as refusal:
        await world.preview("update_customer_contact", 1, contact_type="mail", new_value="yok")
    assert refusal.value.code == "INVALID_CONTACT_VALUE"
