"""Each line gets the package beside it; anything less certain is no list of changes."""

from __future__ import annotations

import pytest

from graph.understanding.lines import OwnLine
from graph.understanding.package_changes import package_changes

MAIN, SECOND, HOME = "05000000007", "05001000007", "02120000007"
LINES = [OwnLine(MAIN, "mobile"), OwnLine(SECOND, "mobile"), OwnLine(HOME, "home")]
SOLD = ["Genç Paket", "Mega İnternet", "Premium Paket", "Kurumsal Pro", "Kurumsal Temel"]


@pytest.mark.parametrize(
    ("words", "pairs"),
    [
        ("birinci hattımı gence ikinciyi premiuma geçir", [(MAIN, "Genç Paket"), (SECOND, "Premium Paket")]),
        ("kurumsal proyu ilk hattıma, megayı ev hattıma al", [(MAIN, "Kurumsal Pro"), (HOME, "Mega İnternet")]),
        ("ikinci hattım mega, birinci hattım genç olsun", [(SECOND, "Mega İnternet"), (MAIN, "Genç Paket")]),
        ("birinci ve ikinci hattımı gence geçir", []),  # one change for several lines
        ("birinci hattımı gence geçir", []),
        ("birinci hattımı genç ya da megaya ikinciyi premiuma", []),  # two packages beside one line
        ("paketimi değiştir", []),
    ],
)
def test_line_gets_the_package_beside_it(words: str, pairs: list[tuple[str, str]]) -> None:
    changes = package_changes(words, LINES, SOLD)
    assert [(each["line_number"], each["new_package_name"]) for each in changes] == pairs
