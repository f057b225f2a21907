"""Where the HTTP interface finds the running service.

A request finds it on its own application. The chat page is an application of its own inside the same process and is
loaded by its framework, not called by us: it asks ``current_service``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request

if TYPE_CHECKING:
    from service.container import Service

_running: list[Service] = []


class ServiceNotRunning(RuntimeError):
    """Nobody has started the service in this process, or it has stopped."""


def publish(service: Service) -> None:
    """Let the parts that no request reaches find the service that this process runs."""
    _running[:] = [service]


def withdraw() -> None:
    """The service has stopped."""
    _running.clear()


def current_service() -> Service:
    """The service that this process runs.

    Raises:
        ServiceNotRunning: there is none.
    """
    if not _running:
        raise ServiceNotRunning("the service is not running in this process")
    return _running[0]


def service_of(request: Request) -> Service:
    """The service of the application that the request came to.

    Raises:
        ServiceNotRunning: the application has not started.
    """
    service: Service | None = getattr(request.app.state, "service", None)
    if service is None:
        raise ServiceNotRunning("the application has not started")
    return service
