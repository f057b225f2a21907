"""Stored forms of passwords."""

from __future__ import annotations

import pytest

from identity.passwords import Passwords


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


def test_stored_form_is_verified_and_is_not_the_password(passwords: Passwords) -> None:
    stored = passwords.hash("uzun-parola-1")
    assert "uzun-parola-1" not in stored and stored != passwords.hash("uzun-parola-1")
    assert passwords.verify("uzun-parola-1", stored) and not passwords.verify("uzun-parola-2", stored)


def test_account_without_stored_form_takes_no_password(passwords: Passwords) -> None:
    assert not passwords.verify("a password that no account has", None)
