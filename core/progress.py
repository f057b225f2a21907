"""Progress on the terminal: a bar on standard error for each stage of a long work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import Progress, TaskID


class ShowStage(Protocol):
    """Shows how much of a stage is done."""

    def __call__(self, stage: str, done: float, total: float = 1.0, /) -> None:
        """Move the bar of a stage, which appears with its first call."""
        ...


@contextmanager
def stage_bars(*, passing: bool = False) -> Iterator[ShowStage]:
    """Give a function that moves the bars, as long as the block runs.

    Args:
        passing: Whether the bars vanish at the end, and are shown to a terminal only.
    """
    screen = Console(stderr=True)
    stages: dict[str, TaskID] = {}
    with Progress(console=screen, transient=passing, disable=passing and not screen.is_terminal) as bars:

        def show(stage: str, done: float, total: float = 1.0, /) -> None:
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=total)
            bars.update(stages[stage], completed=done)

        yield show
