"""Fault tickets, real rows: one open for each fault, never a stranger's."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text, update

from database.enums import TicketStatus
from database.tables import TicketRow
from tests.tools.conftest import World
from tools.errors import ToolError
from tools.faults import likeness

ISSUE = "Modem ışıkları yanmıyor, internet yok."


async def test_create_fault_ticket_opens_one_and_status_shows_it(world: World) -> None:
    result = await world.run("create_fault_ticket", 1, issue_description=ISSUE, category="modem", priority="acil")
    assert list(result) == [
        "ticket_id",
        "issue_description",
        "category",
        "priority",
        "status",
        "created_at",
        "estimated_resolution",
        "note",
    ]
    assert (result["category"], result["priority"], result["status"]) == ("device", "high", "open")
    assert result["estimated_resolution"] == "2026-11-23T14:30:00+03:00"
    [ticket] = await world.rows(TicketRow, TicketRow.customer_id == 1)
    assert (ticket.id, ticket.description) == (result["ticket_id"], ISSUE)
    shown = await world.run("get_fault_ticket_status", 1)
    assert shown["ticket_id"] == ticket.id
    [entry] = await world.audit("create_fault_ticket")
    assert entry.after == result


async def test_create_fault_ticket_defaults_are_technical_and_medium(world: World) -> None:
    result = await world.run("create_fault_ticket", 1, issue_description=ISSUE)
    assert (result["category"], result["priority"]) == ("technical", "medium")


async def test_create_fault_ticket_for_the_same_fault_is_duplicate(world: World) -> None:
    [open_ticket] = await world.rows(TicketRow, TicketRow.customer_id == 6)
    words = "Mobil internet bağlantım yurt dışında yine kopup duruyor"
    refusal = await world.refuse("create_fault_ticket", 6, issue_description=words)
    assert (refusal.code, refusal.status) == ("DUPLICATE_TICKET_FOUND", 409)
    assert refusal.details["ticket_id"] == open_ticket.id
    await world.run("create_fault_ticket", 6, issue_description=words, category="fatura")


async def test_create_fault_ticket_for_another_fault_opens_its_own_in_the_same_category(world: World) -> None:
    await world.run("create_fault_ticket", 6, issue_description="Evdeki modemin ışığı hiç yanmıyor")
    tickets = await world.rows(TicketRow, TicketRow.customer_id == 6)
    assert len(tickets) == 2 and len({ticket.category for ticket in tickets}) == 1


async def test_create_fault_ticket_that_the_customer_calls_separate_is_opened(world: World) -> None:
    words = "Mobil internet bağlantım yurt dışında yine kopup duruyor"
    await world.run("create_fault_ticket", 6, issue_description=words, separate=True)
    assert len(await world.rows(TicketRow, TicketRow.customer_id == 6)) == 2


async def test_create_fault_ticket_as_a_note_keeps_every_word(world: World) -> None:
    [open_ticket] = await world.rows(TicketRow, TicketRow.customer_id == 6)
    for words in ("Bugün üç kez koptu, hâlâ aynı", "Akşamüstü tamamen gitti bu sefer"):
        result = await world.run("create_fault_ticket", 6, issue_description=words, note_for=open_ticket.id)
        assert (result["ticket_id"], result["note"]) == (open_ticket.id, words)
    [noted] = await world.rows(TicketRow, TicketRow.customer_id == 6)
    assert noted.customer_notes is not None and noted.description == open_ticket.description
    assert "üç kez koptu" in noted.customer_notes and "Akşamüstü" in noted.customer_notes


async def test_create_fault_ticket_as_a_note_needs_an_own_open_ticket(world: World) -> None:
    [settled] = await world.rows(TicketRow, TicketRow.customer_id == 0)
    assert (await world.refuse("create_fault_ticket", 0, issue_description=ISSUE, note_for=settled.id)).code == (
        "TICKET_ALREADY_CLOSED"
    )
    assert (await world.refuse("create_fault_ticket", 1, issue_description=ISSUE, note_for=settled.id)).code == (
        "TICKET_NOT_FOUND"
    )


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("evde internet akşamları yavaş", "telefonum hiç çekmiyor", "different"),
        ("evimdeki modem internete bağlanmıyor", "evde internet bağlantısı kopuyor", "same"),
        ("internetim çok yavaş", "internet hâlâ yavaş", "same"),
        ("aramalarda ses gelmiyor", "mobil internet yavaş", "unsure"),
        ("televizyonda kanallar açılmıyor", "evdeki internet kesik", "different"),
    ],
)
def test_likeness_tells_faults_apart(one: str, other: str, found: str) -> None:
    assert likeness(one, other) == likeness(other, one) == found


async def test_create_fault_ticket_twenty_at_once_open_one(world: World) -> None:
    calls = (world.run("create_fault_ticket", 1, f"key-{n}", issue_description=ISSUE) for n in range(20))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    refusals = [outcome for outcome in outcomes if isinstance(outcome, ToolError)]
    assert {refusal.code for refusal in refusals} == {"DUPLICATE_TICKET_FOUND"}
    assert len(refusals) == 19
    assert len(await world.rows(TicketRow, TicketRow.customer_id == 1)) == 1


async def test_create_fault_ticket_that_cannot_be_stored_fails(world: World) -> None:
    await world.change(text("CREATE TRIGGER full BEFORE INSERT ON tickets BEGIN SELECT RAISE(ABORT, 'disk full'); END"))
    refusal = await world.refuse("create_fault_ticket", 1, "key-1", issue_description=ISSUE)
    assert (refusal.code, refusal.status, refusal.retry_after) == ("TICKET_CREATION_FAILED", 503, 30)
    await world.change(text("DROP TRIGGER full"))
    assert (await world.run("create_fault_ticket", 1, "key-1", issue_description=ISSUE))["status"] == "open"


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"issue_description": "kısa"},
        {"issue_description": "x" * 1001},
        {"issue_description": ISSUE, "category": "bahçe"},
        {"issue_description": ISSUE, "priority": "mor"},
    ],
)
async def test_create_fault_ticket_bad_value_is_refused(world: World, args: dict[str, str]) -> None:
    refusal = await world.refuse("create_fault_ticket", 1, **args)
    assert (refusal.code, refusal.status) == ("VALIDATION_ERROR", 422)


async def test_get_fault_ticket_status_shows_notes_and_resolution(world: World) -> None:
    [ticket] = await world.rows(TicketRow, TicketRow.customer_id == 0)
    shown = await world.run("get_fault_ticket_status", 0, ticket_id=ticket.id.lower())
    assert list(shown) == ["ticket_id", "status", "resolution", "created_at", "resolved_at", "technician_notes",
                           "estimated_resolution"]  # fmt: skip
    assert (shown["status"], shown["resolution"]) == ("resolved", ticket.resolution)
    assert shown["technician_notes"] == ticket.notes


async def test_get_fault_ticket_status_of_another_customer_is_not_found(world: World) -> None:
    [ticket] = await world.rows(TicketRow, TicketRow.customer_id == 6)
    refusal = await world.refuse("get_fault_ticket_status", 0, ticket_id=ticket.id)
    assert (refusal.code, refusal.status) == ("TICKET_NOT_FOUND", 404)


async def test_get_fault_ticket_status_without_tickets_is_not_found(world: World) -> None:
    assert (await world.refuse("get_fault_ticket_status", 1)).code == "TICKET_NOT_FOUND"


async def test_list_tickets_shows_own_only(world: World) -> None:
    shown = await world.run("list_tickets", 6)
    assert shown["total_count"] == len(shown["tickets"]) == 1
    assert (await world.run("list_tickets", 1)) == {"tickets": [], "total_count": 0}


async def test_close_ticket_closes_and_frees_the_category(world: World) -> None:
    [ticket] = await world.rows(TicketRow, TicketRow.customer_id == 6)
    assert (await world.preview("close_ticket", 6, ticket_id=ticket.id)).facts["status"] == "open"
    result = await world.run("close_ticket", 6, "key-1", ticket_id=ticket.id)
    assert (result["status"], result["resolved_at"]) == ("closed", "2026-11-22T14:30:00+03:00")
    assert await world.run("close_ticket", 6, "key-1", ticket_id=ticket.id) == result
    [entry] = await world.audit("close_ticket")
    assert entry.before == {"ticket_id": ticket.id, "status": "open"}
    await world.run("create_fault_ticket", 6, issue_description=ISSUE, category=ticket.category)


async def test_close_ticket_settled_or_foreign_is_refused(world: World) -> None:
    [settled] = await world.rows(TicketRow, TicketRow.customer_id == 0)
    assert (await world.refuse("close_ticket", 0, ticket_id=settled.id)).code == "TICKET_ALREADY_CLOSED"
    assert (await world.refuse("close_ticket", 1, ticket_id=settled.id)).code == "TICKET_NOT_FOUND"


async def test_preview_ticket_equals_itself_differs_and_has_the_same_guard(world: World) -> None:
    first = await world.preview("create_fault_ticket", 6, issue_description=ISSUE, category="şebeke")
    assert first == await world.preview("create_fault_ticket", 6, issue_description=ISSUE, category="network")
    assert first != await world.preview("create_fault_ticket", 6, issue_description=ISSUE, category="cihaz")
    assert first.arguments == {"issue_description": ISSUE, "category": "network", "priority": "medium"}
    with pytest.raises(ToolError) as refusal:
        await world.preview("create_fault_ticket", 6, issue_description="mobil internet kopuyor")
    assert refusal.value.code == "DUPLICATE_TICKET_FOUND"
    with pytest.raises(ToolError) as refusal:
        await world.preview("create_fault_ticket", 6, issue_description="aramalarda ses hiç gelmiyor")
    assert refusal.value.code == "SIMILAR_TICKET_FOUND"
    await world.change(update(TicketRow).where(TicketRow.customer_id == 6).values(status=TicketStatus.CANCELLED))
    await world.preview("create_fault_ticket", 6, issue_description=ISSUE)
