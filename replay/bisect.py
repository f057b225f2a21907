"""Find the change that flipped a turn: which of the texts that differ between then and a good version make it another.

The turn is run again with the good version's texts, then with fewer and fewer of them. What no text explains is told
from the record: other models, settings, or another release of the code.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from database.run_records import RunDetail
from database.runs import Runs
from replay.comparison import Difference, RunSummary, difference
from replay.overrides import Overrides, text_name
from replay.rerun_comparison import summary_of_rerun, summary_of_run
from replay.rerunner import Rerunner

_OWN = ("prompts", "texts")
"""Parts of a turn's setup that are told by the texts."""


@dataclass(frozen=True)
class Bisection:
    """What a search has found; texts are masked.

    Attributes:
        changed: The texts that differ.
        culprits: The fewest of them found that flip the turn; none where no text does.
        difference: From the turn with its own texts to the turn with the good ones of the culprits.
        setup: Other settings and models that differ, by name: good, and the turn's; empty without a good turn.
        unlike_record: The turn with its own texts no longer ends as recorded: code, models or data have changed since.
        reruns: How often the turn was run again.
    """

    changed: Sequence[str]
    culprits: Sequence[str]
    difference: Difference | None
    setup: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    unlike_record: bool = False
    reruns: int = 0


def texts_of(detail: RunDetail) -> dict[str, str]:
    """Return the texts that a turn had, by their names in the registry."""
    return {text_name(name): text for name, text in detail.prompts.items()} | detail.texts


def setup_changes(good: Mapping[str, Any], bad: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the settings and models that differ between the setups of two turns."""
    names = sorted({*good, *bad} - {*_OWN})
    return {name: (good.get(name), bad.get(name)) for name in names if good.get(name) != bad.get(name)}


async def bisect(
    rerunner: Rerunner, runs: Runs, run_id: str, good: Mapping[str, str], setup: Mapping[str, tuple[Any, Any]]
) -> Bisection:
    """Search the texts that flip a turn.

    Args:
        rerunner: Runs the turn again.
        runs: The recorded turns.
        run_id: The whole id of the turn.
        good: The texts of the good version.
        setup: What else differs from the good turn.

    Raises:
        RunNotFound: There is no such run, or its details were deleted.
        NotReplayable: It cannot be run again.
        PromptError, KnowledgeError: A text of the good version cannot be served any more.
    """
    own = texts_of(await runs.get(run_id))
    changed = sorted(name for name, text in good.items() if own.get(name, text) != text)
    count = 0

    async def ended(names: Collection[str]) -> RunSummary:
        nonlocal count
        count += 1
        rerun = await rerunner.rerun(run_id, Overrides(prompts={name: good[name] for name in names}))
        return summary_of_rerun(rerun)

    run, snapshot = await runs.snapshot(run_id)
    before = await ended(())
    unlike = not difference(summary_of_run(run, snapshot.calls), before).same
    found = Bisection(changed, (), None, setup, unlike)
    if changed:

        async def flips(names: Collection[str]) -> bool:
            return not difference(before, await ended(names)).same

        if await flips(changed):
            culprits = await _fewest(changed, flips)
            told = difference(before, await ended(culprits))
            words: list[tuple[str, str]] = await runs.masked(told.words, run.customer_id)
            told = replace(told, words=[(mark, text) for mark, text in words])
            found = replace(found, culprits=culprits, difference=told)
    return replace(found, reruns=count)


async def _fewest(names: Sequence[str], flips: Callable[[Collection[str]], Awaitable[bool]]) -> list[str]:
    """Return few names that flip the turn: halves as long as one does by itself, then without what is not needed."""
    found = list(names)
    while len(found) > 1:
        middle = len(found) // 2
        for half in (found[:middle], found[middle:]):
            if await flips(half):
                found = half
                break
        else:
            break
    for name in list(found):
        rest = [other for other in found if other != name]
        if rest and await flips(rest):
            found = rest
    return found
