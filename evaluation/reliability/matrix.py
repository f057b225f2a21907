"""The kill matrix: deaths in every place of every change, and at random moments, and what was found after each.

    telekom prove kills [--deaths N] [--seed S] [--database sqlite|postgresql] [--json OUT]

Each process is forked from a warm one, so that thousands of deaths fit into an hour. The places of a scene are counted
in a first run of it; then a process dies in each, in an order that the seed shuffles, and in some trials the process
that follows dies, too.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from evaluation.reliability.changes import CHANGES, WishedChange
from evaluation.reliability.client import KEY, Deed
from evaluation.reliability.places import Places
from evaluation.reliability.replica import ReplicaParts
from evaluation.reliability.trial import Scene, TrialPlan, TrialResult, Trials
from evaluation.reliability.verdict import PROMISES

RESUMED_SECONDS = 5.0
"""A client has his first answer within this time."""

_MOMENTS = 0.25
"""Share of the deaths at random moments."""

_TWICE = 0.15
"""Share of the trials in which the process that follows dies, too."""

_RUNNING = 0.3
"""Share of the trials on PostgreSQL in which the process that follows was running already."""

_REHEARSED = "pay_bill"
"""The change that the warm process has gone through, so that its children find most of it read and compiled."""

_MOST_KEPT = 20


@dataclass
class Figures:
    """Counts of a run of the matrix.

    Attributes:
        deaths: Deaths.
        lived: Trials in which the process had ended before its moment.
        broken: How often each promise did not hold.
        by_change: Deaths by change.
        by_place: Deaths by the kind of place.
        by_deed: Deaths by what the client did afterwards.
        places: Different places in which a process died.
        resumed: Seconds until the first answer, of each trial.
        examples: The first trials in which a promise did not hold.
    """

    deaths: int = 0
    lived: int = 0
    twice: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    by_change: Counter[str] = field(default_factory=Counter)
    by_place: Counter[str] = field(default_factory=Counter)
    by_deed: Counter[str] = field(default_factory=Counter)
    places: set[tuple[str, str]] = field(default_factory=set)
    resumed: list[float] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, outcome: TrialResult) -> None:
        """Count a trial."""
        died = [place for place in outcome.died if place != "nowhere"]
        self.deaths += len(died)
        self.lived += not died
        self.twice += len(died) > 1
        change = outcome.plan.scene.change
        self.by_change[change] += len(died)
        self.by_place.update(map(kind_of, died))
        self.by_deed[outcome.plan.then] += 1
        self.places.update((change, place) for place in died)
        self.resumed.append(outcome.finding.resumed)
        kinds = {found.split(":")[0] for found in outcome.finding.broken}
        self.broken.update(kinds)
        if outcome.finding.broken and len(self.examples) < _MOST_KEPT:
            self.examples.append({
                "change": change, "outside": outcome.plan.scene.outside, "did": outcome.plan.scene.deed.kind,
                "died": outcome.died, "then": outcome.plan.then, "running": outcome.plan.running,
                "broken": outcome.finding.broken, "heard": outcome.finding.heard,
            })  # fmt: skip

    def report(self) -> dict[str, Any]:
        """Return the figures as JSON."""
        times = sorted(self.resumed) or [0.0]
        return {
            "deaths": self.deaths, "lived": self.lived, "died_twice": self.twice,
            "broken": {promise: self.broken[promise] for promise in PROMISES},
            "resumed_s": {
                "median": round(times[len(times) // 2], 2), "slowest": round(times[-1], 2),
                "later_than_5_s": sum(each > RESUMED_SECONDS for each in times),
            },
            "different_places": len(self.places),
            "by_change": dict(sorted(self.by_change.items())), "by_place": dict(sorted(self.by_place.items())),
            "by_deed_afterwards": dict(sorted(self.by_deed.items())), "examples": self.examples,
        }  # fmt: skip


def kind_of(place: str) -> str:
    """Return the kind of a place: a node, a transaction, a port, the bank, the checkpoint, the answer, a moment."""
    for word, kind in (
        ("node", "node boundary"), ("transaction, ", "in a transaction"), ("commit", "commit"),
        ("bank's", "the bank's transaction"), ("checkpoint", "checkpoint"), ("telling", "telling the client"),
        ("moment", "random moment"),
    ):  # fmt: skip
        if word in place:
            return kind
    return "port call"


def is_kept(report: Mapping[str, Any]) -> bool:
    """Return True if every promise held in a run; how fast a client was answered depends on the machine."""
    return not any(report["broken"].values())


def scenes() -> list[Scene]:
    """Return every scene: each change, in our tables and outside, by words, by a button and by a REST client."""
    found = []
    for change in CHANGES:
        for outside in (False, True) if not change.asks_for_a_person else (False,):
            found += [Scene(change.operation, outside, deed) for deed in _deeds(change)]
    return found


def _deeds(change: WishedChange) -> Iterator[Deed]:
    if not change.asks_for_a_person:
        yield Deed("call", key=KEY)
    if change.wish:
        yield Deed("say", change.wish, key=KEY)
    if change.wish and not change.asks_for_a_person:
        yield Deed("say", "evet", key=KEY)
        yield Deed("press", key=KEY)


class Matrix:
    """Chooses the trials and runs them.

    Args:
        folder: Where the data lie, best in memory.
        seed: Of the order and of what is left to chance.
        server: A PostgreSQL server; None for SQLite.
    """

    def __init__(self, folder: Path, seed: int, server: str | None = None) -> None:
        parts = ReplicaParts.read()
        self._rng = Random(seed)
        self._places = Places(folder, parts, server)
        self._trials = Trials(parts, self._places.before)
        self._several = server is not None
        self._passed: dict[Scene, tuple[int, float]] = {}

    def run(self, deaths: int, advance: Callable[[int], None] = lambda done: None, until: float = 0.0) -> Figures:
        """Run trials until so many processes have died.

        Args:
            deaths: Deaths.
            advance: Is told how many there were.
            until: End earlier, at this time of ``time.monotonic``; 0 for never.
        """
        figures = Figures()
        try:
            self._warm_up()
            for plan in self._plans():
                figures.add(self._trials.run(plan))
                advance(figures.deaths)
                if figures.deaths >= deaths or (until and time.monotonic() > until):
                    return figures
        finally:
            self._places.close()
        return figures

    def _warm_up(self) -> None:
        """Take the ways of the trials once in this process, so that its children find everything read and compiled."""
        for scene in scenes():
            if scene.change == _REHEARSED:
                asyncio.run(self._trials.rehearse(scene))
        if threading.active_count() > 1:
            raise RuntimeError("a thread is left, with which no process can be forked")
        gc.collect()
        gc.freeze()  # children do not copy what they only look at

    def _plans(self) -> Iterator[TrialPlan]:
        """Yield trials without end: places in rounds, each round every scene once, beginning at a place by chance."""
        first: dict[Scene, int] = {}
        for number in count():
            order = scenes()
            self._rng.shuffle(order)
            for scene in order:
                places, seconds = self._places_of(scene)
                start = first.setdefault(scene, self._rng.randrange(places))
                # A step that has no divisor in common with most numbers visits every place before one comes again.
                place = (start + number * 37) % places
                yield self._plan(scene, place, seconds)

    def _plan(self, scene: Scene, place: int, seconds: float) -> TrialPlan:
        rng = self._rng
        at_moment = rng.random() < _MOMENTS
        return TrialPlan(
            scene, None if at_moment else place, rng.uniform(0.0005, seconds * 1.1), rng.choice(_afterwards(scene)),
            again=rng.randrange(12) if rng.random() < _TWICE else None,
            running=self._several and rng.random() < _RUNNING,
        )  # fmt: skip

    def _places_of(self, scene: Scene) -> tuple[int, float]:
        if scene not in self._passed:
            passed, seconds = self._trials.passes(scene)
            if not passed:
                raise LookupError(f"nothing happens in {scene}")
            self._passed[scene] = len(passed), seconds
        return self._passed[scene]


def _afterwards(scene: Scene) -> tuple[str, ...]:
    if scene.deed.kind == "call":
        return "repeats", "new request"
    yes = ("says yes", "presses yes") if scene.is_asked else ()
    return "repeats", "asks something", "opens it", "begins anew", *yes
