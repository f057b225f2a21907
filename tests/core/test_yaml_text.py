"""YAML is read as plain data, whichever loader reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from core.yaml_text import read_yaml

ANSWERS = Path(__file__).parents[2] / "graph" / "answers"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ad: Çiğdem\naçık: true\nboş:\n", {"ad": "Çiğdem", "açık": True, "boş": None}),
        ("sayılar: [1, 2.5]", {"sayılar": [1, 2.5]}),
        ("- a\n- |\n  iki\n  satır\n", ["a", "iki\nsatır\n"]),
        ("x: &one {a: 1}\ny: *one\n", {"x": {"a": 1}, "y": {"a": 1}}),
        ("kodu: '0532'", {"kodu": "0532"}),
        ("", None),
    ],
)
def test_plain_data_is_read(text: str, expected: Any) -> None:
    assert read_yaml(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.getcwd []",
        "!!python/name:os.getcwd",
        "x: !!python/tuple [1, 2]",
        "!own {a: 1}",
    ],
)
def test_objects_are_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match="could not determine a constructor"):
        read_yaml(text)


@pytest.mark.parametrize("text", ["a: [1", "a: b: c", "\tx: 1", "a: *unknown", "--- 1\n--- 2\n"])
def test_damaged_text_is_a_yaml_error(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        read_yaml(text)


def test_files_are_read_as_by_the_slow_loader() -> None:
    files = sorted(ANSWERS.glob("*.yaml"))
    assert files
    text = files[0].read_text(encoding="utf-8")
    assert read_yaml(text) == yaml.safe_load(text)
