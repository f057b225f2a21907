"""Run a turn again and compare the result with its record, masked, for an engineer to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Protocol

from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from pydantic import BaseModel, ConfigDict, Field

from database.runs import Runs
from database.session import Database
from database.tables import Run
from graph.build import GraphDependencies
from replay.comparison import Difference, RunSummary, difference
from replay.rerunner import Overrides, Rerun, Rerunner


class RerunComparison(BaseModel):
    """The result of a re-run, masked, and its differences from the recorded turn."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="of the re-run")
    run_id: str = Field(description="of the recorded turn")
    answer: str = Field(description="what the customer would have been told")
    intent: str | None = Field(description="the first operation")
    same: bool = Field(description="whether intent, calls and answer are as recorded")
    difference: Difference = Field(description="from the recorded turn to the re-run")
    steps: list[dict[str, Any]] = Field(description="each node's input, output and milliseconds in the re-run")
    not_recorded: list[str] = Field(description="operations that ran on a copy of the data, thrown away since")


class Replayable(Protocol):
    """What a re-runner takes from a running service."""

    @property
    def database(self) -> Database:
        """The database."""

    @property
    def runs(self) -> Runs:
        """The recorded turns."""

    @property
    def checkpointer(self) -> BaseCheckpointSaver[Any]:
        """The threads."""

    @property
    def dependencies(self) -> GraphDependencies:
        """The models, prompts and tools of the graph."""

    @property
    def load_chat_model(self) -> Callable[[str], BaseChatModel]:
        """Loads another chat model by its name."""


def rerunner_of(service: Replayable) -> Rerunner:
    """Return a re-runner with the models, prompts and threads of a service."""
    return Rerunner(service.database, service.runs, service.checkpointer, service.dependencies, service.load_chat_model)


async def rerun_and_compare(
    rerunner: Rerunner, runs: Runs, run_id: str, overrides: Overrides, by: str, at: datetime
) -> RerunComparison:
    """Run a turn again, save the re-run, and compare it with the record.

    Args:
        rerunner: Runs the turn.
        runs: The recorded turns.
        run_id: The whole id of the turn.
        overrides: The changes of this re-run.
        by: Login of the engineer who asked for it.
        at: The present time.

    Raises:
        RunNotFound: There is no such run, or its details were deleted after the retention time.
        NotReplayable: Its checkpoints are gone, or it never reached the node of the overrides.
        PromptError: A prompt is malformed.
        ModelError: The other model cannot be loaded.
        ValidationError: An edited result does not fit the operation's schema.
    """
    rerun = await rerunner.rerun(run_id, overrides)
    await rerunner.save(rerun, overrides, by, at)
    run, snapshot = await runs.snapshot(run_id)
    found = difference(summary_of_run(run, snapshot.calls), summary_of_rerun(rerun))
    # Marks and operation names hold no personal data, so masking leaves them as they are.
    masked: Mapping[str, Any] = await runs.masked(
        {"answer": rerun.end.answer or "", "words": found.words, "steps": list(rerun.trace.steps)},
        run.customer_id,
    )
    return RerunComparison(
        id=rerun.id, run_id=run_id, answer=masked["answer"], intent=rerun.end.intent, same=found.same,
        difference=replace(found, words=[(mark, words) for mark, words in masked["words"]]),
        steps=masked["steps"], not_recorded=rerun.not_recorded,
    )  # fmt: skip


def summary_of_run(run: Run, calls: Sequence[Mapping[str, Any]]) -> RunSummary:
    """Summarise a recorded turn for a comparison."""
    end = {"intent": run.intent, "answer": run.answer, "ms": run.ms, "tokens_in": run.tokens_in,
           "tokens_out": run.tokens_out}  # fmt: skip
    return RunSummary.of(end, calls)


def summary_of_rerun(rerun: Rerun) -> RunSummary:
    """Summarise a re-run for a comparison."""
    return RunSummary.of(asdict(rerun.end), rerun.trace.calls)
