"""Stored forms of passwords."""

from __future__ import annotations

import unicodedata

import pytest

from database.enums import AccountRole
from identity.account_records import UnfitPassword
from identity.password_rules import check_password
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


def test_one_password_in_two_spellings_of_its_letters_is_one(passwords: Passwords) -> None:
    composed, decomposed = "şifre-ğüç-1", unicodedata.normalize("NFD", "şifre-ğüç-1")
    assert composed != decomposed
    assert passwords.verify(decomposed, passwords.hash(composed)) and passwords.verify(
        composed, passwords.hash(decomposed)
    )


@pytest.mark.parametrize("password", ["\ud800-lone-surrogate", "\x00-nul-in-it", "e" + "\u0301" * 127])
def test_odd_characters_are_hashed(passwords: Passwords, password: str) -> None:
    assert passwords.verify(password, passwords.hash(password))


@pytest.mark.parametrize(
    "password",
    [
        "password1", "Password1!", "12345678", "GALATASARAY1905", "fenerbahce", "aaaaaaaaaa", "abababababab",
        "deniz.yildiz", "denizyildiz@example.com", "DENIZ.YILDIZ1",
    ],
)  # fmt: skip
def test_first_guesses_are_no_passwords(password: str) -> None:
    logins = "denizyildiz@example.com" if "@" in password else "deniz.yildiz@example.com"
    with pytest.raises(UnfitPassword):
        check_password(AccountRole.CUSTOMER, password, logins)


@pytest.mark.parametrize("password", ["uzun-parola-1", "mor kedi uçar", "Xk3$vQ9pLm2w", "yeşil-çay-7-kupa"])
def test_other_passwords_are_taken(password: str) -> None:
    check_password(AccountRole.CUSTOMER, password, "deniz@example.com")
    if len(password) > 12:
        check_password(AccountRole.STAFF, password, "deniz@example.com")
