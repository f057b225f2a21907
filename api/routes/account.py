"""The pages of one's own account: signing up, a forgotten and a changed password, the end of every login.

Everything works without scripts. A visitor who forgot a password is told the same whether there is such an account.
"""

from __future__ import annotations

import logging
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.limits import address_of, remember_device, to_wait, wait_text
from api.pages.html import local_path, login_page, password_page, problem_page, site_page
from api.pages.words import language_of, say
from api.registry import service_of
from api.routes.auth import Registration, home_of, refuse_foreign_page
from api.security import CurrentUser, clear_cookie, set_cookie
from conversation.service import User
from core.channels import Channel
from core.languages import Language
from core.operator_facts import in_language
from core.rate_limits import LimitReached
from database.enums import AccountRole
from database.seed.catalogue import NoPackages
from database.seed.people import DEMO_PEOPLE
from identity.account_records import UnfitPassword
from identity.accounts import LoginTaken, RegistrationClosed
from identity.own_accounts import WrongPassword
from identity.password_rules import SHORTEST
from service.container import RunningService
from service.letters import UNSENT, send_letter
from tools.caller import Caller

router = APIRouter(include_in_schema=False)

_DEMO = {person.login: person for person in DEMO_PEOPLE if person.role == AccountRole.CUSTOMER}
_log = logging.getLogger(__name__)


@router.get("/signup")
async def show_sign_up(request: Request, next: str = "/") -> HTMLResponse:
    """Show the form for a new customer."""
    if not service_of(request).settings.opens_registration:
        return _sign_up_page(request, next, 403, None, "closed")
    return _sign_up_page(request, next)


@router.post("/signup")
async def sign_up(request: Request) -> Response:
    """Create a customer and an account, and log in."""
    refuse_foreign_page(request)
    form = {name: str(value) for name, value in (await request.form()).items()}
    next_path, accounts = form.pop("next", "/"), service_of(request).accounts
    try:
        body = Registration.model_validate(form)
        stated = {**body.model_dump(), "password": body.password.get_secret_value()}
        user = await accounts.register(**stated, address=address_of(request))
    except ValidationError as error:
        return _sign_up_page(request, next_path, 422, form, *(str(one["loc"][0]) for one in error.errors()))
    except LimitReached as error:
        page = _sign_up_page(request, next_path, 429, form, problem=wait_text(request, error))
        return to_wait(page, error)
    except LoginTaken:
        return _sign_up_page(request, next_path, 409, form, "taken")
    except NoPackages:
        return _sign_up_page(request, next_path, 409, form, "closed")
    except RegistrationClosed:
        return _sign_up_page(request, next_path, 403, form, "closed")
    return await _entered(request, user, next_path)


@router.get("/forgotten")
async def show_forgotten(request: Request) -> HTMLResponse:
    """Ask for the address to which a link for a new password goes."""
    return site_page(request, "forgotten.html", sent=False)


@router.post("/forgotten")
async def mail_link(request: Request, later: BackgroundTasks, login: Annotated[str, Form()] = "") -> HTMLResponse:
    """Mail a link to whoever has this login. The answer is the same, and as fast, where nobody has it."""
    refuse_foreign_page(request)
    try:
        await service_of(request).own_accounts.ask_for_link(address_of(request))
    except LimitReached as error:
        return to_wait(site_page(request, "wait.html", 429, text=wait_text(request, error)), error)
    later.add_task(_mail_link, service_of(request), login, language_of(request))
    return site_page(request, "forgotten.html", sent=True)


@router.get("/password")
async def show_password_form(request: Request, token: str = "") -> HTMLResponse:
    """Show the form for a new password to the holder of a link that is still good."""
    invited = await service_of(request).administration.invited(token)
    return password_page(request, token=token, login=invited.login if invited else None)


@router.post("/password")
async def choose_password(
    request: Request, token: Annotated[str, Form()], password: Annotated[str, Form()]
) -> HTMLResponse:
    """Take the password that the holder of a link has chosen; the link works once."""
    refuse_foreign_page(request)
    administration = service_of(request).administration
    try:
        record = await administration.use_link(token, password)
    except UnfitPassword:
        invited = await administration.invited(token)
        return password_page(request, token=token, login=invited.login if invited else None, too_short=True)
    if record is None:
        return password_page(request, token=token, login=None)
    return login_page(request, login=record.login, note="login.chosen")


@router.get("/account")
async def show_account(request: Request, user: CurrentUser) -> HTMLResponse:
    """Show who is logged in, with what concerns the login."""
    return await _account_page(request, user)


@router.post("/account/password")
async def change_password(
    request: Request, user: CurrentUser, present: Annotated[str, Form()] = "", chosen: Annotated[str, Form()] = ""
) -> Response:
    """Change the password: this browser stays logged in, every other one is out."""
    service = service_of(request)
    try:
        changed = await service.own_accounts.change_password(user, present, chosen)
    except WrongPassword:
        return await _account_page(request, user, 422, problem="account.wrong_password")
    except UnfitPassword:
        return await _account_page(request, user, 422, problem="password.too_short")
    except LimitReached as error:
        return to_wait(await _account_page(request, user, 429, wait=wait_text(request, error)), error)
    page = await _account_page(request, changed, note="account.changed")
    set_cookie(request, page, await service.accounts.logins.begin(changed))
    return page


@router.post("/account/log-out-everywhere")
async def end_logins(request: Request, user: CurrentUser) -> HTMLResponse:
    """End every login of the account, this one included."""
    await service_of(request).own_accounts.end_logins(user)
    page = login_page(request, note="login.ended")
    clear_cookie(page)
    return page


@router.get("/demo")
async def show_demo(request: Request) -> HTMLResponse:
    """Offer the demo customers, in development."""
    if not service_of(request).settings.offers_demo:
        return problem_page(request, "not_found", 404)
    return site_page(request, "demo.html", people=list(_DEMO.values()))


@router.post("/demo")
async def enter_demo(request: Request, login: Annotated[str, Form()] = "") -> Response:
    """Log in as one of the demo customers, in development."""
    refuse_foreign_page(request)
    service = service_of(request)
    user = await service.accounts.by_login(login) if service.settings.offers_demo and login in _DEMO else None
    return problem_page(request, "not_found", 404) if user is None else await _entered(request, user, "/")


async def _entered(request: Request, user: User, next_path: str) -> Response:
    """Log a browser in and lead it to the page that it asked for, or to the one of its role."""
    wanted = local_path(next_path)
    response = RedirectResponse(home_of(request, user) if wanted == "/" else wanted, status_code=303)
    set_cookie(request, response, await service_of(request).accounts.logins.begin(user))
    remember_device(request, response, user.login)
    return response


def _sign_up_page(
    request: Request, next_path: str, status: int = 200, typed: dict[str, str] | None = None, *wrong: str,
    problem: str = "",
) -> HTMLResponse:  # fmt: skip
    values = {"typed": typed or {}, "wrong": dict.fromkeys(wrong), "shortest": SHORTEST, "problem": problem}
    return site_page(request, "signup.html", status, next=local_path(next_path), **values)


async def _account_page(request: Request, user: User, status: int = 200, **values: Any) -> HTMLResponse:
    profile = None
    if user.role == AccountRole.CUSTOMER:
        caller = Caller(user.customer_id, channel=Channel.REST)
        profile = await service_of(request).toolbox.run("get_customer_profile", {}, caller)
    return site_page(request, "account.html", status, user=user, profile=profile, home=home_of(request, user), **values)


async def _mail_link(service: RunningService, login: str, language: Language) -> None:
    """Send the link, if there is anybody to send it to."""
    try:
        found = await service.own_accounts.link_for(login)
        if found is None:
            return
        link = f"{service.settings.resolved_public_url}/password?token={found.token}"
        named = {"operator": in_language(service.operator.name, language)}
        text = say(language, "mail.password_text", link=link, **named)
        await send_letter(service.mail, found.login, say(language, "mail.password_subject", **named), text)
    except UNSENT as error:
        _log.error("a link for a new password was not mailed: %s", error)
