"""Stored forms of passwords."""

from __future__ import annotations

from pwdlib import PasswordHash


class Passwords:
    """Makes and checks the stored forms of passwords.

    Args:
        hasher: How they are made; Argon2 with pwdlib's recommended cost when it is None.
    """

    def __init__(self, hasher: PasswordHash | None = None) -> None:
        self._hasher = hasher or PasswordHash.recommended()
        self._nobodys = self._hasher.hash("a password that no account has")

    def hash(self, password: str) -> str:
        """The stored form of a password; slow on purpose."""
        return self._hasher.hash(password)

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one; takes equally long when nothing is stored."""
        matches = self._hasher.verify(password, stored or self._nobodys)
        return matches and stored is not None
