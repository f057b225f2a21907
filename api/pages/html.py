"""Renders the login form and the front page, without external files or scripts; holds the templates of all pages."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
}


def wants_page(request: Request) -> bool:
    """Return True if a browser asks for a page, False if a program asks for data."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def login_page(*, next_path: str = "/", message: str = "", login: str = "", status: int = 200) -> HTMLResponse:
    """Render the login form.

    Args:
        next_path: Where to go after the login.
        message: What went wrong before, for the customer.
        login: What was typed before.
        status: The HTTP status it is sent with.
    """
    return _page("login.html", status, next=local_path(next_path), message=message, login=login)


def front_page(*, chat: bool) -> HTMLResponse:
    """Render the page at ``/`` with links to the other pages."""
    return _page("index.html", 200, chat_class="" if chat else "absent")


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


def _page(name: str, status: int, **values: Any) -> HTMLResponse:
    return HTMLResponse(templates().get_template(name).render(values), status, headers=_HEADERS)
