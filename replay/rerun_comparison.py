"""Run a turn again and compare the result with its record, masked, for an engineer to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from pydantic import BaseModel, ConfigDict, Field

from core.operator_facts import OperatorFacts
from database.run_records import RunDetail
from database.runs import Runs
from database.session import Database
from database.tables import Run
from graph.build import GraphDependencies
from replay.comparison import Difference, RunSummary, difference
from replay.kept_back import KeptBack, kept_back
from replay.overrides import Overrides, text_name
from replay.rerunner import Rerun, Rerunner

SaidBy = Literal["model", "composed", "template", "nobody"]
"""Whose words an answer is: code says composed facts and templates."""


class RerunComparison(BaseModel):
    """The result of a re-run, masked, and its differences from the recorded turn.

    Where the re-run began from a node, it is compared with the same part of the record. Times are not subtracted: the
    record's was taken with the load and the caches of its moment.
    """

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="of the re-run")
    run_id: str = Field(description="of the recorded turn")
    answer: str = Field(description="what the customer would have been told")
    intent: str | None = Field(description="the first operation")
    same: bool = Field(description="whether intent, calls and answer are as recorded")
    difference: Difference = Field(description="from the recorded turn to the re-run")
    steps: list[dict[str, Any]] = Field(description="each node's input, output and milliseconds in the re-run")
    not_recorded: list[str] = Field(description="operations that ran on a copy of the data, thrown away since")
    began_from: str | None = Field(description="the node that both sides are compared from; null for the whole turn")
    said_by: SaidBy = Field(description="model: its words, each proven; composed, template: code's; nobody: no answer")
    kept_back: list[KeptBack] = Field(description="what the model wrote in vain, or why it wrote nothing")
    unused: list[str] = Field(description="edited results and prompts that nothing in the re-run read")
    failure: str | None = Field(description="the error that ended the re-run; null where it ended as a turn does")
    ms: int = Field(description="milliseconds of the re-run")
    recorded_ms: int | None = Field(description="milliseconds of the whole recorded turn, when it was live")


class TextChanges(Protocol):
    """Makes a graph with other texts."""

    def with_texts(self, changed: Mapping[str, str], /) -> GraphDependencies:
        """Return the dependencies of a graph in which some texts are other ones."""
        ...


class Replayable(Protocol):
    """The parts that a re-runner takes from a running service."""

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
    def texts(self) -> TextChanges:
        """The texts of the graph."""

    @property
    def operator(self) -> OperatorFacts:
        """Fees and limits."""

    @property
    def load_chat_model(self) -> Callable[[str], BaseChatModel]:
        """Loads another chat model by its name."""


def rerunner_of(service: Replayable) -> Rerunner:
    """Return a re-runner with the models, prompts and threads of a service."""
    return Rerunner(
        service.database, service.runs, service.checkpointer, service.dependencies, service.texts.with_texts,
        service.load_chat_model, service.operator,
    )  # fmt: skip


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
        BadOverrides: A node or an operation does not exist, or an edited result does not fit the operation's schema.
    """
    rerun = await rerunner.rerun(run_id, overrides)
    await rerunner.save(rerun, overrides, by, at)
    run, snapshot = await runs.snapshot(run_id)
    detail = await runs.get(run_id)
    before = summary_from(rerun.node, run, snapshot.calls, detail)
    found = difference(before, replace(summary_of_rerun(rerun), ms=None))
    # Marks and operation names hold no personal data, so masking leaves them as they are.
    masked: Mapping[str, Any] = await runs.masked(
        {
            "answer": rerun.end.answer or "", "words": found.words, "steps": list(rerun.trace.steps),
            "models": list(rerun.trace.models), "failure": rerun.failure,
        },
        run.customer_id,
    )  # fmt: skip
    return RerunComparison(
        id=rerun.id, run_id=run_id, answer=masked["answer"], intent=rerun.end.intent,
        same=found.same and rerun.failure is None,
        difference=replace(found, words=[(mark, words) for mark, words in masked["words"]]),
        steps=masked["steps"], not_recorded=rerun.not_recorded, began_from=rerun.node, said_by=said_by(rerun),
        kept_back=kept_back(masked["steps"], masked["models"]),
        unused=[*rerun.unused, *unread_prompts(overrides.prompts, rerun.trace.models)], failure=masked["failure"],
        ms=rerun.end.ms, recorded_ms=run.ms,
    )  # fmt: skip


def summary_from(node: str | None, run: Run, calls: Sequence[Mapping[str, Any]], detail: RunDetail) -> RunSummary:
    """Summarise a recorded turn from a node on, or as a whole, without its time.

    Args:
        node: The node; None for the whole turn.
        run: The turn.
        calls: Its recorded calls.
        detail: Its nodes and uses of models.
    """
    whole = replace(summary_of_run(run, calls), ms=None)
    if node is None:
        return whole
    first = next(place for place, step in enumerate(detail.steps) if step["node"] == node)
    later = [call for call in calls if (call.get("step") or 0) >= first]
    uses = [use for use in detail.models if (use.get("step") or 0) >= first]
    tokens = sum((use.get("tokens_in") or 0) + (use.get("tokens_out") or 0) for use in uses)
    return replace(whole, calls=RunSummary.of({}, later).calls, tokens=tokens)


def said_by(rerun: Rerun) -> SaidBy:
    """Return whose words the answer of a re-run is."""
    outcome: Mapping[str, Any] = rerun.end.outcome or {}
    if not rerun.end.answer:
        return "nobody"
    source = outcome.get("answer_source")
    wrote = any(use.get("role") == "write" and "error" not in use for use in rerun.trace.models)
    return "composed" if source == "composed" else "model" if source == "model" and wrote else "template"


def unread_prompts(prompts: Mapping[str, str], models: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the changed prompts of the writer that no model was given, since code worded everything."""
    wrote = any(use.get("role") == "write" for use in models)
    writers = {text_name(name) for name in ("respond", "respond_free", "arguments", "plan")}
    return [] if wrote else sorted(name for name in prompts if text_name(name) in writers)


def summary_of_run(run: Run, calls: Sequence[Mapping[str, Any]]) -> RunSummary:
    """Summarise a recorded turn for a comparison."""
    end = {"intent": run.intent, "answer": run.answer, "ms": run.ms, "tokens_in": run.tokens_in,
           "tokens_out": run.tokens_out}  # fmt: skip
    return RunSummary.of(end, calls)


def summary_of_rerun(rerun: Rerun) -> RunSummary:
    """Summarise a re-run for a comparison."""
    return RunSummary.of(asdict(rerun.end), rerun.trace.calls)
