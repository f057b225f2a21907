"""Turns every error into the answer that a client sees.

Operations under ``/api/v1/telekom`` and the hand-overs, runs and accounts answer in the envelope
``{"success": false, "error": {…}}``; everything else in ``{"code", "detail"}``. Texts are Turkish and safe for a
customer, codes are English. ``FriendlyErrors`` is the program's one net for unexpected faults: the customer gets a
reference, the log gets the traceback.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, NamedTuple

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.named_errors import INVALID_TEXT
from api.named_errors import NAMED_ERRORS as _NAMED_ERRORS
from api.pages.html import login_page, problem_page, wants_page
from conversation.service import InvalidRequest
from database.turn_keys import TurnKeyInUse
from database.unavailable import UNAVAILABLE
from tools.errors import ToolError

TELEKOM_PREFIX = "/api/v1/telekom"
HANDOVERS_PREFIX = "/api/v1/handovers"
RUNS_PREFIX = "/api/v1/runs"
PROMPTS_PREFIX = "/api/v1/prompts"
USERS_PREFIX = "/api/v1/users"
PHOTOS_PREFIX = "/api/v1/photos"
_FAULT_TEXT = "Beklenmeyen bir sorun oluştu; lütfen biraz sonra yeniden deneyiniz. Başvuru numarası: {reference}"
_AWAY_TEXT = "Sistemlerimize şu anda ulaşılamıyor; lütfen biraz sonra yeniden deneyiniz."
_AWAY_RETRY_SECONDS = 5
_ENVELOPED = (TELEKOM_PREFIX, HANDOVERS_PREFIX, RUNS_PREFIX, PROMPTS_PREFIX, USERS_PREFIX)
_STATUS_TEXTS = {
    404: "Bu adreste bir kaynak yok.",
    405: "Bu adres bu yöntemle kullanılamaz.",
}
_log = logging.getLogger(__name__)


class ApiError(Exception):
    """Head of the errors that the HTTP interface itself raises; a subclass names the case."""

    status: ClassVar[int]
    code: ClassVar[str]
    text: ClassVar[str]
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, reason: str | None = None) -> None:
        super().__init__(reason or self.text)
        self.details = {"reason": reason} if reason else {}


class InvalidBody(ApiError):
    """A body or a header that cannot be read."""

    status = 422
    code = "VALIDATION_ERROR"
    text = INVALID_TEXT


class NoBatch(ApiError):
    """Several turns in one request."""

    status = 501
    code = "NO_BATCH"
    text = "Toplu istek desteklenmiyor; her mesaj /agent/invoke ile ayrı gönderilmelidir."


class BodyTooLarge(ApiError):
    """A body over the limit of its path."""

    status = 413
    code = "BODY_TOO_LARGE"
    text = "Gönderilen içerik çok büyük; en fazla {limit} KB gönderilebilir. Lütfen kısaltıp yeniden gönderin."


class _ErrorResponse(JSONResponse):
    """An answer that may repeat what was sent, also where no UTF-8 can hold it (a lone surrogate)."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def error_response(
    request: Request,
    status: int,
    code: str,
    message: str,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Make the answer for an error, in the form that clients of the requested path expect."""
    content: dict[str, Any]
    if request.url.path.startswith(_ENVELOPED):
        content = {"success": False, "error": {"code": code, "message": message, "details": details or {}}}
    else:
        content = {"code": code, "detail": message, **({"details": details} if details else {})}
    return _ErrorResponse(jsonable_encoder(content), status, headers=dict(headers or {}))


def named_error(error: Exception) -> tuple[int, str, str]:
    """Return HTTP status, code and the customer's text for an error of the conversations or records.

    Raises:
        KeyError: The error's class has no answer of its own.
    """
    return _NAMED_ERRORS[type(error)]


def install_error_handlers(app: FastAPI) -> None:
    """Install a handler for every named error, and ``FriendlyErrors`` for all others."""

    @app.exception_handler(ApiError)
    async def on_api_error(request: Request, error: ApiError) -> Response:
        if error.status == HTTPStatus.UNAUTHORIZED and wants_page(request):
            return login_page(request, next_path=request.url.path, status=error.status)
        if error.status == HTTPStatus.UNAUTHORIZED and "hx-request" in request.headers:
            return Response(status_code=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})
        if error.status == HTTPStatus.FORBIDDEN and _wants_own_page(request):
            return problem_page(request, "forbidden", error.status)
        return error_response(request, error.status, error.code, error.text, error.details, error.headers)

    @app.exception_handler(ToolError)
    async def on_tool_error(request: Request, error: ToolError) -> Response:
        if error.status == HTTPStatus.NOT_FOUND and _wants_own_page(request):
            return problem_page(request, "not_found", error.status)
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
        details = {**error.details, "next_step": error.next_step}
        return error_response(request, error.status, error.code, error.message, details, headers)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        details = {"errors": [_named(problem) for problem in error.errors()]}
        return error_response(request, InvalidBody.status, InvalidBody.code, InvalidBody.text, details)

    @app.exception_handler(HTTPException)
    async def on_http_error(request: Request, error: HTTPException) -> Response:
        if error.status_code == HTTPStatus.BAD_REQUEST:  # a body that is no text
            return error_response(request, InvalidBody.status, InvalidBody.code, InvalidBody.text)
        if error.status_code == HTTPStatus.NOT_FOUND and _wants_own_page(request):
            return problem_page(request, "not_found", error.status_code)
        too_large = error.status_code == BodyTooLarge.status  # found while the body was read
        code = BodyTooLarge.code if too_large else HTTPStatus(error.status_code).name
        message = _STATUS_TEXTS.get(error.status_code, str(error.detail))
        return error_response(request, error.status_code, code, message, headers=error.headers)

    async def on_named_error(request: Request, error: Exception) -> Response:
        status, code, text = named_error(error)
        details = {"reason": str(error)} if isinstance(error, InvalidRequest) else None
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TurnKeyInUse) else None
        return error_response(request, status, code, text, details, headers)

    for kind in _NAMED_ERRORS:
        app.add_exception_handler(kind, on_named_error)
    app.add_middleware(FriendlyErrors)


def _wants_own_page(request: Request) -> bool:
    """Return True if a browser asks for one of our pages; what stands below ``/api`` answers programs."""
    return wants_page(request) and not request.url.path.startswith("/api/")


def _named(problem: Any) -> dict[str, str]:
    """Return field and message of a validation problem; the value is left out, as it may be a password."""
    if not isinstance(problem, Mapping):
        return {"field": "", "message": str(problem)}
    return {"field": ".".join(str(part) for part in problem["loc"]), "message": str(problem["msg"])}


class FriendlyErrors:
    """Answers an unexpected fault with a reference, and logs the fault under it.

    A database or a disk that is away is told as such: the request may be sent again. Where an event stream has begun,
    the answer is its last event.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started: list[Message] = []

        async def watched_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except Exception as error:
            reference = scope.get("state", {}).get("request_id") or uuid.uuid4().hex
            fault = _fault(error, f"{scope['method']} {scope['path']}", reference)
            if not started:
                response = error_response(
                    Request(scope), fault.status, fault.code, fault.text, fault.details, fault.headers
                )
                await response(scope, receive, send)
            elif _is_event_stream(started[0]):
                event = {"code": fault.code, "detail": fault.text, "details": fault.details}
                await send({"type": "http.response.body", "body": _last_event(event)})
            else:
                # Half an answer is out: only breaking the connection tells the client that it is not whole.
                raise


class _Fault(NamedTuple):
    """The answer for something that no handler names."""

    status: int
    code: str
    text: str
    details: Mapping[str, Any]
    headers: Mapping[str, str]


def _fault(error: Exception, request: str, reference: str) -> _Fault:
    """Log a fault of a request under its reference, and return its answer."""
    details = {"reference": reference}
    if isinstance(error, UNAVAILABLE):
        _log.error("%s found a store away; reference %s: %s", request, reference, error)
        retry = {"Retry-After": str(_AWAY_RETRY_SECONDS)}
        return _Fault(503, "SERVICE_UNAVAILABLE", _AWAY_TEXT, details, retry)
    _log.error("%s failed; reference %s", request, reference, exc_info=error)
    return _Fault(500, "INTERNAL_ERROR", _FAULT_TEXT.format(reference=reference), details, {})


def _is_event_stream(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start.get("headers", [])}
    return bool(headers.get(b"content-type", b"").startswith(b"text/event-stream"))


def _last_event(data: Mapping[str, Any]) -> bytes:
    return f"event: error\r\ndata: {json.dumps(data, ensure_ascii=False)}\r\n\r\n".encode()
