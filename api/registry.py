"""Gives the HTTP interface and the chat page the running service.

A request finds it on its own application. The chat page is an application of its own inside the same process and is
loaded by its framework, not called by us: it asks ``current_service``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request

if TYPE_CHECKING:
    from service.container import RunningService

_running: list[RunningService] = []


class ServiceNotRunning(RuntimeError):
    """The service has not been started in this process, or it has stopped."""


def publish(service: RunningService) -> None:
    """Register the service of this process for parts that have no request."""
    _running[:] = [service]


def withdraw() -> None:
    """Forget the registered service: it has stopped."""
    _running.clear()


def current_service() -> RunningService:
    """Return the service that this process runs.

    Raises:
        ServiceNotRunning: there is none.
    """
    if not _running:
        raise ServiceNotRunning("the service is not running in this process")
    return _running[0]


def service_of(request: Request) -> RunningService:
    """Return the service of the application that received the request.

    Raises:
        ServiceNotRunning: the application has not started.
    """
    service: RunningService | None = getattr(request.app.state, "service", None)
    if service is None:
        raise ServiceNotRunning("the application has not started")
    return service
