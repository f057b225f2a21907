"""Words after an answer: which of them only take note of what was done."""

from __future__ import annotations

from typing import Any

import pytest

from graph.after_answers import takes_note_of


@pytest.mark.parametrize(("agreed", "takes_note"), [("evet", True), (None, True), ("Tamam", False)])
def test_very_words_of_the_consent_are_no_acknowledgement_but_sent_twice(agreed: str | None, takes_note: bool) -> None:
    done: Any = {"call": {"consent": {"words": agreed}}, "outcome": {}, "turns": 0}
    assert takes_note_of("tamam", done) is takes_note
