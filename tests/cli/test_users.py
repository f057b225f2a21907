"""``telekom users`` as an operator types it: the first admin of an empty database, and all that follows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app

_NO_CUSTOMER = "An account of a customer needs the number of a customer that there is.\n"
_LAST = "ada@example.com is the last admin who can log in: nobody could manage accounts any more.\n"
ADMIN = ("add", "ada@example.com", "--role", "admin", "--name", "Ada")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new' / 'telekom.sqlite3'}"


def run(url: str, *arguments: str, typed: str | None = None) -> Result:
    environment = {"TELEKOM_DATABASE_URL": url, "TELEKOM_PUBLIC_URL": "https://telekom.example.com/"}
    return CliRunner().invoke(app, ["users", *arguments], env=environment, input=typed)


def test_first_admin_is_added_to_an_empty_database_with_a_link(url: str) -> None:
    added = run(url, *ADMIN)
    assert added.exit_code == 0, added.output
    assert "added: ada@example.com, admin, customer -1" in added.stdout
    assert "https://telekom.example.com/password?token=" in added.stdout
    [row] = json.loads(run(url, "list", "--json").stdout)
    assert (row["login"], row["role"], row["name"], row["disabled_at"]) == ("ada@example.com", "admin", "Ada", None)


def test_address_is_asked_for_where_it_is_left_out(url: str) -> None:
    assert "added: ada@example.com" in run(url, "add", "--role", "admin", typed="ada@example.com\nAda Yücel\n").stdout
    assert "Ada Yücel" in run(url, "list").stdout


def test_no_command_takes_a_password_as_an_argument(url: str) -> None:
    for command in ("add", "password"):
        told = run(url, command, "--help").stdout
        assert "--stdin" in told and "--ask" in told and "--password" not in told


def test_password_comes_by_prompt_or_standard_input_and_is_never_printed(url: str) -> None:
    for way, typed in (("--stdin", "uzun-bir-parola\n"), ("--ask", "uzun-bir-parola\nuzun-bir-parola\n")):
        added = run(url, "add", f"a{way}@example.com", "--role", "staff", way, typed=typed)
        assert added.exit_code == 0, added.output
        assert "parola" not in added.output and "token=" not in added.output
    changed = run(url, "password", "a--ask@example.com", "--stdin", typed="noch-ein-passwort\n")
    assert (changed.exit_code, "passwort" in changed.output) == (0, False)
    short = run(url, "password", "a--ask@example.com", "--stdin", typed="short\n")
    assert (short.exit_code, short.stderr) == (1, "A password for the role staff has 12 to 128 characters.\n")
    assert "token=" in run(url, "password", "a--ask@example.com").stdout


def test_disable_enable_roles_and_show_tell_what_was_done(url: str) -> None:
    run(url, *ADMIN)
    run(url, "add", "selin@example.com", "--role", "staff")
    assert run(url, "disable", "SELIN@example.com").stdout == "disabled: selin@example.com\n"
    assert "disabled since" in run(url, "list", "--role", "staff").stdout
    assert run(url, "enable", "selin@example.com").stdout.startswith("enabled: selin@example.com;")
    assert run(url, "roles", "selin@example.com", "engineer").stdout == "selin@example.com is engineer\n"
    told = run(url, "show", "selin@example.com").stdout
    for words in ("added: staff", "disabled", "enabled", "role: staff -> engineer", "by telekom command"):
        assert words in told
    changes = json.loads(run(url, "show", "selin@example.com", "--json").stdout)["changes"]
    assert [each["change"] for each in changes] == ["added", "link", "disabled", "enabled", "role"]
    assert "manages accounts" in run(url, "roles").stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("disable", "ada@example.com"), _LAST),
        (("disable", "x@example.com"), "There is no account x@example.com.\n"),
        (ADMIN, "There is an account ada@example.com already.\n"),
        (("add", "x@example.com"), _NO_CUSTOMER),
        (("add", "x@example.com", "--customer", "7"), _NO_CUSTOMER),
    ],
)  # fmt: skip
def test_refusals_are_one_sentence(url: str, arguments: tuple[str, ...], reason: str) -> None:
    run(url, *ADMIN)
    refused = run(url, *arguments)
    assert (refused.exit_code, refused.stderr) == (1, reason)


def test_link_of_a_disabled_account_is_told_to_be_none_yet(url: str) -> None:
    run(url, *ADMIN)
    run(url, "add", "selin@example.com", "--role", "staff")
    assert "no password chosen yet" in run(url, "list").stdout and run(url, "list").stdout.endswith("2 accounts\n")
    run(url, "disable", "selin@example.com")
    assert "telekom users enable selin@example.com" in run(url, "password", "selin@example.com").stdout


def test_database_that_was_added_to_is_named(url: str, tmp_path: Path) -> None:
    assert str(tmp_path / "new" / "telekom.sqlite3") in run(url, *ADMIN).stdout.replace("\n", "")
    assert "in memory" in run("sqlite+aiosqlite://", *ADMIN).stderr
    (tmp_path / "empty.sqlite3").touch()
    told = run(f"sqlite:///{tmp_path / 'empty.sqlite3'}", "list").stderr
    assert "has no tables yet" in told and "SELECT" not in told


def test_database_is_readable_by_its_owner_only(url: str, tmp_path: Path) -> None:
    run(url, *ADMIN)
    file = tmp_path / "new" / "telekom.sqlite3"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("command", [("list",), ADMIN, ("show", "ada@example.com")])
def test_wrong_settings_are_told_in_a_sentence(url: str, command: tuple[str, ...]) -> None:
    for wrong in ({"TELEKOM_TOKEN_MINUTES": "abc"}, {"TELEKOM_ENV": "production", "TELEKOM_SECRET_KEY": ""}):
        told = CliRunner().invoke(app, ["users", *command], env={"TELEKOM_DATABASE_URL": url, **wrong})
        assert (told.exit_code, "Traceback" in told.output) == (2, False)
        assert told.stderr.startswith("The settings are not valid:\n") and "TELEKOM_" in told.stderr


def test_malformed_address_and_missing_database_are_told(url: str, tmp_path: Path) -> None:
    assert run(url, "add", "not an address", "--role", "admin").exit_code == 2
    assert "There is no database" in run(url, "list").stderr
    assert list(tmp_path.iterdir()) == []
