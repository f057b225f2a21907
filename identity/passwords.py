"""Store and check passwords as salted Argon2 hashes."""

from __future__ import annotations

import unicodedata

from pwdlib import PasswordHash


class Passwords:
    """Makes and checks the stored forms of passwords.

    Args:
        hasher: The hash function; None uses Argon2 with pwdlib's recommended cost.
    """

    def __init__(self, hasher: PasswordHash | None = None) -> None:
        self._hasher = hasher or PasswordHash.recommended()
        self._dummy = self._hasher.hash("a password that no account has")

    def hash(self, password: str) -> str:
        """Return the stored form of a password; slow on purpose."""
        return self._hasher.hash(_normal(password))

    def verify(self, password: str, stored: str | None) -> bool:
        """Return True if the password is the stored one.

        Without a stored form (no such login, or no password chosen yet) the answer is False after the same time, so
        that nobody learns which logins exist.
        """
        matches = self._hasher.verify(_normal(password), stored or self._dummy)
        return matches and bool(stored)


def _normal(password: str) -> str:
    """Return the one form of a password, however a keyboard wrote its letters: "ş" is one character or two.

    NFKC, as NIST SP 800-63B asks for. What no UTF-8 can hold becomes a replacement character.
    """
    return unicodedata.normalize("NFKC", password.encode(errors="replace").decode())
