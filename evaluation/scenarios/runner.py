"""Play scenarios with the real graph, tools, hand-overs and conversations; every run has its own demo data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

from langgraph.checkpoint.memory import InMemorySaver

from conversation.service import ChatResult
from core.settings import Settings
from database.handovers import Handovers
from evaluation.conversation_environment import demo_user
from evaluation.scenarios.checks import failures
from evaluation.scenarios.environment import DemoDatabases, ScenarioEnvironment
from evaluation.scenarios.format import (
    ButtonTurn,
    Meaning,
    MessageTurn,
    Scenario,
    ScenarioTurn,
    SideEffectTurn,
    WaitTurn,
)
from evaluation.scenarios.loader import filled
from evaluation.scenarios.transcript import ScenarioRun, Transcript
from evaluation.scripted import ScenarioDecisionModel, scripted_models
from evaluation.served_agent import ServedAgent, load_served_agent
from graph.build import GraphDependencies, build_graph
from service.graph_parts import DatabaseHandoverQueue

_SESSION = "scenario"

AfterTurn = Callable[[ScenarioEnvironment, GraphDependencies, InMemorySaver, ChatResult], Awaitable[None]]


def scripted_agent() -> ServedAgent:
    """Return the agent of the present settings with scripted models."""
    return load_served_agent(Settings(), scripted_models())


class ScenarioRunner:
    """Runs scenarios with one agent; no run sees anything of another.

    Args:
        agent: The agent to measure.
        folder: Folder for the databases; the caller removes it.
        after_turn: Called after each turn with the environment, the graph's dependencies, the threads and the answer.
    """

    def __init__(self, agent: ServedAgent, folder: Path, after_turn: AfterTurn | None = None) -> None:
        self.agent = agent
        self.after_turn = after_turn
        self._demos = DemoDatabases(folder, agent.settings)

    async def play(self, scenario: Scenario, number: int) -> ScenarioRun:
        """Play one scenario; an exception is a failure of this run and does not stop the others.

        Args:
            scenario: The scenario.
            number: Chooses the wording and the seed of the demo data.
        """
        transcript = Transcript()
        try:
            async with self._demos.open(scenario, number) as environment:
                await _RunInProgress(scenario, number, environment, self, transcript).turns()
                found = failures(
                    scenario.expect,
                    transcript,
                    environment.before,
                    await environment.rows(),
                    environment.customer,
                    environment.stored,
                    environment.displayed,
                )
        except Exception as error:  # whatever ends a run, it is this scenario that failed, and the others go on
            found = [f"raised {type(error).__name__}: {error}"]
        return ScenarioRun(scenario, number, found, transcript)

    def dependencies(self, environment: ScenarioEnvironment) -> GraphDependencies:
        """Return the dependencies of the graph in an environment."""
        handover_queue = DatabaseHandoverQueue(Handovers(environment.database), environment.clock)
        return self.agent.dependencies(environment.conversation_toolbox, environment.clock, handover_queue)


class _RunInProgress:
    """A run in progress."""

    def __init__(
        self,
        scenario: Scenario,
        number: int,
        environment: ScenarioEnvironment,
        runner: ScenarioRunner,
        transcript: Transcript,
    ) -> None:
        self._scenario = scenario
        self._number = number
        self._environment = environment
        self._runner = runner
        self._dependencies, self._threads = runner.dependencies(environment), InMemorySaver()
        self._graph = build_graph(self._dependencies, self._threads)
        self._decides = runner.agent.models.decision_model
        self._transcript = transcript
        self._conversations = environment.conversations_with(self._graph, runner.agent.models.name)
        self._user = demo_user(environment.customer)

    async def turns(self) -> None:
        """Take every turn that fits the pending question."""
        for turn in self._scenario.turns:
            if self._transcript.open in turn.kinds:
                await self._take(turn)
            else:
                self._transcript.add_event(
                    f"a turn for {' or '.join(turn.kinds)} is skipped, open is {self._transcript.open}"
                )

    async def _take(self, turn: ScenarioTurn) -> None:
        match turn:
            case MessageTurn():
                wording = turn.say[self._number % len(turn.say)]
                await self._speak(turn.means, message=str(filled(wording, self._environment.displayed)))
            case ButtonTurn():
                await self._speak(Meaning(), approve=turn.approve)
            case WaitTurn():
                self._environment.clock.advance(timedelta(minutes=turn.later))
                self._transcript.add_event(f"{turn.later:g} minutes pass")
            case SideEffectTurn():
                self._transcript.add_event(f"side effect: {turn.side_effect.operation} {turn.side_effect.arguments}")
                await self._environment.run_side_effect(turn.side_effect)
            case _:
                self._transcript.add_event(f"outside systems: {turn.outside.model_dump(exclude_defaults=True)}")
                self._environment.configure_systems(turn.outside)

    async def _speak(self, means: Meaning, *, message: str | None = None, approve: bool | None = None) -> None:
        if isinstance(self._decides, ScenarioDecisionModel):
            arguments = filled(means.arguments, self._environment.stored)
            meant = means.model_copy(update={"arguments": arguments})
            self._decides.set_meaning(message or "", meant, self._scenario.language)
        said = message if message is not None else f"[{'yes' if approve else 'no'} by button]"
        try:
            result = await self._conversations.run(self._user, session_id=_SESSION, message=message, resume=approve)
        except Exception:
            self._transcript.add_event(f"no answer to: {said}")
            raise
        snapshot = await self._graph.aget_state({"configurable": {"thread_id": _SESSION}})
        self._transcript.add_turn(said, result, snapshot.values.get("language", "tr"))
        if self._runner.after_turn is not None:
            await self._runner.after_turn(self._environment, self._dependencies, self._threads, result)


async def measure(
    scenarios: Sequence[Scenario], k: int, runner: ScenarioRunner, done: Callable[[int], None] = lambda count: None
) -> list[ScenarioRun]:
    """Run every scenario k times, each time with another wording and other demo data.

    Args:
        scenarios: The scenarios.
        k: Number of runs of each.
        runner: Plays them.
        done: Receives the number of finished runs.
    """
    runs: list[ScenarioRun] = []
    for scenario in scenarios:
        for number in range(k):
            runs.append(await runner.play(scenario, number))
            done(len(runs))
    return runs
