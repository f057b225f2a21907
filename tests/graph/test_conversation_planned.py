"""Conversations whose operations a capable chat model plans: several steps, READ at once, WRITE after a yes."""

from __future__ import annotations

import json

from agent.prompt_files import load_prompts
from tests.graph.planning import ASKED_BILL, ASKED_PAY, BILL, END, ODD, PAY, QUOTA, Plans, calls


async def test_one_read_is_run_and_answered(plans: Plans) -> None:
    planned = await plans(calls((BILL, {})), END)
    told = await planned.world.say(ASKED_BILL)
    assert [call.arac_adi for call in told.tool_calls] == [BILL] and "TL" in told.response and told.pending is None
    plan = await planned.plan()
    assert (plan["status"], plan["reason"], plan["refused"]) == ("ended", "no call", [])
    assert await planned.unchanged()


async def test_the_model_sees_messages_tools_and_results_and_no_customer(plans: Plans) -> None:
    planned = await plans(calls(("get_customer_profile", {})), END, meanings={ODD: "get_customer_profile"})
    await planned.world.say(ODD)
    first, second = planned.requests
    assert [each["role"] for each in first["messages"]] == ["system", "user"]
    assert "15 Mart 2026" in first["messages"][0]["content"] and first["messages"][1]["content"] == ODD
    operations = load_prompts()["questions"].data["questions"]["operation"]["criteria"]
    assert {each["function"]["name"] for each in first["tools"]} == operations.keys() - {"none"}
    assert [each["role"] for each in second["messages"]] == ["system", "user", "assistant", "tool"]
    result = json.loads(second["messages"][-1]["content"])
    assert result["phone_numbers"] and not {"name", "email", "address"} & result.keys()
    sent = json.dumps(planned.requests, ensure_ascii=False)
    assert "customer_id" not in sent and "accepted_fee" not in sent and "idempotency" not in sent


async def test_two_reads_of_one_step_run_together(plans: Plans) -> None:
    planned = await plans(calls((BILL, {}), (QUOTA, {})), END)
    told = await planned.world.say(ASKED_BILL)
    assert [call.arac_adi for call in told.tool_calls] == [BILL, QUOTA]
    assert "TL" in told.response and "GB" in told.response


async def test_what_the_decision_model_cannot_place_is_planned(plans: Plans) -> None:
    planned = await plans(calls((BILL, {})), calls((QUOTA, {})), END)
    told = await planned.world.say(ODD)
    assert [call.arac_adi for call in told.tool_calls] == [BILL, QUOTA]
    assert len((await planned.plan())["steps"]) == 2


async def test_a_read_then_a_proposal_that_runs_after_the_yes(plans: Plans) -> None:
    planned = await plans(calls((BILL, {})), calls((PAY, {"method": "credit_card"})))
    asked = await planned.world.say(ASKED_PAY)
    assert asked.pending is not None and asked.pending.kind == "confirmation" and "TL" in asked.response
    assert await planned.unchanged() and (await planned.plan())["status"] == "proposed"
    paid = await planned.world.say(approve=True)
    assert paid.pending is None and len(await planned.world.payments()) == 1
    assert len(planned.requests) == 2, "the reply to a question is never planned"


async def test_a_no_to_a_planned_proposal_changes_nothing(plans: Plans) -> None:
    planned = await plans(calls((PAY, {"method": "credit_card"})))
    await planned.world.say(ASKED_PAY)
    told = await planned.world.say("hayır")
    assert told.pending is None and await planned.unchanged() and len(planned.requests) == 1


async def test_a_missing_argument_is_asked_of_the_customer(plans: Plans) -> None:
    planned = await plans(calls((PAY, {"method": None})))
    asked = await planned.world.say(ASKED_PAY)
    assert asked.pending is not None and asked.pending.kind == "clarification"
    asked = await planned.world.say("kredi kartı")
    assert asked.pending is not None and asked.pending.kind == "confirmation"
    assert await planned.unchanged() and len(planned.requests) == 1


async def test_misuse_and_a_person_are_read_by_the_decision_model(plans: Plans) -> None:
    planned = await plans(calls((BILL, {})), meanings={"komşumun faturası": "misuse", "insan istiyorum": "person"})
    told = await planned.world.say("komşumun faturası")
    assert told.tool_calls == [] and planned.requests == []
    await planned.world.say("insan istiyorum")
    assert planned.requests == []
