"""To whom: the dative of names."""

from __future__ import annotations

import pytest

from core import turkish


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Selin Arslan", "Selin Arslan'a"),
        ("Ali Demir", "Ali Demir'e"),
        ("Ayşe Kaya", "Ayşe Kaya'ya"),
        ("Ece", "Ece'ye"),
        ("Işık IŞIK", "Işık IŞIK'a"),
        ("Gül", "Gül'e"),
        ("Dr. Oğuz T.", "Dr. Oğuz T.'a"),
        ("KVK", "KVK'e"),
    ],
)
def test_dative_follows_the_last_vowel(name: str, expected: str) -> None:
    assert turkish.dative(name) == expected
