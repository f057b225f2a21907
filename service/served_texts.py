"""The texts that are served now: read anew when a label moves, without a restart, in every process of the service."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from agent.prompt_files import PromptError
from conversation.engine import Engine
from core.operator_facts import KnowledgeError
from core.settings import Settings
from database.rollouts import Rollout
from database.runs import Runs
from database.texts import Texts, Version
from graph.build import GraphDependencies, build_graph
from graph.knowledge.search import Embedder, KnowledgeBase
from service.stores import Stores
from service.texts import (
    PRODUCTION,
    Contents,
    ServedText,
    contents_by_name,
    contents_of,
    file_texts,
    served_texts,
    text_setup,
)
from service.trial import tried_texts, with_trial

POLL_SECONDS = 2.0
"""A moved label is served by every process after this and the time of reading the texts anew, about a second."""

_REMEMBERED = 8
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TextRules:
    """The rules that texts are checked by.

    Attributes:
        settings: The operator's settings.
        trained: The options by question that the decision model was trained on; None for one that reads any question.
        embedder: Finds pages by meaning.
    """

    settings: Settings
    trained: Mapping[str, Collection[str]] | None
    embedder: Embedder

    def contents(self, texts: Mapping[str, str]) -> Contents:
        """Read and check texts; see ``service.texts.contents_of``."""
        return contents_of(texts, self.settings, self.trained)

    def knowledge(self, contents: Contents) -> KnowledgeBase:
        """Make the pages ready for search."""
        return KnowledgeBase(contents.pages, self.embedder)


async def registered(texts: Texts, settings: Settings) -> tuple[int, dict[str, ServedText]]:
    """Return the last move of a label, and the texts as they are served after it.

    Raises:
        PromptError, KnowledgeError: A file cannot be read.
    """
    last = await texts.last_move()
    labels = {PRODUCTION, settings.text_label}
    labelled: dict[str, dict[str, Version]] = {label: await texts.labelled(label) for label in labels}
    return last, served_texts(file_texts(settings), settings.text_label, labelled)


async def check_moves(
    texts: Texts, settings: Settings, trained: Mapping[str, Collection[str]] | None, label: str,
    numbers: Mapping[str, int | None],
) -> None:  # fmt: skip
    """Check what a service of this label would serve once the label has moved.

    Args:
        texts: The registry.
        settings: The operator's settings.
        trained: The options by question that the decision model was trained on; None for one that reads any question.
        label: The label that moves.
        numbers: By text, the version that it moves to; None where it is taken off.

    Raises:
        PromptError, KnowledgeError: It could not be served.
        VersionNotFound: There is no such version.
    """
    labelled = {each: await texts.labelled(each) for each in (PRODUCTION, label)}
    for name, number in numbers.items():
        if number is None:
            labelled[label].pop(name, None)
        else:
            labelled[label][name] = await texts.version(name, number)
    served = served_texts(file_texts(settings), label, labelled)
    contents_of(contents_by_name(served), settings, trained)


class ServedTexts:
    """Holds what is made of the served texts, and changes it when a label moves or a roll-out begins or ends.

    Args:
        stores: The versions, labels and roll-outs, and where each text is kept for the records of turns.
        rules: What texts are checked by.
        last_move: The last move of a label that the texts are from.
        texts: The served texts by name.
        engine: What all turns share, made of these texts.
        dependencies: Those of its graph.

    Attributes:
        registry: The versions and labels.
        texts: The served texts by name.
        dependencies: Models, tools and texts of the graph that serves the next turn.
    """

    def __init__(
        self, stores: Stores, rules: TextRules, last_move: int, texts: Mapping[str, ServedText], engine: Engine,
        dependencies: GraphDependencies,
    ) -> None:  # fmt: skip
        self.texts = texts
        self.dependencies = dependencies
        self.registry = stores.texts
        self.rules = rules
        self._rollouts = stores.rollouts
        self._runs = stores.runs
        self._seen: tuple[int, int | None] = (last_move, None)
        """The last move of a label and the roll-out that what is served comes from."""
        self._engine = engine
        self._refreshing = asyncio.Lock()
        self._serve: Callable[[Engine], None] = lambda engine: None
        self._with = lru_cache(maxsize=_REMEMBERED)(self._made)

    def on_change(self, serve: Callable[[Engine], None]) -> None:
        """Have this called with the engine that takes the next turns, whenever that may have changed."""
        self._serve = serve

    async def refresh(self) -> None:
        """Serve what labels and roll-out name now; a turn that runs ends with the texts that it began with."""
        async with self._refreshing:
            rollout = next(iter(await self._rollouts.running(self.rules.settings.text_label)), None)
            seen = (await self.registry.last_move(), None if rollout is None else rollout.id)
            if seen != self._seen:
                await self._take((await registered(self.registry, self.rules.settings))[1])
                self._serve(self._engine if rollout is None else await self._tried(rollout))
                self._seen = seen

    async def _take(self, texts: Mapping[str, ServedText]) -> None:
        """Make the engine of these texts, unless they cannot be served or make the one that there is."""
        if contents_by_name(texts) != contents_by_name(self.texts):
            try:
                dependencies = await asyncio.to_thread(self._made, frozenset(contents_by_name(texts).items()))
            except (PromptError, KnowledgeError) as error:
                _log.error("the labelled texts cannot be served, the former ones are: %s", error)
                return
            await save_texts(self._runs, texts)
            setup = {**self._engine.setup, **text_setup(texts)}
            checkpointer: BaseCheckpointSaver[Any] = self._engine.graph.checkpointer  # type: ignore[assignment]
            self._engine = replace(self._engine, graph=build_graph(dependencies, checkpointer), setup=setup)
            self.dependencies = dependencies
            self._with.cache_clear()
        self.texts = texts

    async def _tried(self, rollout: Rollout) -> Engine:
        """Return the engine with that of a roll-out's new side; without it where its texts cannot be served."""
        versions = {name: (await self.registry.version(name, number)).text for name, number in rollout.texts.items()}
        tried = tried_texts(rollout, self.texts, versions)
        try:
            dependencies = await asyncio.to_thread(self._made, frozenset(contents_by_name(tried).items()))
        except (PromptError, KnowledgeError) as error:
            _log.error("the texts of roll-out %s cannot be served, nobody gets them: %s", rollout.id, error)
            return self._engine
        await save_texts(self._runs, tried)
        return with_trial(self._engine, rollout, self.texts, tried, dependencies)

    def with_texts(self, changed: Mapping[str, str]) -> GraphDependencies:
        """Return the dependencies of a graph in which some texts are other ones.

        Args:
            changed: Content by name.

        Raises:
            PromptError, KnowledgeError: One of them cannot be served.
        """
        now = contents_by_name(self.texts)
        if all(now.get(name) == text for name, text in changed.items()):
            return self.dependencies
        return self._with(frozenset({**now, **changed}.items()))

    def check(self, name: str, text: str) -> None:
        """Check a text among the served ones.

        Raises:
            PromptError, KnowledgeError: It cannot be served; file and line are named.
        """
        self.rules.contents({**contents_by_name(self.texts), name: text})

    async def check_move(self, name: str, label: str, number: int | None) -> None:
        """Check what a service of a label would serve once the label has moved; see ``check_moves``."""
        await check_moves(self.registry, self.rules.settings, self.rules.trained, label, {name: number})

    def file_text(self, name: str) -> str | None:
        """Return what the files hold under a name; None where they hold nothing."""
        found = file_texts(self.rules.settings).get(name)
        return None if found is None else found.text

    def _made(self, texts: frozenset[tuple[str, str]]) -> GraphDependencies:
        contents = self.rules.contents(dict(texts))
        return replace(
            self.dependencies, prompts=contents.prompts, answers=contents.answers,
            knowledge=self.rules.knowledge(contents),
        )  # fmt: skip


async def save_texts(runs: Runs, texts: Mapping[str, ServedText]) -> None:
    """Keep each text once, for the records of turns."""
    await runs.save_prompts({name: (each.sha, each.text) for name, each in texts.items()})
