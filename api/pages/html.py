"""Renders the login form, the front page and the pages of refusals; holds the templates of all pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader

from api.pages.words import spoken
from api.registry import service_of
from identity.user import User

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "Cache-Control": "no-store",
}

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
}
"""Headers of the pages for the operator's own people, which use the style and the script of ``assets``."""


def wants_page(request: Request) -> bool:
    """Return True if a browser asks for a page, False if a program asks for data."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def login_page(
    request: Request,
    *,
    next_path: str = "/",
    refused: bool = False,
    login: str = "",
    status: int = 200,
    note: str = "",
    problem: str = "",
    note_bad: str = "",
    over_there: str | None = None,
) -> HTMLResponse:
    """Render the login form.

    Args:
        request: Says in which language.
        next_path: Where to go after the login.
        refused: Say that login or password was wrong.
        login: What was typed before.
        status: The HTTP status it is sent with.
        note: Entry of the words for what has just happened, such as ``login.chosen``.
        problem: A sentence that says why there was no login.
        note_bad: Entry of the words for why a login at the provider ended without one.
        over_there: Where the person logs out at the provider, too.
    """
    local, settings = local_path(next_path), service_of(request).settings
    here = "/login" if local == "/" else f"/login?next={quote(local)}"
    return site_page(
        request, "login.html", status, next=local, refused=refused, login=login, here=here, note=note, problem=problem,
        demo=settings.offers_demo, open=settings.opens_registration, note_bad=note_bad, over_there=over_there,
        provider=settings.oidc_name if settings.oidc_issuer is not None else None,
    )  # fmt: skip


def password_page(request: Request, *, token: str, login: str | None, too_short: bool = False) -> HTMLResponse:
    """Render the form for a new password; it never tells where it was opened from, since its address is the key.

    Args:
        request: Says in which language.
        token: The token of the link.
        login: The account's login; None where the link is used or over.
        too_short: True where the password that was typed before does not do.
    """
    page = site_page(request, "password.html", 200 if login else 410, token=token, login=login, too_short=too_short)
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def front_page(request: Request, user: User | None, *, chat: bool) -> HTMLResponse:
    """Render the page at ``/`` with links to the other pages.

    Args:
        request: Says in which language.
        user: Who is logged in.
        chat: There is a chat page.
    """
    return site_page(request, "index.html", chat=chat, user=user, open=service_of(request).settings.opens_registration)


def problem_page(request: Request, problem: Literal["not_found", "forbidden"], status: int) -> HTMLResponse:
    """Render the page that says why there is none."""
    return site_page(request, "problem.html", status, problem=problem)


def local_path(path: str) -> str:
    """Return the path if it is one of this server, else ``/``: a login must not redirect to another site."""
    # Browsers read a backslash as a slash, drop control characters, and take "//host" for another server.
    local = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if local else "/"


@cache
def templates() -> Environment:
    """Return the templates of all pages; values are escaped."""
    environment = Environment(
        loader=PackageLoader("api", "pages"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["pretty"] = pretty_json
    return environment


def pretty_json(value: Any) -> str:
    """Format JSON data for reading and editing."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def people_page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render one of the pages for the operator's own people; arguments as for ``site_page``."""
    return _page(request, name, status, values, PAGE_HEADERS)


def site_page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render one of the pages for everybody, in the visitor's language.

    Args:
        request: Says in which language.
        name: The template.
        status: The HTTP status it is sent with.
        values: What the template shows.
    """
    return _page(request, name, status, values, _HEADERS)


def _page(
    request: Request, name: str, status: int, values: Mapping[str, Any], headers: Mapping[str, str]
) -> HTMLResponse:
    shown = templates().get_template(name).render({**spoken(request), **values})
    return HTMLResponse(shown, status, headers=dict(headers))
