"""The rules of a password, for signing up, for links and for changing it alike."""

from __future__ import annotations

import re
from functools import cache

from core.turkish import fold
from database.enums import AccountRole
from identity.account_records import UnfitPassword

SHORTEST = 8
"""Characters of a customer's password."""
SHORTEST_OF_STAFF = 12
"""Characters of a password of the operator's own people."""
LONGEST = 128
_OWN_PART = 5
"""Characters of a part of a login that a password may not consist of."""


def check_password(role: AccountRole, password: str, login: str = "") -> None:
    """Refuse a password that does not do for a role.

    Args:
        role: The account's role.
        password: The chosen password.
        login: The account's login, which is everybody's first guess.

    Raises:
        UnfitPassword: It is too short, too long, or one of the first that anybody would try.
    """
    shortest = SHORTEST if role == AccountRole.CUSTOMER else SHORTEST_OF_STAFF
    if not shortest <= len(password) <= LONGEST:
        raise UnfitPassword(f"A password for the role {role} has {shortest} to {LONGEST} characters.")
    if is_guessed(password, login):
        raise UnfitPassword("The password is one of the first that anybody would try; choose another one.")


def is_guessed(password: str, login: str = "") -> bool:
    """Return True for a password that leaked most often, for repetitions, and for the account's own login.

    Digits and marks behind a word make it no better: they are tried first, too.
    """
    folded = fold(password)
    bare = re.sub(r"[\W\d_]+$", "", folded) or folded
    name = fold(login)
    own = {part for part in (name, name.partition("@")[0], *re.split(r"\W+", name)) if len(part) >= _OWN_PART}
    return bool({folded, bare} & (_leaked() | own)) or len(set(folded)) <= 2


@cache
def _leaked() -> frozenset[str]:
    """Return the 30,000 passwords that leaked most often, as the library ``zxcvbn`` brings them."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # large: read once a password is chosen

    return frozenset(FREQUENCY_LISTS["passwords"])
