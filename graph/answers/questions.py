"""Questions to the customer, rendered from the facts of a preview or from the allowed values of an argument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core import turkish
from core.fields import FIELD
from core.languages import Language
from graph.answers.approved import Answers
from graph.answers.facts import Facts, format_field
from graph.answers.grounding import fill
from graph.answers.switches import AUTOPAY, SWITCHES, pays_its_first, present_state
from graph.asked.audience import ages_of, said_audience
from graph.calls import SAME_FAULT, question_id
from graph.state import Call, PendingView, TroubleshootingStep
from tools.caller import Caller
from tools.errors import MultipleLines, ToolError
from tools.lines import DEFAULT_REASON
from tools.toolbox import Toolbox

GIVE_UP = "vazgeç"
"""Value of the option that ends a question without an answer."""

_LINE = "line_number"
_TICKET = "create_fault_ticket"
_CONTACT = "update_customer_contact"
_USUAL = "technical"
_AUDIENCE = "target_audience"
_OF_A_DAY_ABROAD = ("current_roaming_daily_fee", "roaming_daily_fee")
_WHERE_THERE_IS_ONE = frozenset({"setup_fee", "cancellation_fee", "contract_months", "new_cancellation_fee"})
_TRIED_BY_ONESELF = frozenset({_USUAL, "network", "device"})
"""Categories of faults that a customer may cure with a step of his own."""


def confirmation(call: Call, answers: Answers, language: Language) -> PendingView:
    """Return the question that states the facts of a WRITE call and asks for a yes.

    Args:
        call: A proposed call.
        answers: The wording.
        language: The customer's language.
    """
    yes, no = answers.say("yes", language), answers.say("no", language)
    return PendingView(
        id=question_id(call),
        kind="confirmation",
        text=f"{statement(call, answers, language)} {answers.say('confirm_question', language)}",
        options=[{"label": yes, "value": yes}, {"label": no, "value": no}],
        calls=[_call_view(call)],
        facts=[call["preview"] or {}],
    )


def confirmations(calls: Sequence[Call], answers: Answers, language: Language) -> PendingView:
    """Return the one question about every proposed change: a numbered list, and whether all of them are wanted.

    The first option consents to all and the last one to none; each between them names one change.

    Args:
        calls: The proposed calls, one or more.
        answers: The wording.
        language: The customer's language.
    """
    if len(calls) == 1:
        return confirmation(calls[0], answers, language)
    several = answers.wording["several"]
    listing = [f"{place}. {statement(call, answers, language, calls)}" for place, call in enumerate(calls, start=1)]
    heading = str(several["heading"][language]).replace("{count}", str(len(calls)))
    one = [
        f"{several['one'][language]} {place}: {change_name(call, answers, language)}"
        for place, call in enumerate(calls, start=1)
    ]
    everything, nothing = str(several["all"][language]), str(several["none"][language])
    return PendingView(
        id=question_id(*calls),
        kind="confirmation",
        text="\n".join([heading, *listing, str(several["question"][language])]),
        options=[{"label": label, "value": label} for label in (everything, *one, nothing)],
        calls=[_call_view(call) for call in calls],
        facts=[call["preview"] or {} for call in calls],
    )


def change_name(call: Call, answers: Answers, language: Language) -> str:
    """Return a short name of a change: its operation, with its line where it has one."""
    line = call["arguments"].get("line_number")
    label = answers.operation_label(call["operation"], language)
    return f"{label} ({line})" if line else label


def statement(call: Call, answers: Answers, language: Language, beside: Sequence[Call] = ()) -> str:
    """Return the sentences that state the facts of a proposed change.

    Args:
        call: The proposed call.
        answers: The wording.
        language: The customer's language.
        beside: All that are proposed with it: a bill that is paid now is none that is paid automatically first.
    """
    preview = call["preview"] or {}
    values = preview_values(preview, answers, language)
    key = change_kind(call["operation"], call["arguments"], preview)
    lines: Sequence[str] = answers.wording["confirmations"][key][language]
    if key.startswith(f"{AUTOPAY}.on") and pays_its_first(preview, beside):
        lines = [lines[0], answers.say("autopay_after_payment", language)]
    facts = Facts(outcome="", values=values, language=language)
    said = [fill(line, facts) for line in lines if set(FIELD.findall(line)) <= set(values)]
    if key == _TICKET and call["arguments"].get("category", _USUAL) in _TRIED_BY_ONESELF:
        said.append(answers.say("ticket_hint", language))
    return " ".join(said)


def preview_values(facts: Mapping[str, Any], answers: Answers, language: Language) -> dict[str, str]:
    """Return the facts of a preview that are worth telling, as text."""
    values = {
        name: format_field(name, value, answers, language)
        for name, value in facts.items()
        if value is not None and not isinstance(value, (bool, dict, list)) and not _is_nothing(name, value, facts)
    }
    return values | {name: said_audience(values[name], language) for name in (_AUDIENCE,) if name in values}


def change_kind(operation: str, arguments: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return the kind of a proposed change, the key of its wording: a switch by its state before and after.

    Args:
        operation: The operation.
        arguments: Its arguments.
        facts: The facts of its preview.
    """
    if operation in SWITCHES:
        return f"{operation}{'.on' if arguments['status'] else '.off'}{present_state(facts)}"
    if operation == _CONTACT and facts.get("old_value") is None:
        return f"{operation}.new"
    if operation == _TICKET and facts.get("ticket_id") is not None:
        return f"{operation}.note"
    return operation


def _is_nothing(name: str, value: Any, facts: Mapping[str, Any]) -> bool:
    """Tell a fee, term or reason that does not apply, which is not worth a sentence; a difference of 0 is.

    The fee of a day abroad is worth one where it changes, and whom a package is for where the catalogue names an age:
    nobody here knows the customer's.
    """
    if name == "reason":
        return bool(value == DEFAULT_REASON)
    if name == _AUDIENCE:
        return ages_of(str(value)) is None
    if name in _OF_A_DAY_ABROAD:
        return len({facts.get(each) for each in _OF_A_DAY_ABROAD}) == 1
    return name in _WHERE_THERE_IS_ONE and not float(value)


async def clarification(
    call: Call, toolbox: Toolbox, caller: Caller, answers: Answers, language: Language
) -> PendingView:
    """Return a short question for the first missing argument of a call, with choices where the set is small."""
    argument = call["missing"][0]
    text = answers.question_for(argument, language)
    if argument == SAME_FAULT:
        text = fill(text, Facts("", await _similar_ticket(call, toolbox, caller), language))
    choices = await _choices(call, argument, toolbox, caller, answers, language)
    if argument == _LINE and len(choices) == 1:  # another line was named, which there is not
        text = answers.say("only_line", language).format(line_number=choices[0]["value"])
    elif argument == _LINE:
        text = _wish(call, answers, language) + text
    return PendingView(
        kind="clarification",
        text=text,
        options=[*choices, _give_up(answers, language)],
        calls=[_call_view(call)],
    )


def question_read(call: Call, view: PendingView, answers: Answers, language: Language) -> str:
    """Return the question as a reply to it is read: without the wish that a question for a line begins with."""
    text = view["text"]
    return text.removeprefix(_wish(call, answers, language)) if call["missing"][0] == _LINE else text


def _wish(call: Call, answers: Answers, language: Language) -> str:
    """Return the sentence that names what a line is asked for."""
    label = answers.operation_label(call["operation"], language)
    return answers.say("line_for", language).replace("{operation}", turkish.lower(label) if language == "tr" else label)


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
    if argument == _LINE:
        return await _lines(call, toolbox, caller, answers, language)
    if argument == SAME_FAULT:
        labels = answers.wording["fault_choices"]
        return [{"label": str(labels[value][language]), "value": value} for value in ("same", "separate")]
    codes = toolbox.allowed_values(call["operation"], argument)
    if codes == ["true", "false"]:
        codes = ["on", "off"]
    return [{"label": turkish.capitalised(answers.code(code, language), language), "value": code} for code in codes]


async def _similar_ticket(call: Call, toolbox: Toolbox, caller: Caller) -> dict[str, str]:
    """Return the number and the description of the open ticket that may be of the same fault."""
    try:
        await toolbox.preview(call["operation"], call["arguments"], caller)
    except ToolError as error:
        return {name: str(error.details.get(name, "")) for name in ("ticket_id", "open_description")}
    return {"ticket_id": "", "open_description": ""}


async def _lines(
    call: Call, toolbox: Toolbox, caller: Caller, answers: Answers, language: Language
) -> list[dict[str, str]]:
    """Return the caller's lines: those of an unnamed line's refusal, the only one, or none where a guard refuses."""
    try:
        preview = await toolbox.preview(call["operation"], call["arguments"], caller)
    except MultipleLines as error:
        numbers: Sequence[str] = error.details.get("lines", ())
    except ToolError:
        return []
    else:
        only = preview.arguments.get(_LINE)
        numbers = [only] if only else []
    kinds = await _kinds(toolbox, caller)
    return [
        {"label": await _line_label(number, kinds.get(number), toolbox, caller, answers, language), "value": number}
        for number in numbers
    ]


async def _kinds(toolbox: Toolbox, caller: Caller) -> dict[str, str]:
    """Return the kind of each of the caller's lines by its number."""
    try:
        profile = (await toolbox.run("get_customer_profile", {}, caller)).model_dump(mode="json")
    except ToolError:
        return {}
    return {number["number"]: number["type"] for number in profile["phone_numbers"] if number["type"] != "contact"}


async def _line_label(
    number: str, kind: str | None, toolbox: Toolbox, caller: Caller, answers: Answers, language: Language
) -> str:
    """Return a line as a customer tells it apart: its number, its kind and its package."""
    try:
        package = (await toolbox.run("get_customer_package", {_LINE: number}, caller)).model_dump(mode="json")
    except ToolError:
        package = {}
    parts = (number, answers.code(kind, language) if kind else None, package.get("package_name"))
    return " · ".join(part for part in parts if part)


def _call_view(call: Call) -> dict[str, Any]:
    """Return a call under the field names that clients know."""
    return {"arac_adi": call["operation"], "parametreler": call["arguments"]}
