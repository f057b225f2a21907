"""Access tokens: what a good one names, and every way in which one is not good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import jwt
import pytest
import time_machine
from pydantic import SecretStr

from identity.tokens import AccessTokens

SECRET = "a secret that is long enough for each of the algorithms"
NOW = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
MINUTES = 30


@pytest.fixture
def tokens() -> AccessTokens:
    return AccessTokens(SecretStr(SECRET), MINUTES)


def test_token_names_its_account_and_role(tokens: AccessTokens) -> None:
    issued = tokens.issue(7, "engineer")
    assert tokens.account_id(issued.access_token) == 7 and issued.expires_in == MINUTES * 60
    assert jwt.decode(issued.access_token, SECRET, algorithms=["HS256"])["role"] == "engineer"


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (MINUTES * 60 - 1, True), (MINUTES * 60, False)])
def test_token_is_good_until_its_time_is_over(tokens: AccessTokens, seconds: int, good: bool) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        issued = tokens.issue(7, "customer")
        clock.shift(timedelta(seconds=seconds))
        assert (tokens.account_id(issued.access_token) == 7) is good


def test_server_whose_clock_lags_behind_takes_the_token(tokens: AccessTokens) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        issued = tokens.issue(7, "customer")
        clock.shift(timedelta(seconds=-30))
        assert tokens.account_id(issued.access_token) == 7


@pytest.mark.parametrize(
    ("claims", "secret", "algorithm"),
    [
        ({"sub": "7"}, "another secret, long enough for the algorithm", "HS256"),
        ({"sub": "7"}, SECRET, "HS384"),
        ({"sub": "7"}, "", "none"),
        ({"sub": "seven"}, SECRET, "HS256"),
        ({}, SECRET, "HS256"),
        ({"sub": "7", "exp": None}, SECRET, "HS256"),
        ({"sub": "7", "exp": "soon"}, SECRET, "HS256"),
        ({"sub": "7", "exp": float("inf")}, SECRET, "HS256"),
    ],
    ids=["foreign secret", "other algorithm", "unsigned", "no number", "no account", "no expiry", "word", "endless"],
)
def test_bad_token_names_no_account(
    tokens: AccessTokens, claims: dict[str, object], secret: str, algorithm: str
) -> None:
    payload = {"exp": datetime.now(UTC) + timedelta(hours=1), **claims}
    token = jwt.encode({key: value for key, value in payload.items() if value is not None}, secret or None, algorithm)
    assert tokens.account_id(token) is None


@pytest.mark.parametrize("token", ["", "x", "x.y.z", "ş.ş.ş", "a" * 10_000])
def test_text_that_is_no_token_names_no_account(tokens: AccessTokens, token: str) -> None:
    assert tokens.account_id(token) is None
