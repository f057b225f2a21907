"""Accounts for admins: list, add, disable, enable, roles, passwords. Answers come in the envelope of the operations."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.envelope import Failure, Success, refusals
from api.errors import USERS_PREFIX
from api.registry import service_of
from api.routes.auth import LOGIN_PATTERN
from api.security import require_role
from conversation.service import User
from database.enums import AccountRole
from database.exchange.values import LARGEST_ID
from identity.account_records import AccountRecord

router = APIRouter(prefix=USERS_PREFIX, tags=["users"], responses=refusals(401, 403, 422, form=Failure))

Admin = Annotated[User, Depends(require_role(AccountRole.ADMIN))]
"""A route's parameter of this type requires a login that manages accounts."""

AccountId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="the account's id")]


class UserView(BaseModel):
    """An account as admins see it."""

    id: int
    login: str
    name: str
    role: AccountRole
    customer_id: int = Field(description="the only customer that it acts for; negative for the operator's own people")
    disabled_at: datetime | None = Field(description="null for an account that can log in")

    @classmethod
    def of(cls, record: AccountRecord) -> UserView:
        """Make it from a record."""
        return cls.model_validate(asdict(record))


class UserChange(BaseModel):
    """An entry of what was done to an account."""

    at: datetime
    by: str
    change: str = Field(description="added, disabled, enabled, password, role, link (for a password) or logged_out")
    before: str | None
    after: str | None


class UserDetail(BaseModel):
    """An account with what was done to it, oldest first."""

    user: UserView
    changes: list[UserChange]


class UserList(BaseModel):
    """The accounts, the operator's own people first."""

    users: list[UserView]


class InvitedUser(BaseModel):
    """An account, and the link by which its person chooses a password."""

    user: UserView
    password_link: str = Field(description="works once, for a day; send it to the account's person only")


class NewUser(BaseModel):
    """The data of a new account; its person chooses the password by the link."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    login: str = Field(max_length=254, pattern=LOGIN_PATTERN, description="e-mail address")
    role: AccountRole
    # PostgreSQL cannot store a NUL in a text.
    name: str = Field("", max_length=120, pattern=r"^[^\x00]*$", description="the person's name")
    customer_id: int | None = Field(
        None, ge=-LARGEST_ID, le=LARGEST_ID, description="needed for the role customer; others get one of their own"
    )


class RoleBody(BaseModel):
    """The role that an account gets."""

    model_config = ConfigDict(extra="forbid")

    role: AccountRole


@router.get("")
async def list_users(
    request: Request,
    _: Admin,
    role: Annotated[AccountRole | None, Query(description="all where it is left out")] = None,
) -> Success[UserList]:
    """List the accounts, the operator's own people first."""
    records = await service_of(request).administration.list(role)
    return Success(data=UserList(users=[UserView.of(record) for record in records]))


@router.post("", status_code=201, responses=refusals(409, form=Failure))
async def add_user(request: Request, body: NewUser, admin: Admin) -> Success[InvitedUser]:
    """Add an account; its person chooses the password by a link that works once."""
    record = await service_of(request).administration.add(**body.model_dump(), by=admin.login)
    return Success(data=await _invited(request, record, admin))


@router.get("/{account_id}", responses=refusals(404, form=Failure))
async def get_user(request: Request, account_id: AccountId, _: Admin) -> Success[UserDetail]:
    """Return an account with what was done to it."""
    administration = service_of(request).administration
    record, changes = await administration.get(account_id), await administration.changes(account_id)
    shown = [UserChange.model_validate(asdict(change)) for change in changes]
    return Success(data=UserDetail(user=UserView.of(record), changes=shown))


@router.post("/{account_id}/disable", responses=refusals(404, 409, form=Failure))
async def disable_user(request: Request, account_id: AccountId, admin: Admin) -> Success[UserView]:
    """Let an account be no login any more, and its tokens neither, at once."""
    return Success(data=UserView.of(await service_of(request).administration.disable(account_id, admin.login)))


@router.post("/{account_id}/enable", responses=refusals(404, form=Failure))
async def enable_user(request: Request, account_id: AccountId, admin: Admin) -> Success[UserView]:
    """Let a disabled account be a login again; its earlier tokens stay dead."""
    return Success(data=UserView.of(await service_of(request).administration.enable(account_id, admin.login)))


@router.post("/{account_id}/role", responses=refusals(404, 409, form=Failure))
async def change_user_role(request: Request, account_id: AccountId, body: RoleBody, admin: Admin) -> Success[UserView]:
    """Give an account another role, which holds with its next request."""
    record = await service_of(request).administration.give_role(account_id, body.role, admin.login)
    return Success(data=UserView.of(record))


@router.post("/{account_id}/password-link", responses=refusals(404, form=Failure))
async def make_password_link(request: Request, account_id: AccountId, admin: Admin) -> Success[InvitedUser]:
    """Make a link by which the account's person chooses a new password, once and within a day; it ends older ones."""
    record = await service_of(request).administration.get(account_id)
    return Success(data=await _invited(request, record, admin))


async def _invited(request: Request, record: AccountRecord, admin: User) -> InvitedUser:
    return InvitedUser(user=UserView.of(record), password_link=await password_link(request, record, admin))


async def password_link(request: Request, record: AccountRecord, admin: User) -> str:
    """Return the whole link by which an account's person chooses a password; that the admin made it is noted."""
    service = service_of(request)
    token = await service.administration.password_link(record.id, admin.login)
    return f"{service.settings.resolved_public_url}/password?token={token}"
