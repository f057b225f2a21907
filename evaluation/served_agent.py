"""The agent as the server runs it, without a server: settings, models and texts from the server's own sources.

Measurements and benchmarks take everything they need from here, so that a figure describes what customers get. Texts
are those of the files and the operator's folders: labels stand in a database, and nothing in this module opens one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.models import Models, load_models, trained_options
from agent.prompt_files import Prompt
from core.clock import Clock
from core.settings import Settings
from graph.answers.approved import Answers
from graph.build import GraphConfig, GraphDependencies
from graph.handover import HandoverQueue, NullHandoverQueue
from graph.knowledge.search import KnowledgeBase
from service.graph_parts import graph_config, graph_dependencies
from service.knowledge import embedder
from service.texts import PROMPTS, Contents, ServedText, contents_by_name, contents_of, file_texts, text_setup
from tools.toolbox import Toolbox

if TYPE_CHECKING:
    from service.container import RunningService

_NO_QUEUE = NullHandoverQueue()


@dataclass(frozen=True)
class ServedAgent:
    """Everything the agent's behaviour depends on, apart from the customers' data.

    Attributes:
        settings: The operator's settings (``TELEKOM_…``).
        models: The chat model and the decision model.
        texts: Every text by its name, those of ``TELEKOM_PROMPTS`` and ``TELEKOM_KNOWLEDGE`` included.
        contents: What they make: prompts, answers and pages.
    """

    settings: Settings
    models: Models
    texts: Mapping[str, ServedText]
    contents: Contents

    @property
    def prompts(self) -> Mapping[str, Prompt]:
        """The prompts by name."""
        return self.contents.prompts

    @property
    def answers(self) -> Answers:
        """The approved answers and the wording."""
        return self.contents.answers

    @property
    def config(self) -> GraphConfig:
        """The thresholds and limits that the server would use."""
        return graph_config(self.settings, self.models)

    @cached_property
    def knowledge(self) -> KnowledgeBase:
        """The operator's entries, ready for search."""
        return KnowledgeBase(self.contents.pages, embedder())

    def dependencies(
        self, toolbox: Toolbox, clock: Clock, handover_queue: HandoverQueue = _NO_QUEUE
    ) -> GraphDependencies:
        """Return the dependencies of the graph.

        Args:
            toolbox: The operations.
            clock: The present.
            handover_queue: Receives hand-overs; nobody by default.
        """
        return graph_dependencies(
            self.settings, self.models, self.contents, self.knowledge, toolbox, clock, handover_queue
        )

    def provenance(self) -> dict[str, Any]:
        """Return the names of the models, the digest of the weights and the hashes of the texts, as JSON data.

        ``weights`` is "" where the decision model is not the embedded one.
        """
        return {
            "model": self.models.name,
            "decision_model": self.decision_model_name,
            "weights": self.models.adapter,
            **text_setup(self.texts),
        }

    @property
    def decision_model_name(self) -> str:
        """The decision model's name; ``scripted`` where scripted models stand in for both."""
        return "scripted" if self.models.name == "scripted" else self.settings.decision_model

    def describe(self) -> str:
        """Return the provenance as one line for terminals and reports."""
        weights = f", weights {self.models.adapter}" if self.models.adapter else ""
        models = f"model {self.models.name}, decision model {self.decision_model_name}{weights}"
        return f"{models}; texts: {text_line(self.texts)}"


def text_line(texts: Mapping[str, ServedText]) -> str:
    """Return the hashes of texts as one line; a prompt stands there by its short name."""
    return ", ".join(f"{name.removeprefix(PROMPTS).removesuffix('.md')} {each.sha}" for name, each in texts.items())


def load_served_agent(settings: Settings, models: Models | None = None) -> ServedAgent:
    """Load the agent that the settings describe.

    Args:
        settings: The operator's settings.
        models: Models that replace the configured ones, for example scripted models.

    Raises:
        PromptError: A prompt or an answer file of ``TELEKOM_PROMPTS`` is malformed or unknown.
        KnowledgeError: A page of ``TELEKOM_KNOWLEDGE`` is malformed.
        ModelError: A model cannot be loaded.
    """
    texts = file_texts(settings)
    if models is None:  # first: a mistake in a text shows before the models are loaded
        contents_of(contents_by_name(texts), settings, trained_options(settings))
    loaded = models if models is not None else load_models(settings)
    contents = contents_of(contents_by_name(texts), settings, loaded.decision_model.trained_options)
    return ServedAgent(settings, loaded, texts, contents)


def agent_of(service: RunningService) -> ServedAgent:
    """Return the agent of a running service, with the texts that it serves now."""
    texts = service.texts.texts
    return ServedAgent(service.settings, service.models, texts, service.texts.rules.contents(contents_by_name(texts)))


def served_knowledge(settings: Settings) -> tuple[KnowledgeBase, Mapping[str, ServedText]]:
    """Return the operator's entries as the server searches them, with the texts that they come from.

    Raises:
        PromptError, KnowledgeError: A text cannot be served.
        ModelError: The vectors of search are missing or damaged.
    """
    texts = file_texts(settings)
    return KnowledgeBase(contents_of(contents_by_name(texts), settings, None).pages, embedder()), texts
