"""Questions to the customer, rendered from the facts of a preview or from the allowed values of an argument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core import turkish
from core.languages import Language
from graph.answers.approved import FIELD, Answers
from graph.answers.facts import Facts, format_field
from graph.answers.grounding import fill
from graph.calls import question_id
from graph.state import Call, PendingView, TroubleshootingStep
from tools.caller import Caller
from tools.errors import MultipleLines, ToolError
from tools.toolbox import Toolbox

GIVE_UP = "vazgeç"
"""Value of the option that ends a question without an answer."""

_USUAL = "technical"
_TRIED_BY_ONESELF = frozenset({_USUAL, "network", "device"})
"""Categories of faults that a customer may cure with a step of his own."""

_SWITCHES = {"setup_autopay": "autopay_enabled", "enable_roaming": "roaming_enabled"}


def confirmation(call: Call, answers: Answers, language: Language) -> PendingView:
    """Return the question that states the facts of a WRITE call and asks for a yes.

    Args:
        call: A proposed call.
        answers: The wording.
        language: The customer's language.
    """
    values = {
        name: format_field(name, value, answers, language)
        for name, value in (call["preview"] or {}).items()
        if value is not None and not isinstance(value, (bool, dict, list)) and not _is_nothing(name, value)
    }
    key = call["operation"]
    if key in _SWITCHES:
        key += ".on" if call["arguments"]["status"] else ".off"
    if key == "update_customer_contact" and "old_value" not in values:
        key += ".new"
    lines: Sequence[str] = answers.wording["confirmations"][key][language]
    facts = Facts(outcome="", values=values)
    said = [fill(line, facts) for line in lines if set(FIELD.findall(line)) <= set(values)]
    if call["arguments"].get("category", _USUAL) in _TRIED_BY_ONESELF and call["operation"] == "create_fault_ticket":
        said.append(answers.say("ticket_hint", language))
    yes, no = answers.say("yes", language), answers.say("no", language)
    return PendingView(
        id=question_id(call),
        kind="confirmation",
        text=" ".join([*said, answers.say("confirm_question", language)]),
        options=[{"label": yes, "value": yes}, {"label": no, "value": no}],
        calls=[_call_view(call)],
    )


def _is_nothing(name: str, value: Any) -> bool:
    """Tell a fee or term that does not apply, which is not worth a sentence; a difference of 0 is."""
    return name in ("setup_fee", "cancellation_fee", "contract_months") and not float(value)


async def clarification(
    call: Call, toolbox: Toolbox, caller: Caller, answers: Answers, language: Language
) -> PendingView:
    """Return a short question for the first missing argument of a call, with choices where the set is small."""
    argument = call["missing"][0]
    return PendingView(
        kind="clarification",
        text=answers.question_for(argument, language),
        options=[*await _choices(call, argument, toolbox, caller, answers, language), _give_up(answers, language)],
        calls=[_call_view(call)],
    )


def step_question(step: TroubleshootingStep, answers: Answers, language: Language) -> PendingView:
    """Return the question to try a step, with the usual answers as options."""
    wording = answers.wording["steps"]
    options = [{"label": str(words[language]), "value": name} for name, words in wording["answers"].items()]
    return PendingView(kind="step", text=str(wording[step["name"]][language]), options=options, calls=[])


def unclear_choices(operations: Sequence[str], answers: Answers, language: Language) -> PendingView:
    """Return the question for the operation that is meant, among the likeliest ones."""
    options = [{"label": answers.operation_label(name, language), "value": name} for name in operations]
    options.append(_give_up(answers, language))
    return PendingView(kind="clarification", text=answers.say("which_operation", language), options=options, calls=[])


def _give_up(answers: Answers, language: Language) -> dict[str, str]:
    return {"label": answers.say("give_up", language), "value": GIVE_UP}


def exact_choice(message: str, options: Sequence[Mapping[str, str]]) -> str | None:
    """Return the option whose value, label or number the customer wrote; None for other words."""
    said = turkish.fold(message).strip(" .!")
    for number, option in enumerate(options, start=1):
        if said in (turkish.fold(option["value"]), turkish.fold(option["label"]), str(number)):
            return option["value"]
    return None


def match_choice(message: str, options: Sequence[Mapping[str, str]]) -> str | None:
    """Return the option that the customer wrote exactly or in another spelling; None for other words."""
    exact = exact_choice(message, options)
    if exact is not None:
        return exact
    label = turkish.best_match(message, [option["label"] for option in options])
    return next((option["value"] for option in options if option["label"] == label), None)


async def _choices(
    call: Call, argument: str, toolbox: Toolbox, caller: Caller, answers: Answers, language: Language
) -> list[dict[str, str]]:
    if argument in ("new_package_name", "package_name"):
        found = (await toolbox.run("get_available_packages", {}, caller)).model_dump(mode="json")
        return [{"label": package["name"], "value": package["name"]} for package in found["packages"]]
    if argument == "line_number":
        return await _lines(call, toolbox, caller)
    codes = toolbox.allowed_values(call["operation"], argument)
    if codes == ["true", "false"]:
        codes = ["on", "off"]
    return [{"label": turkish.capitalised(answers.code(code, language)), "value": code} for code in codes]


async def _lines(call: Call, toolbox: Toolbox, caller: Caller) -> list[dict[str, str]]:
    """Return the caller's lines: those of an unnamed line's refusal, the only one, or none where a guard refuses."""
    try:
        preview = await toolbox.preview(call["operation"], call["arguments"], caller)
    except MultipleLines as error:
        return [{"label": number, "value": number} for number in error.details.get("lines", ())]
    except ToolError:
        return []
    only = preview.arguments.get("line_number")
    return [{"label": only, "value": only}] if only else []


def _call_view(call: Call) -> dict[str, Any]:
    """Return a call under the field names that clients know."""
    return {"arac_adi": call["operation"], "parametreler": call["arguments"]}
