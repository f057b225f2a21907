"""Sign-up, login and logout; liveness and readiness of the service."""

from __future__ import annotations

from telekom_client import models
from telekom_client.asynchronous.connection import AsyncConnection
from telekom_client.calls import Call
from telekom_client.errors import NotLoggedIn

_UNAVAILABLE = 503


class AsyncAccounts(AsyncConnection):
    """Calls about the account, and about the service as a whole."""

    async def register(self, *, name: str, email: str, password: str, phone: str) -> models.Account:
        """Sign up a new customer with a starter package. Needs no token, and does not log in.

        Args:
            name: First name and last name.
            email: Contact address, and the login from now on.
            password: 8 to 128 characters.
            phone: Number for reaching the customer.
        """
        body = {"name": name, "email": email, "password": password, "phone": phone}
        return await self._send(Call("POST", "/api/v1/auth/register", models.Account, json=body, repeatable=False))

    async def login(self, username: str, password: str) -> str:
        """Exchange a login and a password for a token, and use it from now on.

        Returns:
            The token, valid until it expires; a later client may start with it.
        """
        form = {"username": username, "password": password}
        issued = await self._send(Call("POST", "/api/v1/auth/token", models.AccessToken, form=form))
        self.token = issued.access_token
        return self.token

    async def refresh_token(self, refresh_token: str) -> models.AccessToken:
        """Exchange a refresh token for the next token, and use it from now on.

        Args:
            refresh_token: Of a token with the scope ``offline_access``; it is good once.

        Returns:
            The token, with the next refresh token.
        """
        body = {"refresh_token": refresh_token}
        issued = await self._send(Call("POST", "/api/v1/auth/refresh", models.AccessToken, json=body, repeatable=False))
        self.token = issued.access_token
        return issued

    async def logout(self) -> None:
        """End the login of the token, so that a copy of it is no good either, and forget the token."""
        try:
            if self.token is not None:
                await self._send(Call("POST", "/api/v1/auth/logout", models.Empty, repeatable=False))
        except NotLoggedIn:
            pass
        finally:
            self.token = None

    async def log_out_everywhere(self) -> None:
        """End every login of the account at once: this token, all others, browsers and open pages."""
        await self._send(Call("POST", "/api/v1/auth/logout-everywhere", models.Empty, repeatable=False))
        self.token = None

    async def get_me(self) -> models.Account:
        """Return the account behind the token."""
        return await self._send(Call("GET", "/api/v1/auth/me", models.Account))

    async def check_health(self) -> models.Liveness:
        """Return without an error if the process answers. Needs no token."""
        return await self._send(Call("GET", "/health", models.Liveness))

    async def check_ready(self) -> models.Readiness:
        """Return which parts of the service can be used now; a part that cannot is no error. Needs no token."""
        return await self._send(Call("GET", "/ready", models.Readiness, accepted=frozenset({_UNAVAILABLE})))

    async def get_status(self) -> models.ServiceStatus:
        """Return what customers can use now, and the known outages of the network. Needs no token."""
        return await self._send(Call("GET", "/api/v1/status", models.ServiceStatus))

    async def check_chat_health(self) -> models.Health:
        """Return whether the model is in memory now; asking loads nothing. Needs no token."""
        return await self._send(Call("GET", "/api/v1/chat/health", models.Health))
