"""A turn run again beside what is recorded of it: what an engineer is shown of one re-run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from database.runs import Runs
from database.tables import Run
from replay.comparison import Difference, Told, difference
from replay.rerunner import Overrides, Rerun, Rerunner
from service.container import Service


class Beside(BaseModel):
    """What came of a re-run, masked, and what differs from the recorded turn."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="of the re-run")
    run_id: str = Field(description="of the recorded turn")
    answer: str = Field(description="what the customer would have been told")
    intent: str | None = Field(description="the first operation")
    same: bool = Field(description="whether intent, calls and answer are as recorded")
    difference: Difference = Field(description="from the recorded turn to the re-run")
    steps: list[dict[str, Any]] = Field(description="each node's input, output and milliseconds in the re-run")
    not_recorded: list[str] = Field(description="operations that ran on a copy of the data, thrown away since")


def rerunner_of(service: Service) -> Rerunner:
    """What runs turns of a service again."""
    return Rerunner(service.database, service.runs, service.checkpointer, service.parts, service.load_chat_model)


async def rerun_beside(
    rerunner: Rerunner, runs: Runs, run_id: str, overrides: Overrides, by: str, at: datetime
) -> Beside:
    """Run a turn again, keep the re-run, and compare it with the record.

    Args:
        rerunner: Runs it.
        runs: The record.
        run_id: The whole id.
        overrides: What is changed.
        by: Who asks for it.
        at: The present.

    Raises:
        RunNotFound: There is no such run, or what happened inside it is no longer kept.
        NotReplayable: Its checkpoints are gone, or it never came to that node.
        PromptError: A prompt is malformed.
        ModelError: The other model cannot be had.
        ValidationError: An edited result has not the operation's form.
    """
    again = await rerunner.rerun(run_id, overrides)
    await rerunner.keep(again, overrides, by, at)
    run, tape = await runs.tape(run_id)
    found = difference(told_of_run(run, tape.calls), told_of_rerun(again))
    # Marks and names are no customer's words; masking passes them through.
    masked: Mapping[str, Any] = await runs.masked(
        {"answer": again.end.answer or "", "difference": asdict(found), "steps": list(again.recorded.steps)},
        run.customer_id,
    )
    shown = masked["difference"]
    return Beside(
        id=again.id, run_id=run_id, answer=masked["answer"], intent=again.end.intent, same=found.same,
        difference=Difference(
            intent=found.intent, calls=found.calls, words=[(mark, words) for mark, words in shown["words"]],
            ms=found.ms, tokens=found.tokens,
        ),
        steps=masked["steps"], not_recorded=again.not_recorded,
    )  # fmt: skip


def told_of_run(run: Run, calls: Sequence[Mapping[str, Any]]) -> Told:
    """A recorded turn as a side of a comparison."""
    end = {"intent": run.intent, "answer": run.answer, "ms": run.ms, "tokens_in": run.tokens_in,
           "tokens_out": run.tokens_out}  # fmt: skip
    return Told.of(end, calls)


def told_of_rerun(again: Rerun) -> Told:
    """A re-run as a side of a comparison."""
    return Told.of(asdict(again.end), again.recorded.calls)
