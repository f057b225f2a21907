"""The two roles of the mind, loaded as the settings say."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from agent.chat import tool_calls
from agent.chat.chat_model import LocalChatModel
from agent.chat.endpoint import EndpointChatModel
from agent.decision.backends import ChatDecisionModel, PipelineDecisionModel, SystemOneDecisionModel
from agent.decision.model import DecisionModel, default_head, embedded_decision_model
from agent.errors import ModelUnusable
from agent.hub import decision_pipeline_of, load_decision_pipeline, load_hf
from agent.local.embedded import LoadedModel, load_embedded
from agent.local.prepare import Progress
from agent.model_server import ModelServer
from agent.specs import DECIDERS, WRITERS, Spec, parse
from core.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Models:
    """The loaded models.

    Attributes:
        chat_model: Writes.
        decision_model: Decides.
        name: Name of the model that writes.
        device: Where it runs; None where that is a server's business.
        loaded: Whether it can be used.
        adapter: Hash of the committed weights on top of the embedded base, "" where none are used.
        servers: Servers that the models stand behind.
    """

    chat_model: BaseChatModel
    decision_model: DecisionModel
    name: str = "scripted"
    device: str | None = "cpu"
    loaded: bool = True
    adapter: str = ""
    servers: Sequence[ModelServer] = ()

    def usable(self) -> bool:
        """Whether both can be used now; asks the servers, so it may take seconds."""
        return self.loaded and all(server.usable() for server in self.servers)


def load_writer(settings: Settings, progress: Progress = lambda stage, fraction: None) -> BaseChatModel:
    """Load only the model that writes.

    Raises:
        ModelError: It cannot be had; the message says why and what to do.
    """
    return _Loader(settings, progress).writer()


def load_models(settings: Settings, progress: Progress = lambda stage, fraction: None) -> Models:
    """Load what ``TELEKOM_MODEL`` and ``TELEKOM_DECISION_MODEL`` name; the same weights once where they are the same.

    Raises:
        ModelError: A model cannot be had; the message says why and what to do.
    """
    loader = _Loader(settings, progress)
    writer, decider = loader.writer(), loader.decider()
    if not decider.calibrated:
        _log.warning(
            "the decision model %s has no calibration: thresholds are wider, and more is asked", settings.decision_model
        )
    local = loader.written_by
    return Models(
        chat_model=writer,
        decision_model=decider,
        name=settings.model,
        device=local.device if local else None,
        adapter=_content_hash(default_head()) if settings.decision_model == "embedded" else "",
        servers=tuple(loader.servers),
    )


class _Loader:
    """Loads the two roles; what both need is loaded once."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress
        self._write = parse(settings.model, WRITERS, "TELEKOM_MODEL")
        self._decide = parse(settings.decision_model, DECIDERS, "TELEKOM_DECISION_MODEL")
        self.servers: list[ModelServer] = []

    @cached_property
    def _embedded(self) -> LoadedModel:
        settings = self._settings
        return load_embedded(cache=settings.model_cache, threads=settings.threads, progress=self._progress)

    @cached_property
    def written_by(self) -> LoadedModel | None:
        """The model that writes; None where it is behind a server."""
        if self._write.kind == "endpoint":
            return None
        if self._write.kind == "embedded":
            return self._embedded
        return load_hf(str(self._write), trust_remote_code=self._settings.trust_remote_code)

    def writer(self) -> BaseChatModel:
        """The model that writes."""
        loaded = self.written_by
        if loaded is None:
            return EndpointChatModel(self._server(self._write), self._write.model)
        return LocalChatModel(loaded=loaded, form=tool_calls.FORMATS.get(self._settings.tool_format))

    def decider(self) -> DecisionModel:
        """The model that decides."""
        spec = self._decide
        if spec.kind == "embedded":
            return embedded_decision_model(self._embedded)
        if spec.kind == "systemone":
            return SystemOneDecisionModel(self._server(spec), spec.model)
        if spec.kind == "hf":
            trust = self._settings.trust_remote_code
            return PipelineDecisionModel(load_decision_pipeline(str(spec), trust_remote_code=trust))
        return self._chat_decider()

    def _chat_decider(self) -> DecisionModel:
        """The model that writes, asked to choose."""
        if self._write.kind == "endpoint":
            asked = ChatDecisionModel(self._server(self._write), self._write.model)
            asked.check()
            return asked
        if self._write.kind == "embedded":
            raise ModelUnusable(
                "TELEKOM_DECISION_MODEL=chat asks the model that writes, and the embedded one was trained to decide in "
                "its own way. Set TELEKOM_DECISION_MODEL=embedded, or TELEKOM_MODEL to another model."
            )
        assert self.written_by is not None  # noqa: S101
        return PipelineDecisionModel(decision_pipeline_of(self.written_by))

    def _server(self, spec: Spec) -> ModelServer:
        """A server of its own for each role: one may work while the other fails."""
        server = ModelServer(spec.place, self._settings.model_timeout)
        self.servers.append(server)
        return server


def _content_hash(folder: Path) -> str:
    """First 12 hex digits of the SHA-256 of a folder's files, in the order of their names."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
