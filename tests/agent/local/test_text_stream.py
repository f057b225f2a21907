"""Text out of tokens: no half characters, no stop strings."""

from __future__ import annotations

import pytest

from agent.local.text_stream import TextStream
from tests.agent.conftest import train_tokenizer


@pytest.mark.parametrize("text", ["Çığ 🙂 漢字 ünlü", "ödeme\n\n  boşluk\t!"])
def test_text_stream_never_shows_half_a_character(text: str) -> None:
    tokenizer = train_tokenizer()
    stream = TextStream(tokenizer)
    pieces = [stream.feed([token]) for token in tokenizer.encode(text)]
    assert "\ufffd" not in "".join(pieces)
    assert "".join(pieces) + stream.finish() == text


def test_text_stream_never_shows_part_of_a_stop_string() -> None:
    tokenizer = train_tokenizer()
    stream = TextStream(tokenizer, ("\nMüşteri:",))
    shown = "".join(stream.feed([token]) for token in tokenizer.encode("Evet.\nMüşt değil.\nMüşteri: yeni"))
    assert stream.stopped and shown + stream.finish() == "Evet.\nMüşt değil."
