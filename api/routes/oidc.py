"""Login at the operator's OpenID provider, for browsers: the button's address, and the way back."""

from __future__ import annotations

import logging

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from api.pages.html import local_path, login_page
from api.registry import service_of
from api.routes.auth import LOGGED_IN_THERE, home_of
from api.security import set_cookie
from identity.federated import FederatedLogins, NotAdmitted
from identity.oidc import LOGIN_LIFE, LoginOver, OidcError, OidcProvider, ProviderSilent

router = APIRouter(prefix="/login/oidc", include_in_schema=False)

BEGUN = "telekom_oidc"
"""Cookie of a login that was begun."""

_log = logging.getLogger(__name__)


@router.get("")
async def begin(request: Request, next: str = "/") -> Response:
    """Send the browser to the provider's login page."""
    provider, _ = _logins(request)
    try:
        begun = await provider.begin(local_path(next))
    except ProviderSilent as error:
        return _refused(request, error)
    response = RedirectResponse(begun.address, status_code=303)
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(
        BEGUN, begun.kept, max_age=int(LOGIN_LIFE.total_seconds()), path=router.prefix, httponly=True, samesite="lax",
        secure=_is_secure(provider),
    )  # fmt: skip
    return response


@router.get("/callback")
async def end(request: Request, state: str = "", code: str = "", error: str = "") -> Response:
    """Log the person in whom the provider has proven; a login is good once."""
    provider, federated = _logins(request)
    try:
        proven = await provider.end(request.cookies.get(BEGUN), state, "" if error else code)
        user = await federated.user_of(proven.claims)
    except (OidcError, NotAdmitted) as refusal:
        return _refused(request, refusal, error)
    wanted = local_path(proven.next_path)
    response = RedirectResponse(home_of(request, user) if wanted == "/" else wanted, status_code=303)
    issued = await service_of(request).accounts.logins.begin(user)
    set_cookie(request, response, issued)
    response.delete_cookie(BEGUN, path=router.prefix)
    response.set_cookie(
        LOGGED_IN_THERE, "1", max_age=issued.expires_in, path="/login", httponly=True, samesite="lax",
        secure=_is_secure(provider),
    )  # fmt: skip
    return response


def _logins(request: Request) -> tuple[OidcProvider, FederatedLogins]:
    """Return provider and accounts; without a provider there is no such page."""
    service = service_of(request)
    if service.oidc is None:
        raise HTTPException(404)
    return service.oidc, service.federated


def _is_secure(provider: OidcProvider) -> bool:
    return provider.callback.startswith("https://")


def _refused(request: Request, refusal: Exception, said: str = "") -> Response:
    """Render the login page with what went wrong; the log has the reason, which is nobody else's matter."""
    _log.warning("a login at the provider was refused: %s%s", refusal, f" ({said[:80]!r})" if said else "")
    if isinstance(refusal, ProviderSilent):
        page = login_page(request, note_bad="login.provider_silent", status=503)
    elif isinstance(refusal, LoginOver):
        page = login_page(request, note_bad="login.provider_over", status=400)
    elif isinstance(refusal, NotAdmitted):
        page = login_page(request, note_bad="login.provider_not_admitted", status=403)
    else:
        page = login_page(request, note_bad="login.provider_refused", status=401)
    page.delete_cookie(BEGUN, path=router.prefix)
    return page
