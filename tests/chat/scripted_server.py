"""The real server process with the chat page and scripted models: ``python -m tests.chat.scripted_server``.

Settings come from the environment, as in the product.
"""

from __future__ import annotations

import sys
from contextlib import AbstractAsyncContextManager

from agent.models import Models
from core.settings import Settings
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from server import create_app
from service.container import RunningService, open_service
from service.startup import serve


def open_scripted(settings: Settings) -> AbstractAsyncContextManager[RunningService]:
    """Open the service with models that understand nothing."""
    return open_service(settings, models=Models(chat_model=ScriptedChatModel(), decision_model=ScriptedDecisionModel()))


if __name__ == "__main__":
    sys.exit(serve(Settings(_env_file=None), create_app, service_factory=open_scripted))
