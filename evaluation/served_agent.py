"""The agent as the server runs it, without a server: settings, models and prompts from the server's own sources.

Measurements and benchmarks take everything they need from here, so that a figure describes what customers get. Nothing
in this module opens a database or a port; ``service.graph_parts`` makes the graph's dependencies, as for the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agent.models import Models, load_models
from agent.prompt_files import Prompt, load_prompts
from core.clock import Clock
from core.settings import Settings
from graph.build import GraphConfig, GraphDependencies
from graph.handover import HandoverQueue, NullHandoverQueue
from graph.knowledge.search import KnowledgeBase
from service.graph_parts import graph_config, graph_dependencies
from service.knowledge import knowledge_base
from tools.toolbox import Toolbox

_NO_QUEUE = NullHandoverQueue()


@dataclass(frozen=True)
class ServedAgent:
    """Everything the agent's behaviour depends on, apart from the customers' data.

    Attributes:
        settings: The operator's settings (``TELEKOM_…``).
        models: The chat model and the decision model.
        prompts: The prompts by name, those of ``TELEKOM_PROMPTS`` included.
    """

    settings: Settings
    models: Models
    prompts: Mapping[str, Prompt]

    @property
    def config(self) -> GraphConfig:
        """The thresholds and limits that the server would use."""
        return graph_config(self.settings, self.models)

    @cached_property
    def knowledge(self) -> KnowledgeBase:
        """The operator's entries, ready for search."""
        return knowledge_base(self.settings, self.prompts)

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
            self.settings, self.models, self.prompts, toolbox, clock, handover_queue, self.knowledge
        )

    def provenance(self) -> dict[str, Any]:
        """Return the names of the models, the digest of the weights and the hashes of the prompts, as JSON data.

        ``weights`` is "" where the decision model is not the embedded one.
        """
        return {
            "model": self.models.name,
            "decision_model": self.decision_model_name,
            "weights": self.models.adapter,
            "prompts": {name: prompt.sha for name, prompt in self.prompts.items()},
        }

    @property
    def decision_model_name(self) -> str:
        """The decision model's name; ``scripted`` where scripted models stand in for both."""
        return "scripted" if self.models.name == "scripted" else self.settings.decision_model

    def describe(self) -> str:
        """Return the provenance as one line for terminals and reports."""
        weights = f", weights {self.models.adapter}" if self.models.adapter else ""
        prompts = ", ".join(f"{name} {prompt.sha}" for name, prompt in self.prompts.items())
        return f"model {self.models.name}, decision model {self.decision_model_name}{weights}; prompts: {prompts}"


def load_served_agent(settings: Settings, models: Models | None = None) -> ServedAgent:
    """Load the agent that the settings describe.

    Args:
        settings: The operator's settings.
        models: Models that replace the configured ones, for example scripted models.

    Raises:
        PromptError: A prompt of ``TELEKOM_PROMPTS`` is malformed or unknown.
        ModelError: A model cannot be loaded.
    """
    prompts = load_prompts(settings.prompts)  # first: a mistake in a prompt shows before the models are loaded
    return ServedAgent(settings, models if models is not None else load_models(settings), prompts)
