"""The page ``/desk`` for staff: who waits for a person, the conversation as it goes on, and what staff do in it.

Rendered here with Jinja2; htmx asks for the parts that change. Every form works without a script, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.errors import named_error
from api.pages.html import PAGE_HEADERS, problem_page, templates
from api.pages.words import Say, spoken
from api.registry import service_of
from api.routes.handovers import Staff
from conversation.service import ThreadBusy, User
from core import turkish
from database.enums import UNFINISHED_HANDOVER, HandoverStatus
from database.handover_records import HandoverError, HandoverNotFound, HandoverRecord
from database.messages import TurnMessage
from database.threads import ThreadNotFound

router = APIRouter(prefix="/desk", include_in_schema=False)

_ROWS = 100
_LONGEST = 2000
"""Characters of a message or a note."""


class _Row(NamedTuple):
    """A hand-over in the list, with its waiting time and its state in words."""

    record: HandoverRecord
    waited: str
    state: str


@router.get("")
async def show_cases(
    request: Request, user: Staff, status: str = HandoverStatus.OPEN.value, seen: Annotated[str, Query()] = ""
) -> Response:
    """The hand-overs, the longest waiting first; htmx asks for the rows only, again and again."""
    service, words = service_of(request), spoken(request)
    wanted = next((each for each in HandoverStatus if each.value == status), None)
    records, _ = await service.handovers.list(wanted, limit=_ROWS)
    now = service.clock()
    rows = [_Row(record, _waited(record, now, words["say"]), _state(record, words["say"])) for record in records]
    counts = {each.value: (await service.handovers.list(each, limit=1))[1] for each in UNFINISHED_HANDOVER}
    version = hashlib.sha256(repr((rows, counts)).encode()).hexdigest()[:16]
    if seen == version:
        return Response(status_code=204)
    template = "desk/rows.html" if "hx-request" in request.headers else "desk/list.html"
    chosen = "" if wanted is None else wanted.value
    return _page(template, user=user, rows=rows, counts=counts, tab=chosen, seen=version, **words)


@router.get("/{handover_id}")
async def show_case(
    request: Request, handover_id: str, user: Staff, seen: int | None = None, status: str | None = None
) -> Response:
    """One hand-over with its conversation; htmx asks for the messages only, again and again."""
    try:
        record = await service_of(request).handovers.get(handover_id)
    except HandoverNotFound:
        return problem_page(request, "not_found", 404)
    if "hx-request" not in request.headers:
        return await _case(request, record, user)
    if status != record.status.value:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    messages = await _messages(request, record, user)
    last = _last(messages)
    if seen == last:
        return Response(status_code=204)
    photos = await _photos(request, record)
    return _page("desk/messages.html", record=record, messages=messages, photos=photos, seen=last, **spoken(request))


@router.get("/{handover_id}/{action}")
async def show_case_again(handover_id: str, action: str, _: Staff) -> Response:
    """Show the case where the page of a refused form is loaded again."""
    return RedirectResponse(f"/desk/{quote(handover_id)}", status_code=303)


@router.post("/{handover_id}/take")
async def take_case(request: Request, handover_id: str, user: Staff) -> Response:
    """Take a hand-over."""
    return await _done(request, handover_id, user, lambda: service_of(request).colleagues.take(user, handover_id))


@router.post("/{handover_id}/messages")
async def write_in_case(request: Request, handover_id: str, user: Staff, text: Annotated[str, Form()] = "") -> Response:
    """Write to the customer."""
    said = _text(text)
    if not said or len(said) > _LONGEST:
        return await _refused(request, handover_id, user, "BAD_TEXT", 422, text)
    write = service_of(request).colleagues.write
    return await _done(request, handover_id, user, lambda: write(user, handover_id, said), typed=text)


@router.post("/{handover_id}/close")
async def close_case(request: Request, handover_id: str, user: Staff, note: Annotated[str, Form()] = "") -> Response:
    """Close a hand-over."""
    close = service_of(request).colleagues.close
    return await _done(request, handover_id, user, lambda: close(user, handover_id, _text(note)[:_LONGEST] or None))


@router.post("/{handover_id}/hand-back")
async def hand_case_back(
    request: Request, handover_id: str, user: Staff, note: Annotated[str, Form()] = ""
) -> Response:
    """Give a conversation back to the assistant."""
    back = service_of(request).colleagues.hand_back
    return await _done(request, handover_id, user, lambda: back(user, handover_id, _text(note)[:_LONGEST] or None))


async def _done(
    request: Request, handover_id: str, user: User, work: Callable[[], Awaitable[object]], typed: str = ""
) -> Response:
    """Do something on a hand-over and show it again; a refusal is told on its page."""
    try:
        await work()
    except (HandoverError, ThreadBusy, ThreadNotFound) as error:
        return await _refused(request, handover_id, user, named_error(error)[1], 409, typed)
    return RedirectResponse(f"/desk/{handover_id}", status_code=303)


async def _refused(
    request: Request, handover_id: str, user: User, problem: str, status: int, typed: str
) -> HTMLResponse:
    """Show a hand-over with the reason why nothing was done, and what was typed."""
    try:
        record = await service_of(request).handovers.get(handover_id)
    except HandoverNotFound:
        return problem_page(request, "not_found", 404)
    return await _case(request, record, user, problem=problem, status=status, typed=typed)


async def _case(
    request: Request, record: HandoverRecord, user: User, *, problem: str = "", status: int = 200, typed: str = ""
) -> HTMLResponse:
    words = spoken(request)
    say, language = words["say"], words["language"]
    messages = await _messages(request, record, user)
    return _page(
        "desk/case.html", status, user=user, record=record, messages=messages, seen=_last(messages),
        mine=record.status is HandoverStatus.TAKEN and record.taken_by == user.login, typed=typed,
        photos=await _photos(request, record),
        waited=_waited(record, service_of(request).clock(), say), state=_state(record, say),
        problem=say(f"desk_errors.{problem}") if problem else "",
        ended=turkish.moment(record.closed_at, locale=language) if record.closed_at else "", **words,
    )  # fmt: skip


async def _messages(request: Request, record: HandoverRecord, user: User) -> Sequence[TurnMessage] | None:
    """Return what was said in a hand-over's conversation; None where the customer has deleted it."""
    owner = replace(user, customer_id=record.customer_id)
    try:
        return await service_of(request).conversations.newer(owner, record.thread_id, 0)
    except ThreadNotFound:
        return None


async def _photos(request: Request, record: HandoverRecord) -> dict[int, list[str]]:
    """Return the ids of the photos by the message that tells of them."""
    found: dict[int, list[str]] = {}
    for photo in await service_of(request).photos.of_conversation(record.thread_id):
        if photo.message_id is not None:
            found.setdefault(photo.message_id, []).append(photo.id)
    return found


def _last(messages: Sequence[TurnMessage] | None) -> int:
    return messages[-1].id if messages else 0


def _waited(record: HandoverRecord, now: datetime, say: Say) -> str:
    """Return how long the customer waited, or has been waiting, for somebody."""
    waited: timedelta = (record.taken_at or record.closed_at or now) - record.created_at
    minutes = int(waited.total_seconds()) // 60
    if minutes < 60:
        return say("desk.minutes", minutes=minutes)
    hours = minutes // 60
    if hours < 24:
        return say("desk.hours", hours=hours, minutes=minutes % 60)
    return say("desk.days", days=hours // 24, hours=hours % 24)


def _state(record: HandoverRecord, say: Say) -> str:
    if record.status is HandoverStatus.CLOSED:
        return say("desk.status_handed_back" if record.handed_back else "desk.status_closed")
    name = record.colleague or record.taken_by
    return say("desk.status_open") if record.status is HandoverStatus.OPEN else say("desk.status_taken", name=name)


def _text(typed: str) -> str:
    """Return a form's text as it is stored: PostgreSQL cannot store a NUL, and forms send line breaks as CRLF."""
    return typed.replace("\x00", "").replace("\r\n", "\n").strip()


def _page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(templates().get_template(template).render(values), status, headers=PAGE_HEADERS)
