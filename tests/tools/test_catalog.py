"""The catalog: names, kinds, schemas, normal forms, and who may call."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from langchain_core.runnables import RunnableConfig
from sqlalchemy import func, select

from database.tables import AuditEntry, IdempotencyRecord
from tests.tools.conftest import World
from tools.caller import Caller, CallerMissing
from tools.errors import ToolError

READS = {
    "get_current_bill": "/billing/current",
    "get_past_bills": "/billing/history",
    "get_payment_history": "/billing/payments",
    "get_customer_package": "/packages/current",
    "get_remaining_quotas": "/packages/quotas",
    "get_available_packages": "/packages/available",
    "get_package_details": "/packages/details",
    "check_network_status": "/network/status",
    "get_fault_ticket_status": "/support/tickets/status",
    "test_internet_speed": "/diagnostics/speed-test",
    "get_customer_profile": "/customers/profile",
}
WRITES = {
    "pay_bill": "/billing/pay",
    "setup_autopay": "/billing/autopay",
    "change_package": "/packages/change",
    "enable_roaming": "/services/roaming",
    "create_fault_ticket": "/support/tickets",
    "update_customer_contact": "/customers/contact",
    "suspend_line": "/lines/suspend",
    "reactivate_line": "/lines/reactivate",
}


def test_build_tools_gives_the_19_operations_with_kind_and_path(world: World) -> None:
    assert {tool.name: (tool.metadata or {})["path"] for tool in world.tools} == READS | WRITES
    for tool in world.tools:
        kind = "WRITE" if tool.name in WRITES else "READ"
        assert tool.tags == [kind] and (tool.metadata or {})["kind"] == kind
        assert world.toolbox.is_write(tool.name) == (kind == "WRITE")
    assert [tool.name for tool in world.rest_only] == ["list_tickets", "close_ticket"]


def test_build_tools_schemas_never_show_the_caller(world: World) -> None:
    for tool in [*world.tools, *world.rest_only]:
        for schema in (tool.args_schema, tool.tool_call_schema, tool.get_input_schema()):
            text = json.dumps(schema.model_json_schema())  # type: ignore[union-attr]
            assert not any(word in text for word in ("customer_id", "caller", "user_id", "idempotency"))


def test_build_tools_schemas_are_described_and_closed(world: World) -> None:
    for tool in world.tools:
        schema = tool.args_schema.model_json_schema()  # type: ignore[union-attr]
        assert schema["additionalProperties"] is False
        assert tool.description
        assert all(field.get("description") for field in schema["properties"].values()), tool.name


def test_build_tools_model_never_sees_the_accepted_fee(world: World) -> None:
    tool = world.toolbox.get("change_package")
    assert "accepted_fee" in tool.args_schema.model_json_schema()["properties"]  # type: ignore[union-attr]
    assert set(tool.tool_call_schema.model_json_schema()["properties"]) == {"new_package_name", "line_number"}  # type: ignore[union-attr]


def test_build_tools_metadata_is_plain_json(world: World) -> None:
    for tool in world.tools:
        assert json.loads(json.dumps(tool.metadata)) == tool.metadata


@pytest.mark.parametrize(
    ("name", "args", "normal"),
    [
        ("pay_bill", {"method": "Kredi Kartı"}, {"method": "credit_card"}),
        ("pay_bill", {"method": "kredi_karti", "bill_id": None}, {"method": "credit_card"}),
        ("pay_bill", {"method": "kredi kartıyla"}, {"method": "credit_card"}),
        ("pay_bill", {"method": "banka kartımla"}, {"method": "credit_card"}),
        ("pay_bill", {"method": "HAVALE"}, {"method": "bank_transfer"}),
        ("pay_bill", {"method": "eft ile"}, {"method": "bank_transfer"}),
        ("pay_bill", {"method": "dijital cüzdandan"}, {"method": "digital_wallet"}),
        ("pay_bill", {"method": "nakit"}, {"method": "cash"}),
        ("enable_roaming", {"status": "off"}, {"status": False}),
        ("enable_roaming", {"status": "true"}, {"status": True}),
        ("get_past_bills", {"limit": "3"}, {"limit": 3}),
        ("get_past_bills", {}, {}),
    ],
)
def test_validate_gives_normal_form(world: World, name: str, args: dict[str, Any], normal: dict[str, Any]) -> None:
    assert world.toolbox.check(name, args).stated == normal
    assert world.toolbox.check(name, normal).stated == normal


@pytest.mark.parametrize(
    ("operation", "argument", "said", "meant"),
    [
        ("update_customer_contact", "contact_type", "E-Posta", "email"),
        ("update_customer_contact", "contact_type", "telefon numaram", "phone"),
        ("update_customer_contact", "contact_type", "ev adresim", "address"),
        ("create_fault_ticket", "category", "modem", "device"),
        ("create_fault_ticket", "category", "faturalama", "billing"),
        ("create_fault_ticket", "category", "şebeke", "network"),
        ("create_fault_ticket", "category", "diğer", "other"),
        ("create_fault_ticket", "priority", "çok acil", "critical"),
        ("create_fault_ticket", "priority", "Acil", "high"),
        ("create_fault_ticket", "priority", "acil değil", "low"),
        ("create_fault_ticket", "priority", "normal", "medium"),
        ("setup_autopay", "payment_method", "Kredi kartından", "credit_card"),
    ],
)
def test_validate_understands_turkish_words(world: World, operation: str, argument: str, said: str, meant: str) -> None:
    others: dict[str, Any] = {
        "update_customer_contact": {"new_value": "x"},
        "create_fault_ticket": {"issue_description": "İnternet hiç yok"},
        "setup_autopay": {"status": True},
    }
    assert world.toolbox.check(operation, {argument: said, **others[operation]}).stated[argument] == meant


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("get_current_bill", {"customer_id": 2}),
        ("get_current_bill", {"user_id": 2}),
        ("pay_bill", {"method": "cash", "caller": {"customer_id": 2}}),
        ("enable_roaming", {"status": "belki"}),
        ("no_such_operation", {}),
    ],
)
async def test_run_unknown_key_or_value_is_validation_error(world: World, name: str, args: dict[str, Any]) -> None:
    refusal = await world.refuse(name, 1, **args)
    assert (refusal.code, refusal.status) == ("VALIDATION_ERROR", 422)


def test_required_names_arguments_without_default(world: World) -> None:
    assert world.toolbox.required("pay_bill") == ["method"]
    assert world.toolbox.required("get_current_bill") == []


async def test_ainvoke_takes_the_caller_from_the_config(world: World) -> None:
    tool = world.toolbox.get("get_customer_profile")
    result = await tool.ainvoke({}, config={"configurable": {"caller": Caller(1)}})
    assert isinstance(result, tool.result)
    with pytest.raises(CallerMissing):
        await tool.ainvoke({})
    with pytest.raises(ToolError):
        await tool.ainvoke({"customer_id": 2}, config={"configurable": {"caller": Caller(1)}})


async def test_reads_write_nothing(world: World) -> None:
    for name in READS:
        args = {"package_name": "Premium Paket"} if name == "get_package_details" else {}
        await world.run(name, 6, **args)
    async with world.database.session() as session:
        for model in (AuditEntry, IdempotencyRecord):
            assert await session.scalar(select(func.count()).select_from(model)) == 0


async def test_results_equal_their_model_fields(world: World) -> None:
    for name in READS:
        args = {"package_name": "Premium Paket"} if name == "get_package_details" else {}
        assert set(await world.run(name, 6, **args)) == set(world.toolbox.result_model(name).model_fields)


async def test_stream_events_of_a_tool_can_be_sent_as_json(world: World) -> None:
    tool = world.toolbox.get("get_current_bill")
    config: RunnableConfig = {"configurable": {"caller": Caller(1)}}
    events = [event async for event in tool.astream_events({}, config=config, version="v2")]
    assert [event["event"] for event in events] == ["on_tool_start", "on_tool_end"]
    # LangServe sends events with orjson, which knows neither Decimal nor classes nor functions.
    sent = orjson.loads(orjson.dumps(events[-1]["data"]["output"].model_dump()))
    assert sent == await world.run("get_current_bill", 1)
    assert orjson.dumps([event["metadata"] for event in events])
