"""From a person whom an OpenID provider has proven to an account here: roles and customer numbers by claims.

The provider's own name of the person (issuer and subject) is what an account is bound to; an e-mail address may be
given to somebody else there. The first login binds an account, or adds one; each later one takes the role that the
claims give now. Every change leaves an entry (``AccountChange``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.clock import Clock
from core.patterns import normal_email
from core.settings import Settings
from database.enums import AccountRole
from database.session import Database
from database.tables import Account, AccountIdentity
from identity.account_records import AccountRefused
from identity.accounts import Accounts, LoginTaken, normal_login
from identity.administration import Administration
from identity.changes import account_change
from identity.user import User

BY = "openid"
"""Who adds accounts and gives roles so, in the record of changes."""

_ROLES = (AccountRole.ADMIN, AccountRole.ENGINEER, AccountRole.STAFF)
"""The highest first: who is in several groups gets the highest role."""


class NotAdmitted(Exception):
    """The person is known to the provider and may not come in here; the message says why, for the log."""


class FederatedLogins:
    """The accounts of people who log in at a provider.

    Args:
        database: The database of accounts and customers.
        accounts: Finds the user of an account.
        administration: Adds accounts and gives roles.
        clock: Returns the present time.
        settings: Which claims give which role, and which one holds the customer number.
    """

    def __init__(
        self, database: Database, accounts: Accounts, administration: Administration, clock: Clock, settings: Settings
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._administration = administration
        self._clock = clock
        self._settings = settings

    async def user_of(self, claims: Mapping[str, Any]) -> User:
        """Return the user of a proven person.

        Args:
            claims: Those of the verified ID token.

        Raises:
            NotAdmitted: No claim lets the person in, the account is disabled, or it is somebody else's.
        """
        role, customer = self._role(claims), self._customer(claims)
        if role is None and customer is None:
            raise NotAdmitted("no claim gives a role or a customer number")
        account = await self._known(claims)
        if account is None:
            account = await self._bound(claims, role, customer)
        if account.disabled_at is not None:
            raise NotAdmitted(f"the account {account.id} is disabled")
        await self._agree(account, role, customer)
        user = await self._accounts.by_login(account.login)
        if user is None:
            raise NotAdmitted(f"the account {account.id} is gone")
        return user

    def _role(self, claims: Mapping[str, Any]) -> AccountRole | None:
        """Return the highest role that the claims give to one of the operator's own people."""
        found: Any = claims
        for part in self._settings.oidc_role_claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        named = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        given = {self._settings.oidc_roles.get(each) for each in named if isinstance(each, str)}
        return next((role for role in _ROLES if role.value in given), None)

    def _customer(self, claims: Mapping[str, Any]) -> int | None:
        name = self._settings.oidc_customer_claim
        stated = str(claims.get(name, "")) if name is not None else ""
        return int(stated) if stated.isascii() and stated.isdigit() and len(stated) <= 10 else None

    async def _known(self, claims: Mapping[str, Any]) -> Account | None:
        mine = (AccountIdentity.issuer == str(claims["iss"])) & (AccountIdentity.subject == str(claims["sub"]))
        query = select(Account).join(AccountIdentity, AccountIdentity.account_id == Account.id).where(mine)
        async with self._database.session() as session:
            found: Account | None = await session.scalar(query)
            return found

    async def _bound(self, claims: Mapping[str, Any], role: AccountRole | None, customer: int | None) -> Account:
        """Bind the account of the person's proven address to the provider's name; add one where there is none."""
        login = normal_email(str(claims.get("email", "")))
        if login is None or claims.get("email_verified") is not True:
            raise NotAdmitted("the provider does not vouch for an e-mail address")
        await self._add(normal_login(login), str(claims.get("name", "")), role, customer)
        try:
            async with self._database.write_session() as session:
                account = await session.scalar(select(Account).where(Account.login == normal_login(login)))
                if account is None or account.disabled_at is not None or not _fits(account, role, customer):
                    raise NotAdmitted(f"the account of this address is disabled, or not one of {role or customer}")
                before = (AccountIdentity.account_id == account.id) & (AccountIdentity.issuer == str(claims["iss"]))
                if await session.scalar(select(AccountIdentity.id).where(before)) is not None:
                    # The address was given to somebody else at the provider.
                    raise NotAdmitted(f"the account {account.id} belongs to another person at the provider")
                session.add(
                    AccountIdentity(
                        account_id=account.id, issuer=str(claims["iss"]), subject=str(claims["sub"]), at=self._clock()
                    )
                )
                session.add(account_change(account, "identity", by=BY, at=self._clock()))
        except IntegrityError as error:  # two logins of the person at once
            known = await self._known(claims)
            if known is None:
                raise NotAdmitted("the identity is bound to another account") from error
            return known
        return account

    async def _add(self, login: str, name: str, role: AccountRole | None, customer: int | None) -> None:
        """Add an account, unless there is one of this login."""
        try:
            await self._administration.add(
                login=login, role=role or AccountRole.CUSTOMER, by=BY, name=name[:120],
                customer_id=None if role is not None else customer,
            )  # fmt: skip
        except LoginTaken:
            return
        except AccountRefused as error:
            raise NotAdmitted(str(error)) from error

    async def _agree(self, account: Account, role: AccountRole | None, customer: int | None) -> None:
        """Give one of the operator's own people the role of the claims; a customer's number never changes."""
        if not _fits(account, role, customer):
            raise NotAdmitted(f"the account {account.id} is another person's than the claims say")
        if role is not None and account.role != role:
            try:
                await self._administration.give_role(account.id, role, BY)
            except AccountRefused as error:
                raise NotAdmitted(str(error)) from error


def _fits(account: Account, role: AccountRole | None, customer: int | None) -> bool:
    """Tell whether an account can be that of the claims: a colleague's for a role, else of this customer."""
    if role is not None:
        return account.role != AccountRole.CUSTOMER
    return account.role == AccountRole.CUSTOMER and account.customer_id == customer
