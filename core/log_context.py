"""The request and the turn that a line of the log belongs to: those that the running task works on."""

from __future__ import annotations

from contextvars import ContextVar

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
RUN_ID: ContextVar[str | None] = ContextVar("run_id", default=None)
