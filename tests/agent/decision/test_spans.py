"""Spans are words that the customer wrote."""

from __future__ import annotations

from agent.decision.format import TAGS
from agent.decision.spans import Span, spans_of


def test_spans_are_whole_words_of_the_message() -> None:
    message = "Kadıköy'de ve Bursa Nilüfer'de yok"
    offsets = [(0, 4), (4, 7), (7, 10), (11, 13), (14, 19), (20, 27), (27, 30), (31, 34)]
    b, i = TAGS.index("B-region"), TAGS.index("I-region")
    found = spans_of(message, [b, i, 0, 0, b, i, 0, 0], [0.9] * 8, offsets)
    assert found == [Span("region", "Kadıköy'de", 0.9), Span("region", "Bursa Nilüfer'de", 0.9)]
