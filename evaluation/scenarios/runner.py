"""Plays scenarios: the real graph, tools, hand-overs and conversations, on a company of its own for every run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from langgraph.checkpoint.memory import InMemorySaver

from agent.models import Models
from agent.prompt_files import load_prompts
from conversation.service import ChatResult, Conversations, User
from database.handovers import Handovers
from evaluation.scenarios.checks import failures
from evaluation.scenarios.environment import Demos, World
from evaluation.scenarios.format import Approve, Elsewhere, Later, Means, Say, Scenario, Turn
from evaluation.scenarios.loader import filled
from evaluation.scenarios.scripted import FirstExample, ScriptedDecisions
from evaluation.scenarios.transcript import Run, Story
from graph.answers.approved import load_answers
from graph.build import Limits, Parts, build_graph
from service.container import RecordedDesk

_SESSION = "scenario"

AfterTurn = Callable[[World, Parts, InMemorySaver, ChatResult], Awaitable[None]]
_DEFAULT_LIMITS = Limits()


def scripted_models() -> Models:
    """A mind that understands what the scenarios say it means."""
    return Models(chat_model=FirstExample(), decision_model=ScriptedDecisions())


class Stage:
    """What all runs share: models, prompts, wording and the demos; nothing of it remembers a run.

    Args:
        models: The mind that is measured.
        folder: For the databases; whoever gave it removes it.
        limits: The numbers that an operator may set.
        after_turn: Called after each turn with the company, the parts of its graph, its threads and the answer.
    """

    def __init__(
        self, models: Models, folder: Path, limits: Limits = _DEFAULT_LIMITS, after_turn: AfterTurn | None = None
    ) -> None:
        self.models = models
        self.after_turn = after_turn
        self._demos = Demos(folder)
        self._limits = limits
        self._prompts, self._answers = load_prompts(), load_answers()

    async def play(self, scenario: Scenario, number: int) -> Run:
        """Run a scenario.

        Args:
            scenario: What is played.
            number: The wording and the seed.
        """
        story = Story()
        try:
            async with self._demos.open(scenario, number) as world:
                await _Play(scenario, number, world, self, story).turns()
                found = failures(
                    scenario.expect, story, world.before, await world.rows(), world.customer, world.stored, world.shown
                )
        except Exception as error:  # whatever ends a run, it is this scenario that failed, and the others go on
            found = [f"raised {type(error).__name__}: {error}"]
        return Run(scenario, number, found, story)

    def parts(self, world: World) -> Parts:
        """What the graph on a company is made of."""
        return Parts(
            decision_model=self.models.decision_model, chat_model=self.models.chat_model, toolbox=world.toolbox,
            prompts=self._prompts, answers=self._answers, clock=world.clock,
            desk=RecordedDesk(Handovers(world.database), world.clock), limits=self._limits,
        )  # fmt: skip


class _Play:
    """One run in progress."""

    def __init__(self, scenario: Scenario, number: int, world: World, stage: Stage, story: Story) -> None:
        self._scenario = scenario
        self._number = number
        self._world = world
        self._stage = stage
        self._parts, self._threads = stage.parts(world), InMemorySaver()
        self._graph = build_graph(self._parts, self._threads)
        self._decides = stage.models.decision_model
        self._story = story
        self._conversations = Conversations(world.engine(self._graph, stage.models.name))
        self._user = User(world.customer + 1, world.customer, "scenario@example.com", "customer", "")

    async def turns(self) -> None:
        """Take every turn whose question is open."""
        for turn in self._scenario.turns:
            if self._story.open in turn.kinds:
                await self._take(turn)
            else:
                self._story.happened(f"a turn for {' or '.join(turn.kinds)} is skipped, open is {self._story.open}")

    async def _take(self, turn: Turn) -> None:
        match turn:
            case Say():
                wording = turn.say[self._number % len(turn.say)]
                await self._speak(turn.means, message=str(filled(wording, self._world.shown)))
            case Approve():
                await self._speak(Means(), approve=turn.approve)
            case Later():
                self._world.later(turn.later)
                self._story.happened(f"{turn.later:g} minutes pass")
            case Elsewhere():
                self._story.happened(f"elsewhere: {turn.elsewhere.operation} {turn.elsewhere.arguments}")
                await self._world.elsewhere(turn.elsewhere)
            case _:
                self._story.happened(f"outside systems: {turn.outside.model_dump(exclude_defaults=True)}")
                self._world.outside(turn.outside)

    async def _speak(self, means: Means, *, message: str | None = None, approve: bool | None = None) -> None:
        if isinstance(self._decides, ScriptedDecisions):
            arguments = filled(means.arguments, self._world.stored)
            meant = means.model_copy(update={"arguments": arguments})
            self._decides.hear(message or "", meant, self._scenario.language)
        said = message if message is not None else f"[{'yes' if approve else 'no'} by button]"
        try:
            result = await self._conversations.run(self._user, session_id=_SESSION, message=message, resume=approve)
        except Exception:
            self._story.happened(f"no answer to: {said}")
            raise
        snapshot = await self._graph.aget_state({"configurable": {"thread_id": _SESSION}})
        self._story.said(said, result, snapshot.values.get("language", "tr"))
        if self._stage.after_turn is not None:
            await self._stage.after_turn(self._world, self._parts, self._threads, result)


async def measure(
    scenarios: Sequence[Scenario], k: int, stage: Stage, done: Callable[[int], None] = lambda count: None
) -> list[Run]:
    """Run every scenario k times, each with another wording and another demo.

    Args:
        scenarios: What is played.
        k: Runs of each.
        stage: Where.
        done: Told how many runs have ended.
    """
    runs: list[Run] = []
    for scenario in scenarios:
        for number in range(k):
            runs.append(await stage.play(scenario, number))
            done(len(runs))
    return runs
