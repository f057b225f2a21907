"""Write docs/test-scenarios.md from the scenario files: the conversations and their expectations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.scenarios.format import (
    ButtonTurn,
    Expectations,
    ExpectedRows,
    InitialState,
    MessageTurn,
    OutsideSystems,
    RowChange,
    Scenario,
    ScenarioTurn,
    SideEffectTurn,
    WaitTurn,
)
from evaluation.scenarios.loader import PLACEHOLDERS
from evaluation.scenarios.values import as_text

PAGE = Path(__file__).parents[2] / "docs" / "test-scenarios.md"

_HEAD = """\
# Test scenarios

Conversations that score the agent: each is said in several wordings and on several demo databases, and what counts is
what stands in the database and in the answers afterwards. `telekom eval scenarios` plays them;
`telekom eval scenario-docs` writes this page from `evaluation/scenarios/*.yaml`, whose format stands in
`evaluation/scenarios/format.py`. Shown is the first wording of each turn.
{scenarios} scenarios, {turns} turns, {wordings} wordings.
"""
_SITUATIONS = {
    0: "bill paid", 1: "bill unpaid", 2: "bill overdue", 3: "line suspended", 4: "quota nearly used up",
    5: "inside a commitment", 6: "roaming on, an open ticket", 7: "business, several lines, autopay",
    "newcomer": "registered today, no bill yet",
}  # fmt: skip
_OPEN = {
    "confirmation": "asked to confirm", "clarification": "asked back", "step": "asked to try a step",
    "nothing": "nothing is asked",
}  # fmt: skip


def document(scenarios: Sequence[Scenario]) -> str:
    """Return the Markdown document."""
    spoken = [turn for scenario in scenarios for turn in scenario.turns if isinstance(turn, MessageTurn)]
    wordings = sum(len(turn.say) for turn in spoken)
    parts = [
        _HEAD.format(scenarios=len(scenarios), turns=len(spoken), wordings=wordings),
        _behaviours(scenarios),
        _placeholders(),
        "## Scenarios\n",
        *(_scenario(scenario) for scenario in scenarios),
    ]
    return "\n".join(parts)


def _behaviours(scenarios: Sequence[Scenario]) -> str:
    found: dict[str, list[str]] = {}
    for scenario in scenarios:
        for name in scenario.behaviours:
            found.setdefault(name, []).append(scenario.id)
    rows = [
        f"| {name.replace('_', ' ')} | {len(ids)} | {', '.join(f'[{id}](#{id})' for id in ids)} |"
        for name, ids in sorted(found.items())
    ]
    return "\n".join(["## By behaviour\n", "| behaviour | | scenarios |", "|---|---|---|", *rows, ""])


def _placeholders() -> str:
    rows = [f"| `{{{name}}}` | {meaning} |" for name, meaning in PLACEHOLDERS.items()]
    return "\n".join(
        ["## Placeholders\n", "Filled from the database before the first turn.\n", "| | |", "|---|---|", *rows, ""]
    )


def _scenario(scenario: Scenario) -> str:
    who = f"customer {scenario.customer}" if scenario.customer != "newcomer" else "a newcomer"
    lines = [
        f"### {scenario.id}",
        f"{scenario.title}.".replace("..", "."),
        "",
        f"*{', '.join(name.replace('_', ' ') for name in scenario.behaviours)}* — {who}: "
        + "; ".join([_SITUATIONS[scenario.customer], *_start(scenario.start)])
        + ".",
        "",
        *(f"{number}. {_turn(turn)}" for number, turn in enumerate(scenario.turns, start=1)),
        "",
        "Must hold:",
        *(f"- {sentence}" for sentence in _expected(scenario.expect)),
        "",
    ]
    return "\n".join(lines)


def _start(start: InitialState) -> Iterator[str]:
    yield from _outside(start)
    yield from (_row_change(change) for change in start.rows)


def _outside(outside: OutsideSystems) -> Iterator[str]:
    for system, settings in outside.model_dump(exclude_defaults=True, exclude={"rows"}).items():
        yield f"{system.replace('_', ' ')} {_object(settings)}" if settings else f"{system.replace('_', ' ')} as usual"


def _row_change(change: RowChange) -> str:
    where = f" where {_object(change.where)}" if change.where else ""
    if change.delete:
        return f"no {change.table}{where}"
    return f"{'new ' if change.insert else ''}{change.table}{where} with {_object(change.set)}"


def _turn(turn: ScenarioTurn) -> str:
    when = f"*if {' or '.join(_OPEN[kind] for kind in turn.kinds)}:* " if turn.when is not None else ""
    match turn:
        case MessageTurn():
            return f"{when}“{' '.join(turn.say[0].split())}”"
        case ButtonTurn():
            return f"{when}the button *{'yes' if turn.approve else 'no'}*"
        case WaitTurn():
            return f"{when}{turn.later:g} minutes pass"
        case SideEffectTurn():
            effect = turn.side_effect
            call = f"`{effect.operation}` {_object(effect.arguments)}".rstrip()
            return f"{when}outside the conversation the same customer runs {call}"
    return f"{when}from now on: {'; '.join(_outside(turn.outside))}"


def _expected(expect: Expectations) -> Iterator[str]:
    yield from (_changed(changed) for changed in expect.changed)
    if expect.nothing_written:
        yield "nothing is written"
    if expect.called is not None:
        yield f"runs {_names(expect.called)}" if expect.called else "runs no operation"
    if expect.may_call:
        yield f"may run {_names(expect.may_call)} besides"
    if expect.not_called:
        yield f"does not run {_names(expect.not_called)}"
    if expect.asked is not None:
        yield f"asks: {', '.join(expect.asked)}" if expect.asked else "asks nothing"
    if expect.says:
        yield f"says {_texts(expect.says)}"
    if expect.says_not:
        yield f"does not say {_texts(expect.says_not)}"
    if expect.handed_over:
        yield f"hands the conversation over to a person ({expect.handed_over.replace('_', ' ')})"
    if expect.language:
        yield f"answers in {'English' if expect.language == 'en' else 'Turkish'}"


def _changed(changed: ExpectedRows) -> str:
    where = f" where {_object(changed.where)}" if changed.where else ""
    parts = []
    if changed.added is not None:
        parts.append(f"{changed.added} added" if changed.added else "none added")
    if changed.now is not None:
        parts.append(f"is {_object(changed.now)}")
    return f"`{changed.table}`{where}: {', '.join(parts)}"


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _texts(texts: Sequence[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)


def _object(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in values.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"({_object(value)})" if isinstance(value, Mapping) else as_text(value)
