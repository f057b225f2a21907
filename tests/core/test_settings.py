"""Every setting is documented, and production refuses what is only good for development."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.settings import DEFAULT_SECRET, Settings, unknown_names

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_example_environment_names_every_setting_with_a_comment() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    named = {match.group(1) for line in lines if (match := re.match(r"#? ?([A-Z_]+)=", line))}
    known = {
        str(field.validation_alias) if field.validation_alias else f"TELEKOM_{name.upper()}"
        for name, field in Settings.model_fields.items()
    }
    assert named == known
    for number, line in enumerate(lines):
        if re.match(r"#? ?[A-Z_]+=", line):
            assert any(above.startswith("# ") for above in lines[max(0, number - 2) : number]), line


def test_example_environment_shows_the_defaults() -> None:
    written = Settings(_env_file=EXAMPLE)
    assert written == Settings(_env_file=None)


@pytest.mark.parametrize("secret", [DEFAULT_SECRET, "short"])
def test_production_with_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValidationError, match="TELEKOM_SECRET_KEY"):
        Settings(_env_file=None, env="production", secret_key=secret)


def test_planning_needs_a_model_that_calls_tools() -> None:
    with pytest.raises(ValidationError, match="TELEKOM_MODEL that calls tools"):
        Settings(_env_file=None, planner="tools")
    assert Settings(_env_file=None, planner="tools", model="endpoint:http://localhost:8001#m").planner == "tools"


def test_production_with_a_secret_of_its_own_starts() -> None:
    assert Settings(_env_file=None, env="production", secret_key="s" * 40).env == "production"


def test_unknown_names_are_told_with_the_setting_that_was_meant() -> None:
    stated = ["TELEKOM_DATABSE_URL", "TELEKOM_MODEL", "TELEKOM_PORT", "TELEKOM_WHATEVER_ELSE", "PATH"]
    assert unknown_names(stated) == {
        "TELEKOM_DATABSE_URL": "TELEKOM_DATABASE_URL", "TELEKOM_PORT": "PORT", "TELEKOM_WHATEVER_ELSE": None,
    }  # fmt: skip
