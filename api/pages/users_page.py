"""The page ``/users`` for admins: who may log in as what, and what was done to an account. Works without scripts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.pages.html import people_page
from api.registry import service_of
from api.routes.users import AccountId, Admin, NewUser, password_link
from database.enums import AccountRole
from identity.account_records import AccountRecord, AccountRefused
from identity.accounts import LoginTaken

router = APIRouter(prefix="/users", include_in_schema=False)


@router.get("")
async def show_users(request: Request, _: Admin) -> HTMLResponse:
    """All accounts, and the form for a new one."""
    return await _list(request)


@router.post("")
async def add_user_by_form(request: Request, admin: Admin) -> HTMLResponse:
    """Add an account, and show the link for its password."""
    form = {name: value for name, value in (await request.form()).items() if str(value).strip()}
    try:
        body = NewUser.model_validate(form)
        record = await service_of(request).administration.add(**body.model_dump(), by=admin.login)
    except ValidationError as error:
        return await _list(request, 422, problem="; ".join(f"{one['loc'][0]}: {one['msg']}" for one in error.errors()))
    except LoginTaken:
        return await _list(request, 409, problem="There is an account with this login.")
    except AccountRefused as error:
        return await _list(request, 422, problem=str(error))
    return await _list(request, 201, invited=record, link=await password_link(request, record, admin))


@router.get("/{account_id}")
async def show_user(request: Request, account_id: AccountId, admin: Admin) -> HTMLResponse:
    """One account with what was done to it."""
    return await _one(request, await service_of(request).administration.get(account_id))


@router.post("/{account_id}")
async def change_user(
    request: Request,
    account_id: AccountId,
    admin: Admin,
    act: Annotated[str, Form()],
    role: Annotated[str, Form()] = "",
) -> Response:
    """Do what the pressed button says, and show the account again."""
    administration = service_of(request).administration
    record = await administration.get(account_id)
    try:
        if act == "link":
            return await _one(request, record, link=await password_link(request, record, admin))
        if act == "disable":
            await administration.disable(account_id, admin.login)
        elif act == "enable":
            await administration.enable(account_id, admin.login)
        elif act == "role" and role in set(AccountRole):
            await administration.give_role(account_id, AccountRole(role), admin.login)
    except AccountRefused as error:
        return await _one(request, record, 409, problem=str(error))
    return RedirectResponse(f"/users/{account_id}", status_code=303)


async def _list(request: Request, status: int = 200, **values: Any) -> HTMLResponse:
    users = await service_of(request).administration.list()
    return people_page(request, "users/list.html", status, users=users, roles=list(AccountRole), **values)


async def _one(request: Request, record: AccountRecord, status: int = 200, **values: Any) -> HTMLResponse:
    changes = await service_of(request).administration.changes(record.id)
    return people_page(
        request, "users/one.html", status, user=record, changes=changes, roles=list(AccountRole), **values
    )
