"""Inspection of the configured models for ``telekom model``: their place, their server, a small test question.

Fetching a model is here too; loading is in ``agent.models``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from huggingface_hub import scan_cache_dir, snapshot_download
from huggingface_hub.errors import CacheNotFound
from langchain_core.language_models import BaseChatModel

from agent.chat.chat_model import LocalChatModel
from agent.decision.model import DecisionModel
from agent.errors import AgentError, ModelFilesMissing
from agent.hub import hf_place, named_failures
from agent.local.embedded import load_embedded
from agent.local.pack import read_manifest
from agent.local.prepare import Progress
from agent.local.storage import default_cache
from agent.model_server import ModelServer
from agent.models import load_chat_model, load_models
from agent.specs import CHAT_KINDS, DECISION_KINDS, Spec, parse
from core.settings import Settings

_QUESTION = "Merhaba, faturam ne kadar?"
_ASKED = {
    "operation": {
        "type": "choice",
        "instructions": "Müşteri ilk olarak hangi işlemi istiyor?",
        "criteria": {"get_current_bill": "güncel fatura, borç", "none": "hiçbir işlem gerekmiyor"},
    }
}
_MAX_TOKENS = 16


def where(spec: Spec, settings: Settings) -> Path | None:
    """Return a model's place on this machine; None for a model behind a server or one that was not fetched yet."""
    if spec.kind == "embedded":
        if settings.weights is not None:
            return settings.weights
        folders = (settings.model_cache or default_cache()).glob("embedded-*/")
        return max(folders, key=lambda folder: folder.stat().st_mtime, default=None)
    if spec.kind != "hf":
        return None
    try:
        place = hf_place(str(spec))
    except ModelFilesMissing:
        return None
    return place if isinstance(place, Path) else _fetched(place)


def _fetched(repository: str) -> Path | None:
    try:
        known = scan_cache_dir().repos
    except CacheNotFound:
        return None
    return next((one.repo_path for one in known if one.repo_id == repository), None)


def reached(spec: Spec, settings: Settings) -> str:
    """Return "yes" or "no" for a server that answers or not; "" for a model without a server."""
    if spec.kind not in ("endpoint", "systemone"):
        return ""
    return "yes" if ModelServer(spec.place, settings.model_timeout).reached() else "no"


def fetch(text: str, settings: Settings, progress: Progress) -> str:
    """Fetch or prepare a model's files.

    Args:
        text: The model, as the settings name it.
        settings: The settings of the cache, the weights and the server's time limit.
        progress: Told what is being done; a download shows a bar of its own.

    Returns:
        The model's place.

    Raises:
        ModelError: The model cannot be had.
    """
    spec = parse(text, tuple(dict.fromkeys((*CHAT_KINDS, *DECISION_KINDS))), "the model")
    if spec.kind == "embedded":
        load_embedded(cache=settings.model_cache, weights=settings.weights, progress=progress)
        return str(where(spec, settings))
    if spec.kind == "hf":
        place = hf_place(str(spec))
        if isinstance(place, Path):
            return str(place)
        with named_failures(str(spec)):
            return snapshot_download(place)
    answers = reached(spec, settings)
    return "its server answers" if answers == "yes" else "its server does not answer" if answers else "nothing to get"


def inspect(settings: Settings, *, only_chat_model: bool, progress: Progress) -> dict[str, Any]:
    """Load the configured models and ask each a small question.

    Args:
        settings: The settings that name the models.
        only_chat_model: Leave the decision model out.
        progress: Told what is being done.

    Returns:
        Figures by name, for a table; ``answers`` is True where every model answered.

    Raises:
        ModelError: A model cannot be had.
    """
    if only_chat_model:
        return _ask_chat_model(load_chat_model(settings, progress), settings)
    models = load_models(settings, progress)
    written, decided = (
        _ask_chat_model(models.chat_model, settings),
        _ask_decision_model(models.decision_model, settings),
    )
    return {**written, **decided, "answers": written["answers"] and decided["answers"]}


def _ask_chat_model(model: BaseChatModel, settings: Settings) -> dict[str, Any]:
    spec = parse(settings.model, CHAT_KINDS, "TELEKOM_MODEL")
    place = where(spec, settings)
    found: dict[str, Any] = {"writes": str(spec), "lies in": str(place or spec.place)}
    if spec.kind == "embedded" and settings.weights is not None:
        found["weights pack"] = f"sha256 {read_manifest(settings.weights).digest}"
    if isinstance(model, LocalChatModel):
        template = "its own" if model.tokenizer.chat_template else "plain"
        found |= {"chat template": template, "tool calls": model.form.name}
    try:
        said = str(model.invoke(_QUESTION, max_tokens=_MAX_TOKENS).text)
    except AgentError as error:
        return {**found, "wrote": str(error), "answers": False}
    return {**found, "wrote": said.strip(), "answers": True}


def _ask_decision_model(model: DecisionModel, settings: Settings) -> dict[str, Any]:
    found = {"decides": settings.decision_model, "calibrated": "yes" if model.calibrated else "no: wider thresholds"}
    try:
        answer = model.invoke({"state": _QUESTION, "questions": _ASKED})["operation"]
    except AgentError as error:
        return {**found, "decided": str(error), "answers": False}
    best = answer["choice"]
    return {**found, "decided": f"{best} {answer['probabilities'][best]:.2f}", "answers": True}
