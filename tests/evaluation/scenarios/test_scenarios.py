"""The scenarios that come with the agent: their files, what they cover, and each with a model that understands it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from evaluation.scenarios.docs import PAGE, document
from evaluation.scenarios.format import MessageTurn, Scenario
from evaluation.scenarios.loader import FOLDER, read_scenarios
from evaluation.scenarios.runner import ScenarioRunner, scripted_agent
from evaluation.scenarios.transcript import ScenarioRun
from evaluation.understanding.agent_under_test import schema_toolbox

WORDINGS = 4
IDS = sorted(file.stem for file in FOLDER.glob("*.yaml"))

UNREACHABLE = {
    "COMMITMENT_EXISTS": "the confirmation states the fee, and a yes accepts it",
    "IDEMPOTENCY_CONFLICT": "the graph makes its keys itself",
    "INVALID_CONTACT_TYPE": "the kind is chosen among those that exist",
    "INVALID_METHOD": "the method is chosen among those that exist",
    "MULTIPLE_LINES": "the agent asks which line is meant",
    "OUTSIDE_SYSTEM_REFUSED": "needs an order system that is not ours",
    "TICKET_CREATION_FAILED": "needs a database that fails",
    "TOOL_TIMEOUT": "needs a system that is slow or not ours",
}
"""Error codes of the catalog that no conversation brings about."""

Play = Callable[[str], Awaitable[ScenarioRun]]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Plays a scenario in its first wording, once for all tests."""
    runner = ScenarioRunner(scripted_agent(), tmp_path_factory.mktemp("scenarios"))
    scenarios = {scenario.id: scenario for scenario in read_scenarios()}
    played: dict[str, ScenarioRun] = {}

    async def once(name: str) -> ScenarioRun:
        if name not in played:
            played[name] = await runner.play(scenarios[name], 0)
        return played[name]

    return once


def test_every_file_is_a_scenario_with_an_own_wording_for_each_of_four_runs() -> None:
    scenarios = read_scenarios()
    assert [scenario.id for scenario in scenarios] == IDS
    few = [
        f"{scenario.id}: turn {number}"
        for scenario in scenarios
        for number, turn in enumerate(scenario.turns, start=1)
        if isinstance(turn, MessageTurn) and (len(turn.say) < WORDINGS or len(set(turn.say)) < len(turn.say))
    ]
    assert not few


def test_every_scenario_expects_something() -> None:
    empty = [one.id for one in read_scenarios() if not one.expect.model_dump(exclude_defaults=True)]
    assert not empty


def test_titles_are_unique() -> None:
    counted = Counter(scenario.title for scenario in read_scenarios())
    assert [title for title, n in counted.items() if n > 1] == []


@pytest.mark.parametrize("name", IDS)
async def test_scenario_passes_with_a_mind_that_understands_it(name: str, play: Play) -> None:
    run = await play(name)
    failures = "\n".join(f"- {failure}" for failure in run.failures)
    assert run.passed, f"{run.scenario.title}\n{failures}\n\n{run.text}"


@pytest.mark.timeout(1800)
async def test_every_operation_runs_in_some_scenario(play: Play) -> None:
    ran = {name for id in IDS for name in (await play(id)).transcript.called}
    assert sorted(set(schema_toolbox().names) - ran) == []


@pytest.mark.timeout(1800)
async def test_every_reachable_error_is_told_in_some_scenario(play: Play) -> None:
    told = {code for id in IDS for code in (await play(id)).transcript.errors}
    codes = {code for tool in schema_toolbox().tools for code in (tool.metadata or {})["errors"]}
    assert sorted(codes - set(UNREACHABLE) - told) == []
    assert sorted(set(UNREACHABLE) - codes) == [], "no longer in the catalog"
    assert sorted(set(UNREACHABLE) & told) == [], "can be reached"


def test_page_of_the_docs_is_the_one_of_the_files() -> None:
    assert PAGE.read_text("utf-8") == document(read_scenarios()), "telekom eval scenario-docs writes it"


def test_page_links_to_every_scenario() -> None:
    scenarios: list[Scenario] = read_scenarios()
    page = document(scenarios)
    for scenario in scenarios:
        assert f"\n### {scenario.id}\n" in page
        assert f"(#{scenario.id})" in page
