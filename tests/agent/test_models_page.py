"""docs/models.md: every cell of its table is a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "models.md"
NAMED = re.compile(r'\[[^\]]+\]\(([^ )]+) "(\w+)"\)')
NOT_MEANT = {"–", "as `chat`"}


def test_every_cell_names_a_test_that_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = NAMED.findall(text)
    assert len(named) >= 18
    for path, test in named:
        assert f"def {test}(" in (PAGE.parent / path).read_text(encoding="utf-8"), test
    table = text.split("## What works where")[1].split("\n- ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    assert len(rows) == 6
    for row in rows:
        for cell in row.strip("| ").split(" | ")[1:]:
            assert cell in NOT_MEANT or NAMED.search(cell), cell
