"""The real server process with models that understand a bill's question and payment: one replica of several.

Settings come from the environment, as in the product: ``python -m tests.service.scripted_replica``.
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
from tests.api.conftest import ARGUMENTS, MEANINGS
from tests.doubles import meanings_of


def open_scripted(settings: Settings) -> AbstractAsyncContextManager[RunningService]:
    """Open the service with the scripted models."""
    decisions = ScriptedDecisionModel(meanings_of(MEANINGS, ARGUMENTS))
    return open_service(settings, models=Models(ScriptedChatModel(arguments=ARGUMENTS), decisions))


if __name__ == "__main__":
    sys.exit(serve(Settings(_env_file=None), create_app, service_factory=open_scripted))
