"""Accounts, for admins."""

from __future__ import annotations

from telekom_client import models
from telekom_client.asynchronous.connection import AsyncConnection
from telekom_client.calls import Call, given

_USERS = "/api/v1/users"


class AsyncUsers(AsyncConnection):
    """Calls about who may log in as what."""

    async def list_users(self, role: models.UserRole | None = None) -> models.UserList:
        """Return the accounts, the operator's own people first.

        Args:
            role: Only those with this role; all by default.
        """
        return await self._send(Call("GET", _USERS, models.UserList, query=given({"role": role}), enveloped=True))

    async def add_user(
        self, login: str, role: models.UserRole, *, name: str | None = None, customer_id: int | None = None
    ) -> models.InvitedUser:
        """Add an account; its person chooses the password by the link.

        Args:
            login: An e-mail address.
            role: What the account may do.
            name: The person's name.
            customer_id: The customer that it acts for; needed for the role customer.

        Raises:
            Conflict: There is an account with this login.
        """
        body = given({"login": login, "role": role, "name": name, "customer_id": customer_id})
        return await self._send(Call("POST", _USERS, models.InvitedUser, json=body, repeatable=False, enveloped=True))

    async def get_user(self, account_id: int) -> models.UserDetail:
        """Return an account with what was done to it."""
        return await self._send(Call("GET", f"{_USERS}/{account_id}", models.UserDetail, enveloped=True))

    async def disable_user(self, account_id: int) -> models.User:
        """Let an account be no login any more, and its tokens neither, at once.

        Raises:
            Conflict: It is the last admin.
        """
        return await self._send(Call("POST", f"{_USERS}/{account_id}/disable", models.User, enveloped=True))

    async def enable_user(self, account_id: int) -> models.User:
        """Let a disabled account be a login again; its earlier tokens stay dead."""
        return await self._send(Call("POST", f"{_USERS}/{account_id}/enable", models.User, enveloped=True))

    async def change_user_role(self, account_id: int, role: models.UserRole) -> models.User:
        """Give an account another role, which holds with its next request.

        Raises:
            Conflict: It is the last admin.
        """
        body = {"role": role}
        return await self._send(Call("POST", f"{_USERS}/{account_id}/role", models.User, json=body, enveloped=True))

    async def make_password_link(self, account_id: int) -> models.InvitedUser:
        """Make a link by which the account's person chooses a new password, once and within a day."""
        path = f"{_USERS}/{account_id}/password-link"
        return await self._send(Call("POST", path, models.InvitedUser, enveloped=True))
