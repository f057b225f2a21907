"""One trial: a process is forked, dies while it changes something, and another one takes its place."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from evaluation.reliability.changes import CHANGES, QUESTION, WishedChange
from evaluation.reliability.client import OTHER_SESSION, Client, Deed, Heard
from evaluation.reliability.points import DeathPoints
from evaluation.reliability.replica import BEGIN, Place, ReplicaParts, open_replica
from evaluation.reliability.verdict import DeathVerdict, Heir
from tools.unfinished import settle_unfinished

RETURNS = timedelta(seconds=10)
"""Time after which a client comes back to a process that dies, too."""

Told = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class Scene:
    """Situation in which a process dies.

    Attributes:
        change: Name of the change.
        outside: Whether it is made in an operator's systems.
        deed: What the client does in that moment.
    """

    change: str
    outside: bool
    deed: Deed

    def wanted(self) -> WishedChange:
        """Return the change."""
        return next(each for each in CHANGES if each.operation == self.change)

    @property
    def is_asked(self) -> bool:
        """Return True where the question for a yes is open before the scene."""
        return self.deed.kind == "press" or self.deed.words == "evet"


@dataclass(frozen=True)
class TrialPlan:
    """A trial.

    Attributes:
        scene: What is going on.
        place: Number of the place to die in; None for a moment.
        moment: Seconds after the beginning at which the process is killed from outside.
        then: What the client does first in the process that follows.
        again: Number of a place in which the next process dies, too.
        running: The process that follows is another one which was running already.
    """

    scene: Scene
    place: int | None
    moment: float
    then: str
    again: int | None = None
    running: bool = False

    def deeds(self) -> list[Deed]:
        """Return what the client does in the process that follows."""
        deed, wish = self.scene.deed, self.scene.wanted().wish
        return {
            "repeats": [deed],
            "says yes": [Deed("say", "evet")],
            "presses yes": [Deed("press")],
            "asks something": [Deed("say", QUESTION)],
            "opens it": [Deed("open")],
            "begins anew": [Deed("say", wish, OTHER_SESSION)],
            "new request": [Deed("call", key="request-2")],
        }[self.then]


@dataclass
class TrialResult:
    """Result of a trial.

    Attributes:
        plan: The trial.
        died: The places of its deaths; "nowhere" for a process that was faster.
        finding: What was found.
        seconds: Time until the first death, for choosing moments.
        passed: Places passed by a process that lived.
    """

    plan: TrialPlan
    died: list[str] = field(default_factory=list)
    finding: DeathVerdict = field(default_factory=DeathVerdict)
    seconds: float = 0.0
    passed: list[str] = field(default_factory=list)


class Trials:
    """Runs trials in a place that is made anew for each of them.

    Args:
        parts: What is read once.
        place: Gives the place of a scene's system, as it was before the scene.
    """

    def __init__(self, parts: ReplicaParts, place: Callable[[Scene], Place]) -> None:
        self._parts = parts
        self._place = place

    def run(self, plan: TrialPlan) -> TrialResult:
        """Let processes die and the last one find out what is left."""
        outcome, place = TrialResult(plan), self._place(plan.scene)
        heir_waits, release = os.pipe() if plan.running else (None, None)
        heir = None
        if heir_waits is not None:
            heir = _Process(lambda told: asyncio.run(self._succeed(plan, place, told, heir_waits)))
            heir.wait_for("ready")
        told = self._die(place, plan.scene.deed, plan, plan.place, outcome)
        if plan.again is not None:
            told += self._die(place, plan.deeds()[0], plan, plan.again, outcome, RETURNS)
        before = [Heard(**each) for each in told]
        if heir is None:
            heir = _Process(lambda told: asyncio.run(self._succeed(plan, place, told, None, before)))
        elif release is not None:
            os.write(release, json.dumps([each.data() for each in before]).encode() + b"\n")
        lines = heir.rest()
        for end in (heir_waits, release):
            if end is not None:
                os.close(end)
        found = next((line["found"] for line in lines if "found" in line), None)
        outcome.finding = (
            DeathVerdict(**found) if found else DeathVerdict([f"unusable: {lines or 'the next process failed'}"])
        )
        return outcome

    def passes(self, scene: Scene) -> tuple[list[str], float]:
        """Return the places that a scene passes, and the seconds that it takes."""
        outcome = TrialResult(TrialPlan(scene, None, 0.0, ""))
        self._die(self._place(scene), scene.deed, outcome.plan, None, outcome)
        return outcome.passed, outcome.seconds

    async def rehearse(self, scene: Scene) -> None:
        """Do the deed of a scene, and what follows it, without a death."""
        place, points, change = self._place(scene), DeathPoints(), scene.wanted()
        async with open_replica(place, self._parts, points) as replica:
            client = Client(replica, change, points)
            heard = await client.do(scene.deed)
            await Heir(replica, client, change, [heard]).recover([Deed("open")], time.perf_counter())

    def _die(
        self,
        place: Place,
        deed: Deed,
        plan: TrialPlan,
        fatal: int | None,
        outcome: TrialResult,
        later: timedelta = timedelta(),
    ) -> list[dict[str, Any]]:
        """Run a process until it dies; return what its client heard."""
        process = _Process(lambda told: asyncio.run(self._act(plan.scene, place, deed, fatal, told, BEGIN + later)))
        began = process.wait_for("begun")
        if fatal is None and plan.moment and began:
            time.sleep(plan.moment)
            process.kill()
        start, lines = time.perf_counter(), process.rest()
        outcome.seconds = outcome.seconds or time.perf_counter() - start
        outcome.passed = next((line["passed"] for line in lines if "passed" in line), [])
        where = next((line["died"] for line in lines if "died" in line), None)
        if where is None:
            where = "at a moment" if process.was_killed else "nowhere"
        outcome.died.append(where)
        heard = [line["heard"] for line in lines if "heard" in line]
        return heard[-1:]

    async def _act(self, scene: Scene, place: Place, deed: Deed, fatal: int | None, told: Told, now: datetime) -> None:
        """Do the deed of a scene, and die in it."""
        points = DeathPoints(fatal, lambda name: told({"died": name}))
        async with open_replica(place, self._parts, points, now) as replica:
            client = Client(replica, scene.wanted(), points)
            told({"begun": True})
            points.arm()
            await client.do(deed, lambda heard: told({"heard": heard.data()}))
            told({"passed": points.passed})

    async def _succeed(
        self, plan: TrialPlan, place: Place, told: Told, waits: int | None, before: Sequence[Heard] = ()
    ) -> None:
        """Take the dead process's place and find out what is left."""
        began, points, change = time.perf_counter(), DeathPoints(), plan.scene.wanted()
        now = BEGIN if plan.again is None else BEGIN + RETURNS
        async with open_replica(place, self._parts, points, now) as replica:
            if waits is not None:
                told({"ready": True})
                before = [Heard(**each) for each in json.loads(_line(waits))]
                began = time.perf_counter()
            else:
                await settle_unfinished(replica.context)
            heir = Heir(replica, Client(replica, change, points), change, before)
            finding = await heir.recover(plan.deeds(), began)
            told({"found": {"broken": finding.broken, "resumed": finding.resumed, "heard": finding.heard}})


class _Process:
    """A forked process that tells what it does, a JSON object a line.

    Args:
        work: What it does; it is given the function by which it tells.
    """

    def __init__(self, work: Callable[[Told], None]) -> None:
        self._reading, writing = os.pipe()
        self.was_killed = False
        self.pid = os.fork()
        if self.pid == 0:
            _work_and_leave(work, writing)
        os.close(writing)
        self._stream = os.fdopen(self._reading, encoding="utf-8")

    def wait_for(self, name: str) -> bool:
        """Wait for a line that has this name; False where the process ended before."""
        return any(name in json.loads(line) for line in iter(self._stream.readline, ""))

    def kill(self) -> None:
        """Kill it by SIGKILL, as ``kill -9`` and the kernel's memory killer do."""
        os.kill(self.pid, signal.SIGKILL)

    def rest(self) -> list[dict[str, Any]]:
        """Return the rest of what it tells until it ends."""
        with self._stream:
            lines = [line for line in self._stream if line.endswith("\n")]
        _, status = os.waitpid(self.pid, 0)
        self.was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return [json.loads(line) for line in lines]


def _work_and_leave(work: Callable[[Told], None], writing: int) -> None:
    """Run the work of a forked process and end it, without the ends that its parent has registered."""
    status = 1
    try:
        work(lambda line: _write(writing, line))
        status = 0
    except BaseException as error:  # whatever it is, it must not run the parent's code
        _write(writing, {"failed": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(status)


def _write(end: int, line: Mapping[str, Any]) -> None:
    os.write(end, (json.dumps(line) + "\n").encode())


def _line(end: int) -> bytes:
    with os.fdopen(os.dup(end), "rb") as stream:
        return stream.readline()
