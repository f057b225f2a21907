"""The decoding loop: stopping, seeds, cancelling."""

from __future__ import annotations

import threading

import pytest

from agent.errors import GenerationCancelled
from agent.local.decoding import Decoder
from agent.local.embedded import LoadedModel
from agent.local.generation import Generator, Options

ENDLESS = Options(max_tokens=50_000, temperature=1.0, seed=1)


def test_set_event_raises_cancelled(tiny: LoadedModel) -> None:
    cancel = threading.Event()
    running = Decoder(tiny).run("Merhaba", ENDLESS, cancel.is_set)
    next(running)
    cancel.set()
    with pytest.raises(GenerationCancelled):
        list(running)


def test_stop_string_ends_the_text_and_is_left_out(generator: Generator) -> None:
    free = "".join(piece.text for piece in generator.pieces("Merhaba", Options(max_tokens=60)))
    stop = free[10:14]
    pieces = list(generator.pieces("Merhaba", Options(max_tokens=60, stop=(stop,))))
    text = "".join(piece.text for piece in pieces)
    assert text == free[: free.index(stop)]
    assert pieces[-1].finish is not None and pieces[-1].finish.reason == "stop"


def test_seed_repeats_and_changes_the_text(generator: Generator) -> None:
    def text(seed: int) -> str:
        options = Options(max_tokens=30, temperature=1.0, top_p=0.95, seed=seed)
        return "".join(piece.text for piece in generator.pieces("Merhaba", options))

    assert text(1) == text(1) != text(2)
