"""The answers about the process and its parts."""

from __future__ import annotations

from typing import Literal

from telekom_client.models.base import Answer


class Liveness(Answer):
    """The process answers; its parts may still be unavailable."""

    status: str
    service: str = ""


class Readiness(Answer):
    """The parts of the service by name, each True where it can be used; ``status`` is ready where all can."""

    status: Literal["ready", "unavailable"]
    checks: dict[str, bool]
