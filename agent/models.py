"""The two roles of the mind, loaded as the settings say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from agent.chat_model import LocalChatModel
from agent.decision_model import DecisionModel, default_head, embedded_decision_model
from agent.embedded import load_embedded, load_hf
from agent.prepare import Progress
from settings import Settings


@dataclass(frozen=True)
class Models:
    """The loaded models.

    Attributes:
        chat_model: Writes.
        decision_model: Decides.
        name: Name of the model that writes.
        device: Where it runs.
        loaded: Whether it can be used.
        adapter: Hash of the committed weights on top of the embedded base, "" where none are used.
    """

    chat_model: BaseChatModel
    decision_model: DecisionModel
    name: str = "scripted"
    device: str = "cpu"
    loaded: bool = True
    adapter: str = ""


def load_writer(settings: Settings, progress: Progress = lambda stage, fraction: None) -> BaseChatModel:
    """Load only the model that writes.

    Raises:
        ModelError: It cannot be had; the message says why and what to do.
    """
    if settings.model == "embedded":
        loaded = load_embedded(cache=settings.model_cache, threads=settings.threads, progress=progress)
    else:
        loaded = load_hf(settings.model)
    return LocalChatModel(loaded=loaded)


def load_models(settings: Settings, progress: Progress = lambda stage, fraction: None) -> Models:
    """Load what ``TELEKOM_MODEL`` and ``TELEKOM_DECISION_MODEL`` name; the same weights once where they are the same.

    Raises:
        ModelError: A model cannot be had; the message says why and what to do.
    """
    embedded = load_embedded(cache=settings.model_cache, threads=settings.threads, progress=progress)
    writer = embedded if settings.model == "embedded" else load_hf(settings.model)
    return Models(
        chat_model=LocalChatModel(loaded=writer),
        decision_model=embedded_decision_model(embedded),
        name=writer.name,
        device=writer.device,
        adapter=_content_hash(default_head()),
    )


def _content_hash(folder: Path) -> str:
    """First 12 hex digits of the SHA-256 of a folder's files, in the order of their names."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
