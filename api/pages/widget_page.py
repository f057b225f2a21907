"""The script that an operator puts into a page of his own site, so that the chat page stands there as a widget.

It shows a button and, once that is pressed, a frame with the chat page, which asks for the login itself and sends a
token along in the place of the cookie (``chat/assets/public/page/embed.js``).
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.pages.html import problem_page
from api.registry import service_of

router = APIRouter(include_in_schema=False)

_SCRIPT = Path(__file__).parent / "assets" / "widget.js"


@router.get("/widget.js")
async def show_script(request: Request) -> Response:
    """Return the script, where a site may show the widget."""
    if not service_of(request).settings.embed_origins:
        return problem_page(request, "not_found", 404)
    return FileResponse(_SCRIPT, media_type="text/javascript", headers={"Cache-Control": "max-age=300"})
