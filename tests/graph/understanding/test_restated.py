"""Words that only restate the change are cut out of a reply; what else it says stays."""

from __future__ import annotations

from typing import Any, cast

import pytest

from graph.state import Call
from graph.understanding.lines import OwnLine
from graph.understanding.restated import without_restated

MAIN, HOME = "05000000007", "02120000007"
LINES = [OwnLine(MAIN, "mobile"), OwnLine("05001000007", "mobile"), OwnLine(HOME, "home")]


def change(line: str, package: str | None = None) -> Call:
    made: dict[str, Any] = {"arguments": {"line_number": line}, "preview": {"to_package": package} if package else {}}
    return cast(Call, made)


@pytest.mark.parametrize(
    ("words", "line", "package", "rest"),
    [
        ("evet ev hattımı", HOME, None, "evet"),
        ("evet ev hattımı değil", HOME, None, "evet değil"),
        ("evet ikinci hattımı", HOME, None, None),  # another line is no restatement
        ("evet genç", MAIN, "Genç Paket", "evet"),
        ("genç paketi olsun", MAIN, "Genç Paket", "olsun"),
        ("evet premium", MAIN, "Genç Paket", None),
        ("evet paketi değiştir", MAIN, "Genç Paket", None),
        ("ilk hattıma genç paket olsun bari", MAIN, "Genç Paket", "olsun bari"),
        ("genç", MAIN, "Genç Paket", None),  # nothing is left to consent with
    ],
)
def test_only_what_was_asked_is_cut_out(words: str, line: str, package: str | None, rest: str | None) -> None:
    assert without_restated(words, change(line, package), LINES) == rest
