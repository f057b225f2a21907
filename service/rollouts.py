"""Roll-outs as engineers begin and end them, their figures, and the watch that takes a worse one back by itself.

What the test is, is in ``evidence.py``; which conversation gets which texts, in ``trial.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

from core.clock import Clock
from core.settings import Settings
from database.rollouts import MEASURES, Rollout, RolloutNotPossible, Rollouts, Side
from database.texts import Texts, VersionNotFound
from service.evidence import better_p, worse_p
from service.served_texts import check_moves, registered
from service.text_versions import AT, LABEL

ALPHA = 0.05
"""A roll-out whose texts make no difference is taken back with this probability at most, however long it runs."""

SERVICE = "service"
"""Who ended a roll-out that was found worse."""

WATCH_SECONDS = 5.0
USUAL_MEASURES = tuple(MEASURES)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Compared:
    """One measure on both sides.

    Attributes:
        measure: Its name.
        served: Conversations of the served side that went wrong.
        new: Those of the new side.
        worse: p-value of "the new side goes wrong no more often", valid at every look.
        better: The same of "no less often".
        decides: The roll-out is taken back where ``worse`` falls to ``at``.
        at: ``ALPHA``, divided by the number of measures that decide.
    """

    measure: str
    served: int
    new: int
    worse: float
    better: float
    decides: bool
    at: float


@dataclass(frozen=True)
class BothSides:
    """What a roll-out has shown so far.

    Attributes:
        conversations: By side.
        turns: By side.
        compared: Each measure; a conversation counts once.
    """

    conversations: Mapping[Side, int]
    turns: Mapping[Side, int]
    compared: Sequence[Compared]

    @property
    def is_worse(self) -> bool:
        """True where the evidence is strong enough to take it back."""
        return any(each.decides and each.worse <= each.at for each in self.compared)


async def figures_of(rollouts: Rollouts, rollout: Rollout) -> BothSides:
    """Count both sides of a roll-out and compare them."""
    counts, share = await rollouts.counts(rollout.id), rollout.share / 100
    at = ALPHA / len(rollout.measures)
    compared = [
        Compared(
            name, served, new, worse_p(new, served, share), better_p(new, served, share), name in rollout.measures, at
        )
        for name in MEASURES
        for served, new in [(counts["served"].wrong[name], counts["new"].wrong[name])]
    ]
    return BothSides(
        {side: each.conversations for side, each in counts.items()},
        {side: each.turns for side, each in counts.items()},
        compared,
    )


async def versions_named(names: Sequence[str], texts: Texts) -> dict[str, int]:
    """Return the number of the version by text.

    Args:
        names: ``TEXT@NUMBER``, or ``label:NAME`` for every text that carries the label.
        texts: The registry.

    Raises:
        VersionNotFound: There is no such version.
    """
    found: dict[str, int] = {}
    for name in names:
        text, at, number = name.rpartition(AT)
        if name.startswith(LABEL):
            labelled = await texts.labelled(name.removeprefix(LABEL))
            if not labelled:
                raise VersionNotFound(f"No text has the label {name.removeprefix(LABEL)}.")
            found |= {version.name: version.number for version in labelled.values()}
        elif at and number.isdecimal():
            found[text] = (await texts.version(text, int(number))).number
        else:
            raise VersionNotFound(f"{name}: write TEXT{AT}NUMBER such as prompts/respond.md{AT}2, or {LABEL}NAME.")
    return found


@dataclass(frozen=True)
class RolloutPlan:
    """A roll-out that somebody wants.

    Attributes:
        names: The versions, see ``versions_named``.
        share: How many of a hundred conversations get them, 1 to 99.
        label: The services of this label take part.
        measures: What takes it back by itself.
        note: Why.
    """

    names: Sequence[str]
    share: int
    label: str
    measures: Sequence[str] = USUAL_MEASURES
    note: str = ""


class RolloutDesk:
    """Begins and ends roll-outs, after what would be served was checked.

    Args:
        rollouts: The roll-outs.
        texts: The registry.
        settings: What the operator chose.
        trained: The options by question that the decision model was trained on; None for one that reads any question.
        clock: The present.
    """

    def __init__(
        self, rollouts: Rollouts, texts: Texts, settings: Settings, trained: Mapping[str, Collection[str]] | None,
        clock: Clock,
    ) -> None:  # fmt: skip
        self.rollouts = rollouts
        self._texts = texts
        self._settings = settings
        self._trained = trained
        self._clock = clock

    async def begin(self, plan: RolloutPlan, by: str) -> Rollout:
        """Begin a roll-out; every process of its label takes part within seconds.

        Raises:
            VersionNotFound: There is no such version.
            RolloutNotPossible: One runs already, or all of it is served to everybody.
            PromptError, KnowledgeError: It could not be served.
        """
        versions = await versions_named(plan.names, self._texts)
        now = (await registered(self._texts, self._settings.model_copy(update={"text_label": plan.label})))[1]
        changed = {
            name: number
            for name, number in versions.items()
            if name not in now or now[name].text != (await self._texts.version(name, number)).text
        }
        if not changed:
            raise RolloutNotPossible("All of that is served to everybody already.")
        await check_moves(self._texts, self._settings, self._trained, plan.label, changed)
        return await self.rollouts.begin(
            plan.label, changed, plan.share, plan.measures, note=plan.note, by=by, at=self._clock()
        )

    async def take_back(self, rollout_id: int, by: str) -> Rollout:
        """End a roll-out: everybody gets what is served.

        Raises:
            NoSuchRollout: There is none.
            RolloutNotPossible: It has ended.
        """
        rollout = await self.rollouts.one(rollout_id)
        figures = await figures_of(self.rollouts, rollout)
        await self.rollouts.end(rollout_id, "returned", asdict(figures), by=by, at=self._clock())
        return await self.rollouts.one(rollout_id)

    async def serve(self, rollout_id: int, by: str) -> Rollout:
        """End a roll-out: everybody gets its versions, which carry its label from now on.

        Raises:
            NoSuchRollout: There is none.
            RolloutNotPossible: It has ended.
            PromptError, KnowledgeError: It could not be served.
        """
        rollout = await self.rollouts.one(rollout_id)
        await check_moves(self._texts, self._settings, self._trained, rollout.label, rollout.texts)
        figures = await figures_of(self.rollouts, rollout)
        await self.rollouts.end(rollout_id, "served", asdict(figures), by=by, at=self._clock())
        return await self.rollouts.one(rollout_id)


async def take_back_worse(rollouts: Rollouts, label: str, clock: Clock) -> None:
    """End the roll-out of a label where its new side was found worse."""
    for rollout in await rollouts.running(label):
        figures = await figures_of(rollouts, rollout)
        if not figures.is_worse:
            continue
        found = ", ".join(each.measure for each in figures.compared if each.decides and each.worse <= each.at)
        try:
            await rollouts.end(rollout.id, "worse", asdict(figures), by=SERVICE, at=clock())
        except RolloutNotPossible:  # another process was faster
            continue
        _log.warning("roll-out %s was taken back, it is worse: %s", rollout.id, found)
