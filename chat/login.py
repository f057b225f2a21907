"""One login for the whole site: whoever has the cookie of the other pages is logged in on the chat page, too.

Chainlit knows its users by a cookie of its own, which no browser ever gets: here it is put into each request whose own
cookie holds a valid token. Logging in and out is the business of the site's pages.

In a frame of another site there is no cookie. There the page sends its token in a header, and with a web socket as a
subprotocol (``assets/public/page/embed.js``); both become the site's cookie here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat.page import COOKIE_NAME
from core.languages import LANGUAGE_COOKIE
from identity.user import User

_WITHOUT_LOGIN = ("assets", "public", "avatars", "logo", "favicon")
"""Beginnings of paths below the chat page that everybody may read."""
_PROTOCOL = "telekom"
"""Subprotocol of a web socket from a frame; its token and language come as two more that begin with it."""


class ChatLogin:
    """Middleware that logs the requests and web sockets of the chat page in.

    Args:
        app: The application.
        path: Where the chat page is mounted.
        cookie: Name of the cookie with the site's token.
        user_of: Returns the user of a token; None if it is bad.
        elsewhere: Where those are sent who open the chat page and have a page of their own, by role.
    """

    def __init__(
        self, app: ASGIApp, *, path: str, cookie: str, user_of: Callable[[str], Awaitable[User | None]],
        elsewhere: Mapping[str, str] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self._app = app
        self._path = path
        self._cookie = cookie
        self._user_of = user_of
        self._elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        path: str = scope.get("path", "")
        if scope["type"] not in ("http", "websocket") or not path.startswith(f"{self._path}/"):
            await self._app(scope, receive, send)
            return
        scope, send = self._with_cookies(scope), _naming_protocol(scope, send)
        below = path.removeprefix(f"{self._path}/")
        if below.rstrip("/") == "login" and scope.get("method") == "GET":
            await RedirectResponse(f"/login?next={quote(self._left(scope))}", 303)(scope, receive, send)
            return
        if not below.startswith(_WITHOUT_LOGIN):
            user = await self._user(scope)
            own_page = self._elsewhere.get(user.role) if user is not None and _is_page(scope) else None
            if own_page is not None:
                await RedirectResponse(own_page, 303)(scope, receive, send)
                return
            scope = self._logged_in(scope, user)
        await self._app(scope, receive, send)

    def _left(self, scope: Scope) -> str:
        """Return the path of the chat page that sent its visitor to the login."""
        came_from = urlsplit(Headers(scope=scope).get("referer", "")).path
        is_chat = came_from.startswith(f"{self._path}/") and not came_from.startswith(f"{self._path}/login")
        return came_from if is_chat else f"{self._path}/"

    def _with_cookies(self, scope: Scope) -> Scope:
        """Return the connection with the token and the language that came from a frame as the site's cookies."""
        headers, sent = Headers(scope=scope), {}
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            sent[self._cookie] = token
        for protocol in scope.get("subprotocols", ()):
            if protocol.startswith(f"{_PROTOCOL}.token."):
                sent[self._cookie] = protocol.removeprefix(f"{_PROTOCOL}.token.")
            elif protocol.startswith(f"{_PROTOCOL}.language."):
                sent[LANGUAGE_COOKIE] = protocol.removeprefix(f"{_PROTOCOL}.language.")
        if not sent:
            return scope
        kept = {name: morsel.coded_value for name, morsel in _cookies(scope).items()}
        return _with_cookie_header(scope, kept | sent)

    async def _user(self, scope: Scope) -> User | None:
        """Return the user of the site's cookie."""
        token = _cookies(scope).get(self._cookie)
        return await self._user_of(token.value) if token is not None else None

    def _logged_in(self, scope: Scope, user: User | None) -> Scope:
        """Return the connection with Chainlit's cookie for the user of the site's cookie, and with no other one."""
        found = _cookies(scope)
        values = {name: morsel.coded_value for name, morsel in found.items() if not name.startswith(COOKIE_NAME)}
        if user is not None:
            values[COOKIE_NAME] = _page_token(user)
        return _with_cookie_header(scope, values)


def cookie_of(header: str, name: str) -> str:
    """Return a cookie of a header; empty where there is none, or the header cannot be read."""
    found = _cookies({"type": "http", "headers": [(b"cookie", header.encode("latin-1", "replace"))]}).get(name)
    return "" if found is None else found.value


def _with_cookie_header(scope: Scope, values: Mapping[str, str]) -> Scope:
    changed = {**scope, "headers": list(scope["headers"])}
    headers = MutableHeaders(scope=changed)
    headers["cookie"] = "; ".join(f"{name}={value}" for name, value in values.items())
    del headers["authorization"]
    return changed


def _naming_protocol(scope: Scope, send: Send) -> Send:
    """Return a sender that names our subprotocol to a socket which offers it; its browser gives up otherwise."""
    if _PROTOCOL not in scope.get("subprotocols", ()):
        return send

    async def named(message: Message) -> None:
        await send({**message, "subprotocol": _PROTOCOL} if message["type"] == "websocket.accept" else message)

    return named


def _cookies(scope: Scope) -> SimpleCookie:
    """Return the cookies of a connection; none where they cannot be read, so that nobody is logged in by them."""
    found: SimpleCookie = SimpleCookie()
    try:
        found.load(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return SimpleCookie()
    return found


def _is_page(scope: Scope) -> bool:
    """Return True if a browser opens a page; the page's own script asks for data."""
    return scope.get("method") == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _page_token(user: User) -> str:
    from chainlit import User as PageUser
    from chainlit.auth import create_jwt

    from chat.data_layer import user_metadata

    return create_jwt(PageUser(identifier=user.login, display_name=user.name, metadata=user_metadata(user)))
