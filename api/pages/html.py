"""The small pages that a browser sees: the login form and the front page. No external files, no scripts."""

from __future__ import annotations

import html
from functools import cache
from importlib.resources import files
from string import Template

from fastapi import Request
from fastapi.responses import HTMLResponse

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
}


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks for a page, not a program for data."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def login_page(*, next_path: str = "/", message: str = "", login: str = "", status: int = 200) -> HTMLResponse:
    """The login form.

    Args:
        next_path: Where to go after the login.
        message: What went wrong before, for the customer.
        login: What was typed before.
        status: The HTTP status it is sent with.
    """
    return _page("login.html", status, next=local_path(next_path), message=message, login=login)


def front_page(*, chat: bool) -> HTMLResponse:
    """The page at ``/`` with links to the rest."""
    return _page("index.html", 200, chat_class="" if chat else "absent")


def local_path(path: str) -> str:
    """The path if it is one of this server, else ``/``: a login must not send anybody to another site."""
    # Browsers read a backslash as a slash, drop control characters, and take "//host" for another server.
    local = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if local else "/"


def _page(name: str, status: int, **values: str) -> HTMLResponse:
    escaped = {key: html.escape(value) for key, value in values.items()}
    return HTMLResponse(_template(name).substitute(escaped), status, headers=_HEADERS)


@cache
def _template(name: str) -> Template:
    return Template((files("api") / "pages" / name).read_text(encoding="utf-8"))
