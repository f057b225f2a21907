"""Every operation's real result, of every demo customer, has facts and approved answers that fit them."""

from __future__ import annotations

import pytest

from graph.answers.approved import load_answers
from graph.answers.facts import facts_of, facts_of_error
from graph.answers.grounding import fill, usable
from graph.answers.questions import confirmation
from graph.calls import new_call, propose
from tests.graph.conftest import MakeWorld
from tools.caller import Caller
from tools.catalog import build_tools
from tools.errors import ToolError
from tools.toolbox import Toolbox

WRITES = {
    "pay_bill": {"method": "credit_card"},
    "setup_autopay": {"status": True, "payment_method": "credit_card"},
    "change_package": {"new_package_name": "Mega İnternet"},
    "enable_roaming": {"status": True},
    "create_fault_ticket": {"issue_description": "İnternetim sabahtan beri kopuyor", "category": "billing"},
    "update_customer_contact": {"contact_type": "email", "new_value": "yeni@example.com"},
    "suspend_line": {"reason": "yurt dışına çıkıyorum"},
    "reactivate_line": {},
}
READS = {"get_package_details": {"package_name": "Mega İnternet"}, "check_network_status": {"region": "İzmir Bornova"}}


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("customer", range(8))
async def test_every_result_has_an_answer_in_every_language(
    make_world: MakeWorld, language: str, customer: int
) -> None:
    world = await make_world({})
    from ports import Adapters

    toolbox = Toolbox(build_tools(world.database, Adapters(), world.clock))
    answers = load_answers()
    for name in toolbox.names:
        arguments = {**WRITES.get(name, {}), **READS.get(name, {})}
        caller = Caller(customer, takes_defaults=True)
        try:
            if toolbox.is_write(name):
                preview = await toolbox.preview(name, arguments, caller)
                call = propose(new_call(name, {}, toolbox), preview.arguments, preview.facts, world.clock)
                view = confirmation(call, answers, language)  # type: ignore[arg-type]
                assert len(view["text"]) > len(answers.say("confirm_question", language)) + 20  # type: ignore[arg-type]
                assert "{" not in view["text"]
                arguments = preview.arguments
            result = (await toolbox.run(name, arguments, caller)).model_dump(mode="json")
        except ToolError as error:
            facts = facts_of_error({"code": error.code, "details": error.details}, answers, language)  # type: ignore[arg-type]
            approved = answers.of_error(facts.outcome, language)  # type: ignore[arg-type]
        else:
            facts = facts_of(name, result, answers, language)  # type: ignore[arg-type]
            approved = answers.of_outcome(name, facts.outcome, language)  # type: ignore[arg-type]
        fitting = usable(approved, facts)
        assert fitting, (name, facts)
        assert "{" not in fill(fitting[0], facts)


def test_customer_without_a_ticket_is_not_asked_for_its_number() -> None:
    def told(ticket: str | None) -> str:
        return facts_of_error(
            {"code": "TICKET_NOT_FOUND", "details": {"ticket_id": ticket}}, load_answers(), "tr"
        ).outcome

    assert (told(None), told("T-9")) == ("NO_TICKET", "TICKET_NOT_FOUND")
