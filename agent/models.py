"""Loads the chat model and the decision model that the settings name.

The chat model writes text; the decision model classifies. What both need is loaded once.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from agent.chat import tool_calls
from agent.chat.chat_model import LocalChatModel
from agent.chat.endpoint import EndpointChatModel
from agent.decision.backends import ChatDecisionModel, PipelineDecisionModel, SystemOneDecisionModel
from agent.decision.consent import CONSENT_FILE, SecondReading, load_consent_model
from agent.decision.head import options_in
from agent.decision.model import DecisionModel, embedded_decision_model
from agent.errors import ModelUnusable
from agent.hub import decision_pipeline_of, load_decision_pipeline, load_hf
from agent.local.base_weights import BASE_SHA256
from agent.local.embedded import LoadedModel, load_embedded
from agent.local.prepare import Progress
from agent.local.storage import default_head, files_digest
from agent.model_server import ModelServer
from agent.specs import CHAT_KINDS, DECISION_KINDS, Spec, parse
from core.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Models:
    """The loaded models.

    Attributes:
        chat_model: Writes text: the wording of answers, and arguments that are words of the message.
        decision_model: Answers typed questions about a message.
        name: Name of the chat model.
        device: The chat model's device; None for a model behind a server.
        loaded: True where the models can be used.
        adapter: Digest of the embedded weights (base, decision head, second reading), 12 hex digits; "" where the
            embedded head is not used.
        servers: The servers of the models, if any.
        second_reading: Judges consent beside the decision model; the same whatever models are set.
    """

    chat_model: BaseChatModel
    decision_model: DecisionModel
    name: str = "scripted"
    device: str | None = "cpu"
    loaded: bool = True
    adapter: str = ""
    servers: Sequence[ModelServer] = ()
    second_reading: SecondReading = field(default_factory=load_consent_model)

    def usable(self) -> bool:
        """Return True where both models can be used now; this asks the servers, so it may take seconds."""
        return self.loaded and all(server.usable() for server in self.servers)


def load_chat_model(settings: Settings, progress: Progress = lambda stage, fraction: None) -> BaseChatModel:
    """Load the chat model alone.

    Raises:
        ModelError: The model cannot be had; the message says why and what to do.
    """
    return _ModelLoader(settings, progress).chat_model()


def trained_options(settings: Settings) -> Mapping[str, Collection[str]] | None:
    """Return the options by question that the decision model of the settings was trained on, before it is loaded.

    None for a model that reads any question, and for a packed one, whose head tells once it is loaded.
    """
    spec = parse(settings.decision_model, DECISION_KINDS, "TELEKOM_DECISION_MODEL")
    return options_in(default_head()) if spec.kind == "embedded" and settings.weights is None else None


def load_models(settings: Settings, progress: Progress = lambda stage, fraction: None) -> Models:
    """Load the models that ``TELEKOM_MODEL`` and ``TELEKOM_DECISION_MODEL`` name.

    Raises:
        ModelError: A model cannot be had; the message says why and what to do.
    """
    loader = _ModelLoader(settings, progress)
    chat_model, decision_model = loader.chat_model(), loader.decision_model()
    if not decision_model.calibrated:
        _log.warning(
            "the decision model %s has no calibration: thresholds are wider, and more is asked", settings.decision_model
        )
    local = loader.local_chat_model
    return Models(
        chat_model=chat_model,
        decision_model=decision_model,
        name=settings.model,
        device=local.device if local else None,
        adapter=loader.weights_digest(),
        servers=tuple(loader.servers),
    )


class _ModelLoader:
    """Loads the two roles; what both need is loaded once."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress
        self._chat = parse(settings.model, CHAT_KINDS, "TELEKOM_MODEL")
        self._decision = parse(settings.decision_model, DECISION_KINDS, "TELEKOM_DECISION_MODEL")
        self.servers: list[ModelServer] = []

    @cached_property
    def _embedded(self) -> LoadedModel:
        settings = self._settings
        return load_embedded(
            cache=settings.model_cache,
            weights=settings.weights,
            threads=settings.threads,
            progress=self._progress,
        )

    @cached_property
    def local_chat_model(self) -> LoadedModel | None:
        """The chat model in this process; None for one behind a server."""
        if self._chat.kind == "endpoint":
            return None
        if self._chat.kind == "embedded":
            return self._embedded
        return load_hf(str(self._chat), trust_remote_code=self._settings.trust_remote_code)

    def chat_model(self) -> BaseChatModel:
        """Load the chat model."""
        loaded = self.local_chat_model
        if loaded is None:
            return EndpointChatModel(self._server(self._chat), self._chat.model)
        return LocalChatModel(loaded=loaded, form=tool_calls.FORMATS.get(self._settings.tool_format))

    def decision_model(self) -> DecisionModel:
        """Load the decision model."""
        spec = self._decision
        if spec.kind == "embedded":
            return embedded_decision_model(self._embedded)
        if spec.kind == "systemone":
            return SystemOneDecisionModel(self._server(spec), spec.model)
        if spec.kind == "hf":
            trust = self._settings.trust_remote_code
            return PipelineDecisionModel(load_decision_pipeline(str(spec), trust_remote_code=trust))
        return self._deciding_chat_model()

    def weights_digest(self) -> str:
        """Return the digest of all weights that decide here; "" where another decision model is used."""
        head = self._embedded.head if self._decision.kind == "embedded" else None
        if head is None:
            return ""
        return weights_digest(head)

    def _deciding_chat_model(self) -> DecisionModel:
        """Make a decision model of the chat model: it is asked to choose among the options."""
        if self._chat.kind == "endpoint":
            asked = ChatDecisionModel(self._server(self._chat), self._chat.model)
            asked.check()
            return asked
        if self._chat.kind == "embedded":
            raise ModelUnusable(
                "TELEKOM_DECISION_MODEL=chat asks the chat model to choose, and the embedded one has a decision model "
                "of its own. Set TELEKOM_DECISION_MODEL=embedded, or TELEKOM_MODEL to another model."
            )
        assert self.local_chat_model is not None  # noqa: S101
        return PipelineDecisionModel(decision_pipeline_of(self.local_chat_model))

    def _server(self, spec: Spec) -> ModelServer:
        """Return a server object for one role: the server of one role may work while the other fails."""
        server = ModelServer(spec.place, self._settings.model_timeout)
        self.servers.append(server)
        return server


def weights_digest(head: Path) -> str:
    """Return the digest of everything that is embedded: the base, a decision head and the second reading.

    Args:
        head: The folder of the decision head.
    """
    files = sorted(path for path in head.iterdir() if path.is_file())
    return files_digest([*files, CONSENT_FILE], BASE_SHA256)
