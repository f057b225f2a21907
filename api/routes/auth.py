"""Signing up, logging in and out: tokens for programs, a cookie for browsers. More pages are in ``account.py``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationInfo, field_validator

from api.envelope import refusals
from api.errors import ApiError
from api.limits import address_of, remember_device, to_wait, visitor_of, wait_text
from api.pages.html import local_path, login_page
from api.registry import service_of
from api.security import (
    COOKIE,
    CurrentUser,
    ForeignOrigin,
    NotLoggedIn,
    clear_cookie,
    from_own_page,
    set_cookie,
    token_of,
)
from conversation.service import User
from core.languages import LANGUAGE_COOKIE, Language
from core.patterns import is_phone
from core.rate_limits import LimitReached
from database.enums import AccountRole
from identity.logins import RenewableToken
from identity.password_rules import LONGEST, SHORTEST, is_guessed

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])
pages = APIRouter(include_in_schema=False)


# A whole value, for the OpenAPI document; ``core.patterns.EMAIL`` finds an address inside a text.
LOGIN_PATTERN = r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
LANDING = {
    AccountRole.ENGINEER.value: "/replay", AccountRole.STAFF.value: "/desk", AccountRole.ADMIN.value: "/users",
}  # fmt: skip
"""Page of those who have one of their own, by role; customers have the chat."""
NO_CHAT = {AccountRole.STAFF.value: LANDING[AccountRole.STAFF.value]}
"""Where those go, by role, whom the chat page sends away."""
OFFLINE = "offline_access"
"""The scope by which a program asks for a refresh token, as OpenID Connect names it."""
LOGGED_IN_THERE = "telekom_oidc_login"
"""Cookie of a browser whose login came from the provider (``oidc.py``), so that log-out offers to end it there."""
_LANGUAGE_SECONDS = 365 * 24 * 60 * 60


class WrongCredentials(ApiError):
    """No account has this login with this password; which of the two is wrong stays a secret."""

    status = 401
    code = "WRONG_CREDENTIALS"
    text = "E-posta ya da şifre hatalı."
    headers = {"WWW-Authenticate": "Bearer"}


Stripped = Annotated[str, StringConstraints(strip_whitespace=True)]
"""A text whose outer blanks are not meant; a password's are."""


class Registration(BaseModel):
    """The data of a new customer."""

    model_config = ConfigDict(extra="forbid")

    name: Stripped = Field(min_length=2, max_length=120, description="first name and last name")
    email: Stripped = Field(
        max_length=254,
        pattern=LOGIN_PATTERN,
        description="contact address, and the login from now on",
    )
    password: SecretStr = Field(min_length=SHORTEST, max_length=LONGEST, description=f"{SHORTEST} characters or more")
    phone: Stripped = Field(
        max_length=20, pattern=r"^\+?[0-9 ()-]{10,20}$", description="number for reaching the customer"
    )

    @field_validator("password")
    @classmethod
    def _password_is_no_first_guess(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if is_guessed(value.get_secret_value(), str(info.data.get("email", ""))):
            raise ValueError("one of the first passwords that anybody would try")
        return value

    @field_validator("name")
    @classmethod
    def _name_has_letters(cls, value: str) -> str:
        if sum(map(str.isalpha, value)) < 2 or not value.isprintable():
            raise ValueError("not a name")
        return value

    @field_validator("phone")
    @classmethod
    def _phone_can_be_dialled(cls, value: str) -> str:
        if not is_phone(value):
            raise ValueError("not a phone number")
        return value


class Me(BaseModel):
    """The account behind a token."""

    customer_id: int
    login: str
    name: str
    role: str

    @classmethod
    def of(cls, user: User) -> Me:
        """Make it from a user, without what clients may not see."""
        return cls(customer_id=user.customer_id, login=user.login, name=user.name, role=user.role)


class TokenResponse(BaseModel):
    """An access token, in the form of OAuth 2."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105  the name of a scheme
    expires_in: int = Field(description="seconds")
    refresh_token: str | None = Field(None, description="renews the login, once; with the scope offline_access only")


class RefreshBody(BaseModel):
    """The refresh token that came with the last access token."""

    model_config = ConfigDict(extra="forbid")

    refresh_token: str = Field(pattern=r"^[0-9a-f-]{36}\.[A-Za-z0-9_-]{20,100}$", max_length=200)


class RefreshRefused(NotLoggedIn):
    """A refresh token that was used before, is over, or never was: its login has ended."""

    code = "REFRESH_REFUSED"
    text = "Oturumunuz sona erdi; lütfen yeniden giriş yapınız."


@router.post("/register", status_code=201, responses=refusals(403, 409, 422))
async def register(request: Request, body: Registration) -> Me:
    """Create a customer with a starter package, and a login for it."""
    user = await service_of(request).accounts.register(
        name=body.name, email=body.email, password=body.password.get_secret_value(), phone=body.phone,
        address=address_of(request),
    )  # fmt: skip
    return Me.of(user)


@router.post("/token", response_model_exclude_none=True, responses=refusals(401, 422))
async def create_token(
    request: Request, response: Response, form: Annotated[OAuth2PasswordRequestForm, Depends()]
) -> TokenResponse:
    """Exchange a login and a password for an access token.

    With the scope ``offline_access`` it is a short one, and a refresh token comes with it.
    """
    accounts = service_of(request).accounts
    user = await accounts.authenticate(form.username, form.password, visitor_of(request))
    if user is None:
        raise WrongCredentials
    response.headers["Cache-Control"] = "no-store"
    if OFFLINE in form.scopes:
        return _renewable(await accounts.logins.begin_renewable(user))
    issued = await accounts.logins.begin(user)
    return TokenResponse(access_token=issued.access_token, expires_in=issued.expires_in)


@router.post("/refresh", response_model_exclude_none=True, responses=refusals(401, 422))
async def refresh_token(request: Request, response: Response, body: RefreshBody) -> TokenResponse:
    """Exchange a refresh token for an access token and the next refresh token.

    Each is good once. One that comes a second time was copied: the login ends, with all of its tokens.
    """
    renewed = await service_of(request).accounts.logins.renew(body.refresh_token)
    if renewed is None:
        raise RefreshRefused
    response.headers["Cache-Control"] = "no-store"
    return _renewable(renewed)


def _renewable(issued: RenewableToken) -> TokenResponse:
    token, seconds = issued.access.access_token, issued.access.expires_in
    return TokenResponse(access_token=token, expires_in=seconds, refresh_token=issued.refresh_token)


@router.post("/logout", status_code=204, responses=refusals(401, 403))
async def end_login(request: Request, response: Response, _: CurrentUser) -> None:
    """End the login of this token: the token, and the one that would renew it."""
    await service_of(request).accounts.logins.end(token_of(request) or "")
    clear_cookie(response)


@router.get("/me", responses=refusals(401))
async def get_me(user: CurrentUser) -> Me:
    """Return the account behind the token."""
    return Me.of(user)


@router.post("/logout-everywhere", status_code=204, responses=refusals(401, 403))
async def log_out_everywhere(request: Request, response: Response, user: CurrentUser) -> None:
    """End every login of the account at once: this token, all others, cookies and open pages."""
    await service_of(request).own_accounts.end_logins(user)
    clear_cookie(response)


@pages.get("/login")
async def show_login(request: Request, next: str = "/") -> HTMLResponse:
    """Show the login form; after a login at the provider, log-out offers to end that, too."""
    service = service_of(request)
    was_there = service.oidc is not None and LOGGED_IN_THERE in request.cookies and COOKIE not in request.cookies
    page = login_page(
        request, next_path=next,
        over_there=await service.oidc.end_session_address() if service.oidc is not None and was_there else None,
    )  # fmt: skip
    if was_there:
        page.delete_cookie(LOGGED_IN_THERE, path="/login")
    return page


@pages.post("/login")
async def log_in(
    request: Request,
    username: Annotated[str, Form()],
    password: Annotated[str, Form()],
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Check login and password, set the browser's cookie, and redirect to the page it asked for."""
    refuse_foreign_page(request)
    accounts = service_of(request).accounts
    try:
        user = await accounts.authenticate(username, password, visitor_of(request))
    except LimitReached as error:
        page = login_page(request, next_path=next, login=username, status=429, problem=wait_text(request, error))
        return to_wait(page, error)
    if user is None:
        return login_page(request, next_path=next, refused=True, login=username, status=401)
    wanted = local_path(next)
    response = RedirectResponse(home_of(request, user) if wanted == "/" else wanted, status_code=303)
    set_cookie(request, response, await accounts.logins.begin(user))
    remember_device(request, response, user.login)
    return response


@pages.post("/logout")
async def log_out(request: Request) -> Response:
    """End the login of the browser, and delete its cookie."""
    refuse_foreign_page(request)
    await service_of(request).accounts.logins.end(token_of(request) or "")
    response = RedirectResponse("/login", status_code=303)
    clear_cookie(response)
    return response


def home_of(request: Request, user: User) -> str:
    """Return the page that a login leads to which asked for none."""
    return LANDING.get(user.role, "/chat/" if service_of(request).settings.mount_chat else "/")


@pages.get("/language/{language}")
async def choose_language(language: Language, next: str = "/") -> Response:
    """Remember the language of the pages, and go back."""
    response = RedirectResponse(local_path(next), status_code=303)
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=_LANGUAGE_SECONDS, samesite="lax")
    return response


def refuse_foreign_page(request: Request) -> None:
    """Refuse a form that another site's page sent; programs send neither of these headers."""
    from_a_page = "origin" in request.headers or "sec-fetch-site" in request.headers
    if from_a_page and not from_own_page(request):
        raise ForeignOrigin
