"""A customer's own bills as files."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from api.pages.bill_pdf import bill_pdf, file_name
from api.pages.words import language_of
from api.registry import service_of
from api.security import CurrentUser
from tools.bill_document import bill_document
from tools.caller import Caller, Context

router = APIRouter(include_in_schema=False)


@router.get("/bills/{bill_id}.pdf")
async def show_bill(request: Request, bill_id: str, user: CurrentUser) -> Response:
    """Return one bill of the caller as a PDF; somebody else's is not found."""
    service, language = service_of(request), language_of(request)
    context = Context(service.database, service.ports, service.clock, service.operator)
    bill = await bill_document(context, Caller(user.customer_id), bill_id)
    drawn = await asyncio.to_thread(bill_pdf, bill, language, service.operator)
    name = f'inline; filename="{file_name(bill, language)}"'
    return Response(
        drawn, media_type="application/pdf", headers={"Content-Disposition": name, "Cache-Control": "no-store"}
    )
