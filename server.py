"""The HTTP server: one application with the REST interface, the LangServe routes and the chat page.

``create_app`` builds it and starts nothing; the service behind it opens when the application starts. The only
importer of langserve, which is in maintenance. ``python -m server`` runs it.
"""

from __future__ import annotations

import errno
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Literal

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi_offline import FastAPIOffline
from langserve import CustomUserType, add_routes
from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.progress import Progress, TaskID
from sqlalchemy.exc import SQLAlchemyError
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.errors import ModelError
from agent.prompt_files import PromptError
from api.document import install_document, operation_id
from api.envelope import refusals
from api.errors import install_error_handlers
from api.pages import replay_page
from api.pages.html import front_page, wants_page
from api.registry import publish, service_of, withdraw
from api.routes import auth, chat, handovers, runs
from api.routes.telekom import telekom_router
from api.runnable import AgentInput, AgentOutput, build_agent, check_frame, check_turn
from api.security import CurrentUser
from chat.page import mount_chat
from core.settings import Settings
from database.seed.demo import DemoConflict
from service.container import Service, open_service

ServiceFactory = Callable[[Settings], AbstractAsyncContextManager[Service]]
AGENT_PATH = "/agent"
_START_ERRORS = (ModelError, OSError, SQLAlchemyError, DemoConflict, PromptError)
_DISK_FULL = ("disk is full", "no space left")


def create_app(settings: Settings | None = None, *, service_factory: ServiceFactory = open_service) -> FastAPI:
    """Build the application.

    Args:
        settings: Read from the environment when it is None.
        service_factory: Opens the service when the application starts.
    """
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with service_factory(settings) as service:
            app.state.service = service
            # Made from the tools' own metadata, which there is once they have their database.
            app.include_router(telekom_router(service.toolbox, service.rest_only))
            publish(service)
            try:
                yield
            finally:
                withdraw()

    app = FastAPIOffline(
        # ReDoc's page fetches a logo from its maker's host, which nothing turns off; /docs shows the same document.
        redoc_url=None,
        title="Telekom",
        summary="Customer service of a telecom operator",
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
    )
    install_document(app)
    install_error_handlers(app)
    routers = (auth.router, auth.pages, chat.router, handovers.router, runs.router, replay_page.router)
    for router in (_front_routes(settings), *routers):
        app.include_router(router)
    app.include_router(_agent_routes(app), tags=["agent"], responses=refusals(401, 403, 404, 409, 422))
    app.mount("/assets", StaticFiles(packages=[("api", "pages/assets")]), name="assets")
    if settings.mount_chat:
        mount_chat(app, settings)
    return app


class Readiness(BaseModel):
    """Whether the service can be used, and which of its parts can."""

    status: Literal["ready", "unavailable"]
    checks: dict[str, bool]


class AgentRequest(AgentInput, CustomUserType):
    """The agent's input, marked so that langserve hands it on as it is instead of taking it apart."""


def _front_routes(settings: Settings) -> APIRouter:
    router = APIRouter(tags=["service"])

    @router.get("/", include_in_schema=False)
    async def front(request: Request) -> Response:
        """Where everything is."""
        if wants_page(request):
            return front_page(chat=settings.mount_chat)
        links = {"docs": "/docs", "agent": AGENT_PATH, "playground": f"{AGENT_PATH}/playground/", "ready": "/ready"}
        return JSONResponse({"name": "telekom", **({"chat": "/chat"} if settings.mount_chat else {}), **links})

    @router.get("/health")
    async def check_health() -> dict[str, str]:
        """The process is alive; says nothing about its parts."""
        return {"status": "alive"}

    @router.get("/ready", response_model=Readiness, responses={503: {"model": Readiness}})
    async def check_ready(request: Request) -> Response:
        """Whether the database, the checkpointer and the model can be used now."""
        checks = await service_of(request).ready()
        good = all(checks.values())
        return JSONResponse({"status": "ready" if good else "unavailable", "checks": checks}, 200 if good else 503)

    return router


def _agent_routes(app: FastAPI) -> APIRouter:
    async def remember_user(request: Request, user: CurrentUser) -> None:
        request.state.user = user
        if request.method == "POST":
            check_frame(await request.body())

    async def configure(config: dict[str, Any], request: Request) -> dict[str, Any]:
        """Put the verified user into the run, whatever the client sent, and refuse early what cannot be done."""
        user = request.state.user
        if request.method == "POST":
            body = await request.json()
            try:
                turn = AgentInput.model_validate(body["input"])
            except (ValidationError, KeyError, TypeError):
                pass  # langserve validates the same input next, and says what is wrong
            else:
                service = service_of(request)
                await check_turn(service.database, service.conversations, user, turn)
        return {**config, "configurable": {"user": user}}

    router = APIRouter()
    add_routes(
        router,
        build_agent(lambda: app.state.service.conversations),
        path=AGENT_PATH,
        input_type=AgentRequest,
        output_type=AgentOutput,
        config_keys=[],
        per_req_config_modifier=configure,
        # One run belongs to one thread, so there are no batches; feedback and trace links need an outside service.
        enabled_endpoints=[
            "invoke", "stream", "stream_events", "stream_log", "input_schema", "output_schema", "config_schema",
            "playground", "config_hashes",
        ],
        dependencies=[Depends(remember_user)],
    )  # fmt: skip
    return router


class _Start:
    """Passes everything on to the application; keeps a start that failed for a named reason out of the log.

    Attributes:
        failure: Why the application did not start, for the operator; None if it did.
    """

    def __init__(self, app: ASGIApp, address: str) -> None:
        self.failure: str | None = None
        self._app = app
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        held: list[Message] = []

        async def brief_send(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                held.append(message)
                return
            if message["type"] == "lifespan.startup.complete":
                sys.stderr.write(f"Ready: {self._address}\n")
            await send(message)

        try:
            await self._app(scope, receive, brief_send)
        except _START_ERRORS as error:
            self.failure = _explained(error)
            raise
        finally:
            for message in held:
                # Its text is a traceback; a failure with a name explains itself.
                await send({**message, "message": ""} if self.failure else message)


def serve(settings: Settings, *, service_factory: ServiceFactory | None = None) -> int:
    """Run the server until it is stopped.

    Args:
        settings: What the operator chose.
        service_factory: Opens the service; the product's, with a progress bar, when it is None.

    Returns:
        The exit code: 1 if it could not start; the reason is on standard error.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(name)s: %(message)s")
    try:
        # Taken before the model is loaded: a taken port shows at once.
        with _taken_port(settings.host, settings.port) as listener:
            app = create_app(settings, service_factory=service_factory or _open_with_progress)
            start = _Start(app, f"http://{settings.host}:{settings.port}")
            try:
                uvicorn.Server(uvicorn.Config(start, lifespan="on")).run(sockets=[listener])
            except KeyboardInterrupt:
                return 0
            except SystemExit:
                return _failed(start.failure) if start.failure else 1
    except _START_ERRORS as error:
        return _failed(_explained(error))
    return 0


@asynccontextmanager
async def _open_with_progress(settings: Settings) -> AsyncIterator[Service]:
    """Open the service and show how the preparing of the model, which can take minutes the first time, goes on."""
    stages: dict[str, TaskID] = {}
    with Progress(console=Console(stderr=True)) as bars:

        def show(stage: str, fraction: float) -> None:
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=1.0)
            bars.update(stages[stage], completed=fraction)

        async with open_service(settings, progress=show) as service:
            bars.stop()
            yield service


def main() -> None:
    """Entry point of ``python -m server``."""
    try:
        settings = Settings()
    except ValidationError as error:
        sys.exit(_failed(_invalid_settings(error)))
    sys.exit(serve(settings))


def _taken_port(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        error.filename = f"{host}:{port}"
        raise
    return listener


def _explained(error: Exception) -> str:
    """What an operator can do about a start that failed."""
    text = str(error.orig) if isinstance(error, SQLAlchemyError) and hasattr(error, "orig") else str(error)
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return f"{error.filename} is taken by another program. Stop it, or set PORT to another port."  # type: ignore[attr-defined]
    if number == errno.ENOSPC or any(words in text.lower() for words in _DISK_FULL):
        return f"The disk is full ({text}). Make room, or set TELEKOM_DATA_DIR to a folder on another disk."
    if isinstance(error, SQLAlchemyError):
        return f"The database cannot be used: {text}. Check TELEKOM_DATA_DIR or TELEKOM_DATABASE_URL."
    return text


def _invalid_settings(error: ValidationError) -> str:
    lines = ["The settings are not valid:"]
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        name = name if name.isupper() or not name else f"TELEKOM_{name.upper()}"
        lines.append(": ".join(part for part in ("  " + name, problem["msg"]) if part.strip()))
    return "\n".join(lines)


def _failed(reason: str) -> int:
    sys.stderr.write(f"The server cannot start. {reason}\n")
    return 1


if __name__ == "__main__":
    main()
