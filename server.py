"""The HTTP application: the REST interface, the LangServe routes and the chat page.

``create_app`` builds it and starts nothing: the service behind it opens when the application starts, and
``service.startup`` runs the server. The only importer of langserve, which is in maintenance.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi_offline import FastAPIOffline
from langchain_core.runnables import RunnableBinding
from langserve import CustomUserType, add_routes
from pydantic import BaseModel, ValidationError
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from api import metrics
from api.body_limit import BodyLimit, limits_of
from api.document import install_document, operation_id
from api.envelope import refusals
from api.errors import PHOTOS_PREFIX, PROMPTS_PREFIX, RUNS_PREFIX, NoBatch, install_error_handlers
from api.etags import Etags
from api.lanes import EngineersLane
from api.limits import AddressLimit, install_limits
from api.metrics import CountRequests, HttpMetrics
from api.origins import OriginCheck
from api.pages import (
    brand,
    desk_page,
    experiments_page,
    over_time_page,
    replay_page,
    rollouts_page,
    sets_page,
    texts_page,
    users_page,
    widget_page,
)
from api.pages.html import front_page, wants_page
from api.registry import publish, service_of, withdraw
from api.request_ids import REQUEST_ID, RequestIds
from api.routes import account, auth, bills, chat, handovers, oidc, photos, prompts, rollouts, runs, status, users
from api.routes.auth import NO_CHAT
from api.routes.telekom import telekom_router
from api.runnable import AgentInput, AgentOutput, build_agent, check_frame, check_turn
from api.safe_headers import OWN_CONTENT, SafeHeaders, framed_by
from api.security import COOKIE, CurrentUser, visitor
from chat.login import ChatLogin
from chat.neighbours import page_door
from chat.page import CHAT_PATH, mount_chat
from core.operator_facts import in_language, load_operator
from core.settings import Settings
from service.container import open_service
from service.startup import ServiceFactory, run_server

AGENT_PATH = "/agent"
_LEAST_COMPRESSED = 1024
"""Bytes of an answer; compressing a shorter one gains nothing. Event streams are never compressed."""


def create_app(
    settings: Settings | None = None, *, service_factory: ServiceFactory = open_service, neighbours: Path | None = None
) -> FastAPI:
    """Build the application.

    Args:
        settings: Read from the environment when it is None.
        service_factory: Opens the service when the application starts.
        neighbours: The folder in which the processes of one port meet; None where this is the only one.

    Raises:
        KnowledgeError: The operator's file has a mistake.
    """
    settings = settings or Settings()
    operator = load_operator(settings.facts_folder)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with service_factory(settings) as service, page_door(settings, neighbours):
            app.state.service = service
            # Made from the tools' own metadata, which there is once they have their database.
            app.include_router(telekom_router(service.toolbox, service.rest_only))
            app.state.http_metrics = HttpMetrics(service.registry)
            publish(service)
            try:
                yield
            finally:
                withdraw()

    app = FastAPIOffline(
        # ReDoc's page fetches a logo from its maker's host, which nothing turns off; /docs shows the same document.
        redoc_url=None,
        title=in_language(operator.name, operator.languages[0]),
        summary="Customer service of a telecom operator",
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
        responses=refusals(),  # too many requests are refused at every route
    )
    install_document(app)
    install_error_handlers(app)
    install_limits(app)
    _add_routes(app, settings, neighbours)
    _add_middleware(app, settings)
    return app


def _add_routes(app: FastAPI, settings: Settings, neighbours: Path | None) -> None:
    """Add every route, and mount the files and the chat page."""
    routers = (
        auth.router, auth.pages, oidc.router, account.router, bills.router, chat.router, photos.router, photos.pages,
        handovers.router, runs.router, prompts.router, rollouts.router, users.router, status.router, desk_page.router,
        texts_page.router, rollouts_page.router, sets_page.router, experiments_page.router, over_time_page.router,
        replay_page.router, users_page.router, brand.router, widget_page.router, metrics.router,
    )  # fmt: skip
    for router in (_front_routes(settings), *routers):
        app.include_router(router)
    app.include_router(_agent_routes(app), tags=["agent"], responses=refusals(401, 403, 404, 409, 422, 503))
    app.mount("/assets", StaticFiles(packages=[("api", "pages/assets")]), name="assets")
    if settings.mount_chat:
        mount_chat(app, settings, neighbours)


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """Add what stands around every route, the outermost last."""
    if settings.mount_chat:
        app.add_middleware(
            ChatLogin, path=CHAT_PATH, cookie=COOKIE, user_of=lambda token: app.state.service.accounts.by_token(token),
            elsewhere=NO_CHAT,
        )  # fmt: skip
    app.add_middleware(EngineersLane, paths=(RUNS_PREFIX, PROMPTS_PREFIX, replay_page.PATH))
    embedding = settings.embed_origins
    app.add_middleware(OriginCheck, guarded=CHAT_PATH, allowed=(*settings.allowed_origins, *embedding))
    if origins := (*settings.cors_origins, *embedding):
        # A token in a header, not a cookie: a page of another site has no login that its visitor did not give it.
        app.add_middleware(
            CORSMiddleware, allow_origins=origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", REQUEST_ID],
            expose_headers=["Retry-After", REQUEST_ID],
        )  # fmt: skip
    app.add_middleware(
        BodyLimit, larger=limits_of((f"{CHAT_PATH}/", PHOTOS_PREFIX), (RUNS_PREFIX, PROMPTS_PREFIX, replay_page.PATH))
    )
    pages = ("/docs", "/static-offline-docs", f"{AGENT_PATH}/playground")
    private = ("/api/", f"{AGENT_PATH}/", *(f"{CHAT_PATH}/{name}" for name in ("user", "project", "auth")))
    policies = {CHAT_PATH: framed_by(OWN_CONTENT, embedding), **dict.fromkeys(pages, OWN_CONTENT)}
    app.add_middleware(SafeHeaders, policies=policies, private=private)
    files = ("/assets/", "/favicon.ico", *(f"{CHAT_PATH}/{name}/" for name in ("assets", "public")))
    app.add_middleware(AddressLimit, free=("/health", "/ready", "/metrics", *files))
    app.add_middleware(Etags, paths=("/openapi.json",))
    app.add_middleware(GZipMiddleware, minimum_size=_LEAST_COMPRESSED, compresslevel=5)
    app.add_middleware(CountRequests)
    app.add_middleware(RequestIds)


class Readiness(BaseModel):
    """The readiness of the service and of each of its parts."""

    status: Literal["ready", "unavailable"]
    checks: dict[str, bool]
    systems: dict[str, bool]


class _ReadableLog(RunnableBinding[Any, Any]):  # type: ignore[no-redef]  # pydantic's plugin and a field `kwargs`
    """The agent with a log that langserve's own Python client can read: it takes the entry of a tool for a message."""

    async def astream_log(self, input: Any, config: Any = None, *, exclude_types: Any = None, **others: Any) -> Any:
        """Yield the patches of the log, without the runs of tools."""
        excluded = [*(exclude_types or ()), "tool"]
        async for patch in super().astream_log(input, config, exclude_types=excluded, **others):
            yield patch


class AgentRequest(AgentInput, CustomUserType):
    """The agent's input, marked so that langserve hands it on as it is instead of taking it apart."""


def _front_routes(settings: Settings) -> APIRouter:
    router = APIRouter(tags=["service"])

    @router.get("/", include_in_schema=False)
    async def front(request: Request) -> Response:
        """Link to the parts of the service: a page for browsers, JSON for programs."""
        if wants_page(request):
            return front_page(request, await visitor(request), chat=settings.mount_chat)
        links = {"docs": "/docs", "agent": AGENT_PATH, "playground": f"{AGENT_PATH}/playground/", "ready": "/ready"}
        return JSONResponse({"name": "telekom", **({"chat": "/chat"} if settings.mount_chat else {}), **links})

    @router.head("/health", include_in_schema=False)
    @router.get("/health")
    async def check_health() -> dict[str, str]:
        """Report that the process is alive; says nothing about its parts."""
        return {"status": "ok", "service": "telekom"}

    @router.head("/ready", include_in_schema=False)
    @router.get("/ready", response_model=Readiness, responses={503: {"model": Readiness}})
    async def check_ready(request: Request) -> Response:
        """Report which of database, checkpointer and model can be used now, and which outside systems answer.

        A silent outside system costs its own operations only, so the service stays ready.
        """
        service = service_of(request)
        checks, systems = await asyncio.gather(service.ready(), service.systems.answering())
        good = all(checks.values())
        told = {"status": "ready" if good else "unavailable", "checks": checks, "systems": systems}
        return JSONResponse(told, 200 if good else 503)

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
                service.conversations.check_room(user)
                await check_turn(service.database, service.conversations, user, turn)
        return {**config, "configurable": {"user": user}}

    router = APIRouter()

    @router.post(f"{AGENT_PATH}/batch", include_in_schema=False)
    async def refuse_batch(user: CurrentUser) -> None:
        """Refuse several inputs in one request: a conversation takes one at a time."""
        raise NoBatch

    add_routes(
        router,
        _ReadableLog(
            bound=build_agent(lambda: app.state.service.conversations), kwargs={}, config={},
            custom_input_type=AgentRequest, custom_output_type=AgentOutput,
        ),
        path=AGENT_PATH,
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


def main(workers: int | None = None) -> None:
    """Serve until stopped; entry point of ``python -m server``.

    Args:
        workers: Processes behind the port; as the settings say when it is None.
    """
    sys.exit(run_server(create_app, workers=workers))


if __name__ == "__main__":
    main()
