"""Tells those who do a thing too often to wait, and counts every request by the network address that it comes from.

What is refused has one form everywhere: 429 with ``Retry-After``, or 503 where the service is full, and a sentence in
the visitor's language; a browser that opens a page gets it as a page.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import error_response
from api.pages.html import site_page, wants_page
from api.pages.words import say, visitors_language
from api.registry import service_of
from api.security import is_secure
from core.rate_limits import LimitReached
from core.slots import FULL
from identity.login_guard import Visitor
from identity.tokens import DeviceTokens

TOO_MANY, BUSY = "TOO_MANY_REQUESTS", "SERVICE_BUSY"
DEVICE_COOKIE = "telekom_device"
_NETWORK_OF_ONE = 64
"""Bits of an IPv6 address that one subscriber shares: the rest is his own to choose."""
_MINUTE, _HOUR = 60, 3600


def answer_to(request: Request, error: LimitReached) -> Response:
    """Return the refusal, as a page where a browser opens one."""
    status, code = (503, BUSY) if error.name == FULL else (429, TOO_MANY)
    headers = {"Retry-After": str(error.retry_after)}
    text = wait_text(request, error)
    if wants_page(request):
        return to_wait(site_page(request, "wait.html", status, text=text), error)
    return error_response(request, status, code, text, {"limit": error.name}, headers)


def to_wait(page: HTMLResponse, error: LimitReached) -> HTMLResponse:
    """Let a page say to programs, too, how long to wait."""
    page.headers["Retry-After"] = str(error.retry_after)
    return page


def wait_text(request: Request, error: LimitReached) -> str:
    """Return the sentence that tells the visitor how long to wait."""
    language = visitors_language(request)
    unit, length = next(
        ((unit, length) for unit, length in (("hours", _HOUR), ("minutes", _MINUTE)) if error.retry_after > length),
        ("seconds", 1),
    )
    wait = say(language, f"limits.{unit}", count=-(-error.retry_after // length))
    return say(language, f"limits.{error.name}", wait=wait)


def address_of(request: Request) -> str:
    """Return the network address that a request comes from: one subscriber's, also where IPv6 gives him many.

    It is the connection's. Behind a proxy that is trusted (``TELEKOM_TRUSTED_PROXIES``) uvicorn has put there what the
    proxy says; what a stranger writes into ``X-Forwarded-For`` counts for nothing.
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, _NETWORK_OF_ONE), strict=False))
    return host


def visitor_of(request: Request) -> Visitor:
    """Return where a login is tried from."""
    return Visitor(address_of(request), request.cookies.get(DEVICE_COOKIE))


def install_limits(app: FastAPI) -> None:
    """Install the refusal of whatever a route finds to be too much."""

    @app.exception_handler(LimitReached)
    async def on_limit(request: Request, error: LimitReached) -> Response:
        return answer_to(request, error)


def remember_device(request: Request, response: Response, login: str) -> None:
    """Let the browser of a login be known again, so that no stranger's wrong passwords hold it up."""
    token = service_of(request).accounts.guard.device_token(login)
    lasts = int(DeviceTokens.life.total_seconds())
    response.set_cookie(DEVICE_COOKIE, token, max_age=lasts, httponly=True, samesite="lax", secure=is_secure(request))


class AddressLimit:
    """Middleware that refuses the requests of an address that sends too many, before anything else is done for them.

    Args:
        app: The application.
        free: Beginnings of paths that are not counted: probes, and files that are the same for all.
    """

    def __init__(self, app: ASGIApp, *, free: tuple[str, ...]) -> None:
        self._app = app
        self._free = free

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or refuse it."""
        if scope["type"] == "http" and not scope["path"].startswith(self._free):
            request = Request(scope)
            try:
                await service_of(request).requests.take("requests", address_of(request))
            except LimitReached as error:
                await answer_to(request, error)(scope, receive, send)
                return
        await self._app(scope, receive, send)
