"""The rules of a password, for signing up, for links and for changing it alike."""

from __future__ import annotations

from database.enums import AccountRole
from identity.account_records import UnfitPassword

SHORTEST = 8
"""Characters of a customer's password."""
SHORTEST_OF_STAFF = 12
"""Characters of a password of the operator's own people."""
LONGEST = 128


def check_password(role: AccountRole, password: str) -> None:
    """Refuse a password that does not do for a role.

    Raises:
        UnfitPassword: It is too short or too long.
    """
    shortest = SHORTEST if role == AccountRole.CUSTOMER else SHORTEST_OF_STAFF
    if not shortest <= len(password) <= LONGEST:
        raise UnfitPassword(f"A password for the role {role} has {shortest} to {LONGEST} characters.")
