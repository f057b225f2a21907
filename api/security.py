"""Verifies the login behind a request and its rights.

A token comes in the ``Authorization: Bearer`` header or, from a browser, in a cookie. A browser sends its cookie
along with requests that another site's page makes, so a cookie counts for an unsafe method only from our own pages.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.security import OAuth2PasswordBearer

from api.errors import ApiError
from api.registry import service_of
from conversation.service import User
from identity.tokens import AccessToken

COOKIE = "telekom_token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Reads no request by itself here: it puts the login form into the interface's documentation.
_documented_scheme = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)


class NotLoggedIn(ApiError):
    """No token, or one that is malformed, forged, expired or of a deleted account."""

    status = 401
    code = "NOT_LOGGED_IN"
    text = "Bu işlem için giriş yapmanız gerekiyor."
    headers = {"WWW-Authenticate": "Bearer"}


class Forbidden(ApiError):
    """The login is good and may not do this."""

    status = 403
    code = "FORBIDDEN"
    text = "Bu işlem için yetkiniz yok."


class ForeignOrigin(Forbidden):
    """A page of another site sent the request with our cookie."""

    code = "FOREIGN_ORIGIN"
    text = "Bu istek başka bir siteden geldiği için reddedildi."


class ForeignCustomer(Forbidden):
    """The body names another customer than the token does."""

    code = "FOREIGN_CUSTOMER"
    text = "Yalnızca kendi hesabınızla işlem yapabilirsiniz."


async def current_user(request: Request, _: Annotated[str | None, Depends(_documented_scheme)] = None) -> User:
    """Return the verified login behind a request.

    Raises:
        NotLoggedIn: There is no valid login.
        ForeignOrigin: The login is a cookie, and another site's page sent the request.
        LimitReached: The login sends too many requests.
    """
    token = token_of(request)
    is_cookie = _bearer(request) is None
    if token is not None and is_cookie and request.method not in _SAFE_METHODS and not from_own_page(request):
        raise ForeignOrigin
    user = await service_of(request).accounts.by_token(token) if token else None
    if user is None:
        raise NotLoggedIn
    await service_of(request).requests.take("customer", user.account_id)
    return user


def token_of(request: Request) -> str | None:
    """Return the token that came with a request, in the header or else in the cookie."""
    bearer = _bearer(request)
    return request.cookies.get(COOKIE) if bearer is None else bearer


async def visitor(request: Request) -> User | None:
    """Return the login behind a request for a page that everybody may see; None without one."""
    try:
        return await current_user(request)
    except NotLoggedIn:
        return None


CurrentUser = Annotated[User, Depends(current_user)]
"""A route's parameter of this type requires a login."""


def require_role(*roles: str) -> Callable[[User], Awaitable[User]]:
    """Make a dependency that only accounts of these roles pass: ``Depends(require_role("engineer"))``."""

    async def check(user: CurrentUser) -> User:
        if user.role not in roles:
            raise Forbidden
        return user

    return check


def check_user_id(user: User, user_id: int | str | None) -> None:
    """Refuse a body whose ``user_id`` is not the caller's own; older clients send one.

    Raises:
        ForeignCustomer: It names another customer.
    """
    if user_id is not None and str(user_id).strip() != str(user.customer_id):
        raise ForeignCustomer


def from_own_page(request: Request) -> bool:
    """Return True if the browser's headers say that a page of this server sent the request."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def set_cookie(request: Request, response: Response, token: AccessToken) -> None:
    """Set the browser's cookie with the token; scripts cannot read it."""
    response.set_cookie(
        COOKIE, token.access_token, max_age=token.expires_in, httponly=True, samesite="lax", secure=is_secure(request)
    )


def is_secure(request: Request) -> bool:
    """Return True where cookies are for TLS only: the browser came by it, or people's address of the service has it.

    A proxy that ends TLS says so by ``X-Forwarded-Proto``, which uvicorn reads of a trusted one.
    """
    public = service_of(request).settings.resolved_public_url
    return request.url.scheme == "https" or public.startswith("https://")


def clear_cookie(response: Response) -> None:
    """Delete the browser's cookie."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
