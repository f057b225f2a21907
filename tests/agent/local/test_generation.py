"""Texts are made in a thread of their own: streaming, order, cancelling."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

import pytest

from agent.errors import GenerationError, PromptTooLong
from agent.local.embedded import LoadedModel
from agent.local.generation import Generator, Options
from tests.agent.conftest import tiny_llama, train_tokenizer

ENDLESS = Options(max_tokens=50_000, temperature=1.0, seed=1)


async def test_stream_yields_the_same_text_as_one_piece(generator: Generator) -> None:
    options = Options(max_tokens=40, temperature=0.8, seed=3)
    pieces = [piece async for piece in generator.stream("Merhaba", options)]
    whole, finish = await generator.text("Merhaba", options)
    assert "".join(piece.text for piece in pieces) == whole != ""
    assert pieces[-1].finish is not None and all(piece.finish is None for piece in pieces[:-1])
    assert finish.output_tokens <= 40


async def test_closing_a_stream_frees_the_model(generator: Generator) -> None:
    async with aclosing(generator.stream("Merhaba", ENDLESS)) as stream:
        async for _ in stream:
            break
    began = time.monotonic()
    await generator.text("Merhaba", Options(max_tokens=2))
    assert time.monotonic() - began < 10  # the endless text would take far longer


async def test_cancelled_task_frees_the_model(generator: Generator) -> None:
    begun = asyncio.Event()

    async def listen() -> None:
        async with aclosing(generator.stream("Merhaba", ENDLESS)) as stream:
            async for _ in stream:
                begun.set()

    task = asyncio.create_task(listen())
    await asyncio.wait_for(begun.wait(), 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(generator.text("Merhaba", Options(max_tokens=2)), 10)


async def test_requests_are_served_in_order(generator: Generator) -> None:
    finished: list[int] = []

    async def ask(number: int) -> None:
        await generator.text("Merhaba", Options(max_tokens=20 if number == 0 else 2))
        finished.append(number)

    await asyncio.gather(*(ask(number) for number in range(5)))
    assert finished == [0, 1, 2, 3, 4]


async def test_event_loop_stays_free_while_generating(generator: Generator) -> None:
    task = asyncio.create_task(generator.text("Merhaba", Options(max_tokens=300, temperature=1.0, seed=5)))
    ticks = 0
    while not task.done():
        await asyncio.sleep(0.005)
        ticks += 1
    assert ticks > 3


async def test_long_prompt_raises_and_the_next_one_works() -> None:
    tokenizer = train_tokenizer()
    generator = Generator(LoadedModel(tiny_llama(len(tokenizer), context=32), tokenizer, "short", "cpu"))
    with pytest.raises(PromptTooLong):
        await generator.text("Merhaba " * 50, Options())
    _, finish = await generator.text("Merhaba", Options())
    assert finish.prompt_tokens + finish.output_tokens <= 32
    generator.close()
    with pytest.raises(GenerationError):
        await generator.text("Merhaba", Options())
