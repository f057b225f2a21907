"""Login at an OpenID provider: authorization code with PKCE, state and nonce; the ID token is verified here.

Who the person may be here is ``federated.py``'s matter. What a login carries from its beginning to its end stands in a
signed token for a cookie, so that every replica can end it. See OpenID Connect Core 1.0, 3.1, and RFC 9700.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt

from core.clock import istanbul_now
from core.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
"""Signatures by a key of the provider's; one by the client's secret, or none, proves nothing about it."""

LOGIN_LIFE = timedelta(minutes=10)
"""Time between the button and the way back."""

_STATE_AUDIENCE = "oidc login"
_CLOCKS_DIFFER = 60
_SECONDS = 10.0
_METADATA_SECONDS = 3600.0
_NEW_KEYS_SECONDS = 30.0
"""Keys are asked for no more often, however many tokens name an unknown one."""


class OidcError(Exception):
    """Head of what ends such a login; the message is for the log, never a secret."""


class ProviderSilent(OidcError):
    """The provider does not answer, or not as a provider does."""


class LoginOver(OidcError):
    """The way back does not belong to a login that this browser began a few minutes ago."""


class LoginRefused(OidcError):
    """The provider refused, or what it sent cannot be trusted."""


@dataclass(frozen=True)
class BegunLogin:
    """The address of the provider's login page, and what the browser keeps until the way back."""

    address: str
    kept: str


@dataclass(frozen=True)
class Proven:
    """The verified claims of a person, and the page that the login leads to."""

    claims: Mapping[str, Any]
    next_path: str


class OidcProvider:
    """The provider of the settings.

    Args:
        settings: Issuer, client, secret, scopes, and the address of this service.
        transport: For requests to the provider; default: the network.
    """

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        assert settings.oidc_issuer is not None  # noqa: S101  the caller has looked
        self.issuer = settings.oidc_issuer
        self._settings = settings
        self._secret = settings.secret_key.get_secret_value()
        self._transport = transport
        self._metadata: tuple[float, Mapping[str, Any]] = (0.0, {})
        self._keys: tuple[float, jwt.PyJWKSet | None] = (0.0, None)

    @property
    def callback(self) -> str:
        """The address that the provider sends the browser back to."""
        return f"{self._settings.resolved_public_url}/login/oidc/callback"

    async def begin(self, next_path: str) -> BegunLogin:
        """Begin a login.

        Args:
            next_path: The page that it leads to.

        Raises:
            ProviderSilent: See there.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self._settings.oidc_client_id, "redirect_uri": self.callback,
            "scope": self._settings.oidc_scopes, "state": state, "nonce": nonce, "code_challenge": challenge,
            "code_challenge_method": "S256",
        }  # fmt: skip
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "next": next_path, "aud": _STATE_AUDIENCE}
        token = jwt.encode({**kept, "exp": istanbul_now() + LOGIN_LIFE}, self._secret, algorithm="HS256")
        address = str((await self._described())["authorization_endpoint"])
        return BegunLogin(f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", token)

    async def end(self, kept: str | None, state: str | None, code: str | None) -> Proven:
        """End a login: exchange the code, and verify who the person is.

        Args:
            kept: What the browser kept.
            state: What the provider sent back.
            code: The same.

        Raises:
            LoginOver, LoginRefused, ProviderSilent: See there.
        """
        try:
            begun = jwt.decode(kept or "", self._secret, algorithms=["HS256"], audience=_STATE_AUDIENCE)
        except jwt.InvalidTokenError as error:
            raise LoginOver(f"no login was begun here: {error}") from error
        if not state or not secrets.compare_digest(state.encode(), str(begun["state"]).encode()):
            raise LoginOver("the state is another one")
        if not code:
            raise LoginRefused("the provider sent no code")
        token = await self._exchanged(code, str(begun["verifier"]))
        claims = await self._verified(token)
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), str(begun["nonce"]).encode()):
            raise LoginRefused("the ID token belongs to another login")
        return Proven(claims, str(begun["next"]))

    async def end_session_address(self) -> str | None:
        """Return where the person logs out at the provider, too; None where it offers no such page or is silent."""
        try:
            address = (await self._described()).get("end_session_endpoint")
        except ProviderSilent:
            return None
        back = {
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": f"{self._settings.resolved_public_url}/login",
        }
        return f"{address}?{urlencode(back)}" if address else None

    async def _exchanged(self, code: str, verifier: str) -> str:
        """Exchange the code for the ID token; a code is good once."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.callback,
            "client_id": self._settings.oidc_client_id, "code_verifier": verifier,
        }  # fmt: skip
        secret = self._settings.oidc_client_secret
        login = (self._settings.oidc_client_id, secret.get_secret_value()) if secret is not None else None
        described = await self._described()
        answer = await self._request("POST", str(described["token_endpoint"]), form, login)
        if answer.status_code in (400, 401, 403):
            raise LoginRefused(f"the provider does not exchange the code: {_told(answer)}")
        token = _json(answer).get("id_token")
        if not isinstance(token, str):
            raise LoginRefused("the provider sent no ID token")
        return token

    async def _verified(self, token: str) -> Mapping[str, Any]:
        """Return the claims of an ID token that the provider signed for us, and that is neither old nor for another."""
        try:
            key = await self._key(jwt.get_unverified_header(token))
            claims: Mapping[str, Any] = jwt.decode(
                token, key, algorithms=list(ALGORITHMS), audience=self._settings.oidc_client_id, issuer=self.issuer,
                leeway=_CLOCKS_DIFFER, options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise LoginRefused(f"the ID token is not good: {error}") from error
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self._settings.oidc_client_id:
            raise LoginRefused("the ID token was given to another client")
        return claims

    async def _key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        """Return the key that a token's header names; the keys are asked for anew where it is unknown."""
        if header.get("alg") not in ALGORITHMS:
            raise LoginRefused(f"the ID token is signed by {header.get('alg')!r}")
        for ask_again in (False, True):
            keys = (await self._key_set(ask_again=ask_again)).keys
            found = [key for key in keys if key.key_id == header.get("kid")] if "kid" in header else keys
            if len(found) == 1:
                return found[0]
        raise LoginRefused("the ID token is signed by a key that the provider does not name")

    async def _key_set(self, *, ask_again: bool) -> jwt.PyJWKSet:
        at, keys = self._keys
        age = time.monotonic() - at
        if keys is None or age > _METADATA_SECONDS or (ask_again and age > _NEW_KEYS_SECONDS):
            described = await self._described()
            content = _json(await self._request("GET", str(described["jwks_uri"])))
            try:
                keys = jwt.PyJWKSet.from_dict(dict(content))
            except jwt.PyJWTError as error:
                raise ProviderSilent(f"the provider's keys cannot be read: {error}") from error
            self._keys = (time.monotonic(), keys)
        return keys

    async def _described(self) -> Mapping[str, Any]:
        """Return what the provider says of itself, asked once an hour."""
        at, described = self._metadata
        if not described or time.monotonic() - at > _METADATA_SECONDS:
            address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            described = _json(await self._request("GET", address))
            if described.get("issuer") != self.issuer:
                raise ProviderSilent(f"the provider calls itself {described.get('issuer')!r}, not {self.issuer!r}")
            if missing := {"authorization_endpoint", "token_endpoint", "jwks_uri"} - described.keys():
                raise ProviderSilent(f"the provider does not name {', '.join(sorted(missing))}")
            self._metadata = (time.monotonic(), described)
        return described

    async def _request(
        self, method: str, address: str, form: Mapping[str, str] | None = None, login: tuple[str, str] | None = None
    ) -> httpx.Response:
        try:
            async with httpx.AsyncClient(transport=self._transport, timeout=_SECONDS) as client:
                answer = await client.request(method, address, data=form, auth=login or httpx.USE_CLIENT_DEFAULT)
        except httpx.HTTPError as error:
            raise ProviderSilent(f"{address}: {error or type(error).__name__}") from error
        if answer.status_code >= 500 or (method == "GET" and answer.status_code != 200):
            raise ProviderSilent(f"{address} answers {answer.status_code}")
        return answer


def _json(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        content = answer.json()
    except ValueError as error:
        raise ProviderSilent(f"{answer.url} sends no JSON") from error
    if not isinstance(content, dict):
        raise ProviderSilent(f"{answer.url} sends no object")
    return content


def _told(answer: httpx.Response) -> str:
    """Return the provider's word for an error, without what else it sent."""
    try:
        return str(answer.json()["error"])[:80]
    except (ValueError, KeyError, TypeError):
        return str(answer.status_code)
