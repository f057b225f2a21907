"""The record of what is done to accounts: one entry a change, in the transaction of the change."""

from __future__ import annotations

from datetime import datetime

from database.tables import Account, AccountChange


def account_change(
    account: Account, change: str, *, by: str, at: datetime, before: str | None = None, after: str | None = None
) -> AccountChange:
    """Make the entry of a change of an account that has its id.

    Args:
        account: The account, after the change.
        change: ``added``, ``disabled``, ``enabled``, ``password``, ``role``, ``link`` (for one), ``identity`` (at a
            provider) or ``logged_out``.
        by: Who did it: a login, the operator's command, or the way of a link.
        at: The present time.
        before: The value before, where the change has one; never a secret.
        after: The value since.
    """
    return AccountChange(
        at=at, account_id=account.id, customer_id=account.customer_id, login=account.login, by=by, change=change,
        before=before, after=after,
    )  # fmt: skip


def end_logins(account: Account) -> None:
    """Let tokens and links that were given out so far be no good any more."""
    account.token_version += 1
    account.link_version += 1
