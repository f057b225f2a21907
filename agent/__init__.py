"""The model layer: a chat model that writes and a decision model that classifies.

It does not know the database or the tools. Importing this package loads no library of models: the names below are
imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.chat.chat_model import LocalChatModel
    from agent.decision.model import DecisionModel
    from agent.models import Models, load_models

__all__ = ["DecisionModel", "LocalChatModel", "Models", "load_models"]

_MODULE_OF = {
    "DecisionModel": "agent.decision.model",
    "LocalChatModel": "agent.chat.chat_model",
    "Models": "agent.models",
    "load_models": "agent.models",
}


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        return getattr(import_module(_MODULE_OF[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
