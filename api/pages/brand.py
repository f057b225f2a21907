"""The operator's colour and logo, for the pages of the site."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse

from api.registry import service_of
from core.colours import readable_on
from core.operator_logo import LOGO_TYPES, logo_of, sign_picture

router = APIRouter(include_in_schema=False)

_DARK_PAPER = "#172033"
"""Of ``assets/site.css`` and ``assets/replay.css``."""
_CACHED = {"Cache-Control": "max-age=300"}


@router.get("/brand.css")
async def show_colour(request: Request) -> Response:
    """Return the operator's colour as a style sheet, with a lighter shade for dark screens."""
    colour = service_of(request).operator.colour
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ --brand: {readable_on(_DARK_PAPER, colour)}; }} }}"
    style = f":root {{ --brand: {colour}; }}\n{dark}\nnav.top img {{ height: 2.2rem; max-width: 60vw; }}\n"
    return Response(style, media_type="text/css", headers=_CACHED)


@router.get("/favicon.ico")
async def show_sign(request: Request) -> Response:
    """Return the picture for the tab of a browser, which asks for it under this name where a page names none."""
    picture = sign_picture(service_of(request).operator.colour)
    return Response(picture, media_type=LOGO_TYPES[".svg"], headers=_CACHED)


@router.get("/logo")
async def show_logo(request: Request) -> Response:
    """Return the operator's logo."""
    logo = logo_of(service_of(request).settings.operator)
    if logo is None:
        raise HTTPException(404)
    return FileResponse(logo, media_type=LOGO_TYPES[logo.suffix], headers=_CACHED)
