"""Starts the server for an operator: takes the port, shows progress, and explains a start that fails.

What is served is the caller's: ``server.create_app`` makes the application.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import psycopg
import uvicorn
from dotenv import dotenv_values
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import STARTUP_FAILURE

from agent.errors import ModelError
from agent.prompt_files import PromptError
from core.operator_facts import KnowledgeError
from core.private_files import make_private, private_from_now_on
from core.progress import stage_bars
from core.settings import Settings, explain_settings, unknown_names
from database.seed.demo import DemoConflict
from database.session import UnfitDatabase
from ports.loading import UnfitPorts
from service.access_log import WithoutSecrets
from service.catalogue import UnfitCatalogue
from service.container import RunningService, open_service
from service.logs import begin_log
from service.workers import START_SECONDS, end_with_parent, run_workers

ServiceFactory = Callable[[Settings], AbstractAsyncContextManager[RunningService]]
_START_ERRORS = (
    ModelError, OSError, SQLAlchemyError, psycopg.Error, UnfitDatabase, DemoConflict, PromptError, KnowledgeError,
    UnfitPorts, UnfitCatalogue,
)  # fmt: skip
_log = logging.getLogger(__name__)
_NO_ADMIN = (
    "Nobody can manage accounts: there is no account of the role admin. Make the first one with: "
    "telekom users add --role admin"
)
_DISK_FULL = ("disk is full", "no space left")


class AppFactory(Protocol):
    """Makes the application; it opens the service when it starts."""

    def __call__(
        self, settings: Settings, *, service_factory: ServiceFactory, neighbours: Path | None = None
    ) -> ASGIApp:
        """Make the application over a service that opens later; the other workers of its port meet in a folder."""
        ...


def run_server(make_app: AppFactory, *, workers: int | None = None) -> int:
    """Read the settings from the environment and serve until stopped.

    Args:
        make_app: Makes the application.
        workers: Processes behind the port; as the settings say when it is None.

    Returns:
        The exit code: 1 if the server could not start; the reason is on standard error.
    """
    try:
        settings = Settings() if workers is None else Settings(workers=workers)
    except ValidationError as error:
        return _fail(explain_settings(error))
    private_from_now_on()
    make_private(settings.data_dir)
    return serve(settings, make_app)


def serve(settings: Settings, make_app: AppFactory, *, service_factory: ServiceFactory | None = None) -> int:
    """Serve until stopped.

    Args:
        settings: What the operator chose.
        make_app: Makes the application. With several workers it is sent to them by its name, as is ``service_factory``.
        service_factory: Opens the service; the product's, with a progress bar, when it is None.

    Returns:
        The exit code: 1 if the server could not start; the reason is on standard error.
    """
    begin_log(settings)
    _warn_of_unknown_settings()
    opened = service_factory or _open_with_progress
    try:
        # Bound before the model is loaded: a port that is in use shows at once.
        with _bind(settings.host, settings.port) as listener:
            if settings.workers > 1:
                return run_workers(partial(_config_of_workers, settings, make_app, opened), listener)
            app = make_app(settings, service_factory=opened)
            server = uvicorn.Server(_config(settings, _QuietLifespan(app, _address(settings))))
            logging.getLogger("uvicorn.access").addFilter(WithoutSecrets())
            try:
                server.run(sockets=[listener])
            except KeyboardInterrupt:
                return 0
            except SystemExit:
                return 1
    except _START_ERRORS as error:
        return _fail(_explain(error))
    return 0


def _config_of_workers(
    settings: Settings, make_app: AppFactory, service_factory: ServiceFactory, folder: Path
) -> uvicorn.Config:
    """Return the configuration that every worker is started with; it makes its application itself."""
    threads = settings.threads or max(1, (os.cpu_count() or 1) // settings.workers)
    own = settings.model_copy(update={"threads": threads})
    return _config(settings, partial(_app_of_worker, own, make_app, service_factory, folder), factory=True)


def _app_of_worker(settings: Settings, make_app: AppFactory, service_factory: ServiceFactory, folder: Path) -> ASGIApp:
    """Make the application of a worker, in its process."""
    end_with_parent()
    begin_log(settings)
    logging.getLogger("uvicorn.access").addFilter(WithoutSecrets())
    try:
        app = make_app(settings, service_factory=service_factory, neighbours=folder)
    except _START_ERRORS as error:
        _fail(_explain(error))
        sys.exit(STARTUP_FAILURE)
    return _QuietLifespan(app, f"{_address(settings)} (process {os.getpid()})")


def _config(settings: Settings, app: Any, **further: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app, lifespan="on", forwarded_allow_ips=settings.trusted_proxies, workers=settings.workers,
        timeout_worker_healthcheck=START_SECONDS, **_logged(settings), **further,
    )  # fmt: skip


def _address(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"


def _logged(settings: Settings) -> dict[str, Any]:
    """Return how uvicorn logs: in its own form for people, else as everything does."""
    return {"log_level": settings.log_level} if settings.log_format == "text" else {"log_config": None}


def _warn_of_unknown_settings() -> None:
    """Log each name of the environment or of ``.env`` that looks like a setting and is none."""
    file = Settings.model_config.get("env_file")
    stated = dotenv_values(file) if isinstance(file, str) else {}
    for name, meant in unknown_names({*os.environ, *stated}).items():
        _log.warning("%s is no setting%s", name, f"; did you mean {meant}?" if meant else " and changes nothing.")


class _QuietLifespan:
    """Passes everything on to the application; says why it does not start, and keeps the traceback out of the log."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app = app
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        held: list[Message] = []
        explained = False

        async def brief_send(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                held.append(message)
                return
            if message["type"] == "lifespan.startup.complete":
                # What a start has loaded stays: no collection looks through it again, which was a quarter of a turn.
                gc.collect()
                gc.freeze()
                sys.stderr.write(f"Ready: {self._address}\n")
            await send(message)

        try:
            await self._app(scope, receive, brief_send)
        except _START_ERRORS as error:
            explained = True
            _fail(_explain(error))
            raise
        finally:
            for message in held:
                # The message's text is a traceback; an explained failure needs none.
                await send({**message, "message": ""} if explained else message)


@asynccontextmanager
async def _open_with_progress(settings: Settings) -> AsyncIterator[RunningService]:
    """Open the service and show the progress of the model's preparation, which can take minutes the first time."""
    async with AsyncExitStack() as stack:
        with stage_bars() as show:
            service = await stack.enter_async_context(open_service(settings, progress=show))
        await warn_without_admin(service)
        yield service


async def warn_without_admin(service: RunningService) -> None:
    """Log that nobody can manage accounts, where that is so in production; the demo needs nobody."""
    if service.settings.env == "production" and not await service.administration.has_admin():
        _log.warning(_NO_ADMIN)


def _bind(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        error.filename = f"{host}:{port}"
        raise
    return listener


def _explain(error: Exception) -> str:
    """Return what an operator can do about a start that failed."""
    text = str(error.orig) if isinstance(error, SQLAlchemyError) and hasattr(error, "orig") else str(error)
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return f"{error.filename} is taken by another program. Stop it, or set PORT to another port."  # type: ignore[attr-defined]
    if number == errno.ENOSPC or any(words in text.lower() for words in _DISK_FULL):
        return f"The disk is full ({text}). Make room, or set TELEKOM_DATA_DIR to a folder on another disk."
    if isinstance(error, SQLAlchemyError | psycopg.Error):
        return f"The database cannot be used: {text}. Check TELEKOM_DATA_DIR or TELEKOM_DATABASE_URL."
    return text


def _fail(reason: str) -> int:
    sys.stderr.write(f"The server cannot start. {reason}\n")
    return 1
