"""A limit is seen in words about something else, and not in questions."""

from __future__ import annotations

import pytest

from graph.understanding.unmet import ends_in_limit, limit_in


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("sözleşmem dolunca", "time"),
        ("haftaya salı", "time"),
        ("geçen ayınki hariç", "condition"),
        ("cezası yoksa eğer", "condition"),
        ("borcun yarısını", "part"),
    ],
)
def test_limit_that_ends_the_words_is_found(words: str, kind: str) -> None:
    assert limit_in(words) == kind and (kind == "part" or ends_in_limit(words) is not None)


@pytest.mark.parametrize("words", ["yarın faturam ne kadar olur?", "kalan internetim", "haftaya kotam yenilenir mi"])
def test_question_sets_no_limit(words: str) -> None:
    assert limit_in(words) is None and ends_in_limit(words) is None


def test_limit_that_the_question_states_is_none() -> None:
    assert limit_in("cuma günü", "Randevu cuma günü. Onaylıyor musunuz?") is None
